package dev.caravan.benchmark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Senders of webhooks on one thread, so that they take little from the processors that are
 * measured: each has one keep-alive connection and posts again when it has its answer.
 */
final class Posters {
    private final int port;
    private final String path;

    Posters(int port, String path) {
        this.port = port;
        this.path = path;
    }

    /** One sender: its connection, what is under way on it and how long each took. */
    private static final class Sender {
        private final SocketChannel channel;
        private final String name;
        private final ByteBuffer answer = ByteBuffer.allocate(1_024);
        private long[] nanos = new long[1_024];
        private int count;
        private long at;

        private Sender(SocketChannel channel, String name) {
            this.channel = channel;
            this.name = name;
        }

        private void done(long now) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = now - at;
        }
    }

    Latencies run(String name, int connections, int seconds) throws IOException {
        try (Selector selector = Selector.open()) {
            List<Sender> senders = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
                channel.socket().setTcpNoDelay(true);
                channel.configureBlocking(false);
                Sender sender = new Sender(channel, name + "c" + i);
                channel.register(selector, SelectionKey.OP_READ, sender);
                senders.add(sender);
            }
            long began = System.nanoTime();
            for (Sender each : senders) {
                post(each);
            }
            long end = began + seconds * 1_000_000_000L;
            for (int open = connections; open > 0; ) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    open -= answered((Sender) key.attachment(), end);
                }
                selector.selectedKeys().clear();
            }
            double took = (System.nanoTime() - began) / 1e9;
            return Latencies.of(
                    senders.stream().map(each -> Arrays.copyOf(each.nanos, each.count)).toList(),
                    took);
        }
    }

    /** One where the sender is at its end. */
    private int answered(Sender sender, long end) throws IOException {
        if (sender.channel.read(sender.answer) < 0) {
            throw new IOException("the connection was closed");
        }
        String head =
                new String(
                        sender.answer.array(),
                        0,
                        sender.answer.position(),
                        StandardCharsets.US_ASCII);
        if (!head.endsWith("\r\n\r\n")) {
            return 0;
        }
        if (!head.startsWith("HTTP/1.1 2")) {
            throw new IOException("answered " + head);
        }
        sender.answer.clear();
        long now = System.nanoTime();
        sender.done(now);
        if (now > end) {
            sender.channel.close();
            return 1;
        }
        post(sender);
        return 0;
    }

    private void post(Sender sender) throws IOException {
        String body = WebhookNode.event(sender.name + "-" + sender.count);
        ByteBuffer request =
                StandardCharsets.US_ASCII.encode(
                        "POST "
                                + path
                                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json"
                                + "\r\nX-Sesame: open sesame\r\nContent-Length: "
                                + body.length()
                                + "\r\n\r\n"
                                + body);
        sender.at = System.nanoTime();
        while (request.hasRemaining()) {
            sender.channel.write(request);
        }
    }
}
