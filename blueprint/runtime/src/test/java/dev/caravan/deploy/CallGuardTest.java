package dev.caravan.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CallGuardTest {
    private final CountDownLatch over = new CountDownLatch(1);
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void end() throws IOException {
        over.countDown();
        server.close();
    }

    /**
     * Answers one request with this head and body; a pause in milliseconds before each byte after
     * the head.
     */
    private void answer(String head, String body, long pause) {
        Thread thread =
                new Thread(
                        () -> {
                            try (Socket socket = server.accept();
                                    OutputStream out = socket.getOutputStream()) {
                                socket.getInputStream().read(new byte[8192]);
                                out.write(head.getBytes(StandardCharsets.US_ASCII));
                                for (byte b : body.getBytes(StandardCharsets.US_ASCII)) {
                                    out.write(b);
                                    if (pause > 0 && over.await(pause, TimeUnit.MILLISECONDS)) {
                                        return;
                                    }
                                }
                            } catch (IOException | InterruptedException e) {
                                // the guard hung up, which is what is tested
                            }
                        });
        thread.setDaemon(true);
        thread.start();
    }

    private String get(Duration deadline, int mostBytes) throws IOException {
        try (CallGuard guard = new CallGuard("p", deadline, mostBytes, Wire.PLAIN)) {
            HttpClientBuilder builder = HttpClientBuilder.create();
            guard.configureHttpClient(builder);
            try (CloseableHttpClient client = builder.build()) {
                return client.execute(
                        new HttpGet("http://127.0.0.1:" + server.getLocalPort() + "/"),
                        response ->
                                response.getCode()
                                        + " "
                                        + EntityUtils.toString(response.getEntity()));
            }
        }
    }

    @Test
    void aWholeAnswerComesThrough() throws IOException {
        answer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", "good", 0);
        assertThat(get(Duration.ofSeconds(20), 100)).isEqualTo("200 good");
    }

    @Test
    void aBodyThatDripsIsCutAtTheDeadlineHoweverBusyTheLine() {
        answer("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n", "x".repeat(10_000), 20);
        long began = System.nanoTime();
        assertThatThrownBy(() -> get(Duration.ofMillis(400), 100_000))
                .isInstanceOf(IOException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aHeadThatDripsIsCutToo() {
        answer("HTTP/1.1 200 OK\r\n", "X-Slow: " + "y".repeat(10_000), 20);
        assertThatThrownBy(() -> get(Duration.ofMillis(400), 100_000))
                .isInstanceOf(IOException.class);
    }

    @Test
    void anAnswerOverTheSizeIsRefused() {
        answer("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", "x".repeat(5_000), 0);
        assertThatThrownBy(() -> get(Duration.ofSeconds(20), 1_000))
                .hasMessageContaining("larger than 1000 bytes");
    }

    @Test
    void aCutAnswerIsNoAnswer() {
        answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", "half", 0);
        assertThatThrownBy(() -> get(Duration.ofSeconds(20), 1_000))
                .isInstanceOf(IOException.class);
    }
}
