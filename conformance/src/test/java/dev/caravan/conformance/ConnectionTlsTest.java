package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.connections.Enrolment;
import dev.caravan.faults.HandshakeFault;
import dev.caravan.faults.SetupFault;
import dev.caravan.sandbox.http.SelfSigned;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every connection shows its own certificate and believes its own server. */
class ConnectionTlsTest {
    private static final String CALL =
            FrontDesk.route(
                    "call",
                    """
                    <removeHeaders pattern="*"/><setHeader name="Connection"><constant>close</constant></setHeader>
                    <toD allowOptimisedComponents="false" uri="${exchangeProperty.url}?httpClientConfigurer=#guard&amp;throwExceptionOnFailure=false&amp;disableStreamCache=true&amp;sslContextParameters=#tls.${exchangeProperty.whose}"/>
                    <convertBodyTo type="String"/>
                    """);

    private final SelfSigned server = selfSigned("server", 365);
    private final SelfSigned north = selfSigned("north", 365);
    private final SelfSigned south = selfSigned("south", 365);
    private final ConcurrentLinkedQueue<String> shown = new ConcurrentLinkedQueue<>();
    private ServerSocket bank;
    private FrontDesk desk;
    private Enrolment enrolment;

    private static SelfSigned selfSigned(String name, int days) {
        return SelfSigned.make(
                name,
                Instant.now().minus(Duration.ofDays(1)),
                Instant.now().plus(Duration.ofDays(days)));
    }

    @BeforeEach
    void open() throws Exception {
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(server.keyStore("x"), "x".toCharArray());
        KeyStore accepted = KeyStore.getInstance("PKCS12");
        accepted.load(null, null);
        accepted.setCertificateEntry("north", north.certificate());
        accepted.setCertificateEntry("south", south.certificate());
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(accepted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        bank = new ServerSocket(0, 20, InetAddress.getLoopbackAddress());
        Thread answering = new Thread(() -> answerAll(context));
        answering.setDaemon(true);
        answering.start();
        desk = FrontDesk.of(CALL, "", Map.of());
        enrolment = new Enrolment(desk.house.database, desk.house.sealer);
    }

    private void answerAll(SSLContext context) {
        while (!bank.isClosed()) {
            try (Socket plain = bank.accept()) {
                answer(context, plain);
            } catch (IOException e) {
                // refused, or over
            }
        }
    }

    private void answer(SSLContext context, Socket plain) throws IOException {
        plain.setSoTimeout(5_000);
        SSLSocket tls =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(plain, new ByteArrayInputStream(new byte[0]), false);
        tls.setNeedClientAuth(true);
        // in TLS 1.3 the client would learn of a refusal only after its handshake
        tls.setEnabledProtocols(new String[] {"TLSv1.2"});
        try {
            tls.startHandshake();
        } catch (IOException refused) {
            // what is left unread would end in a reset and take the alert along
            plain.getInputStream().transferTo(OutputStream.nullOutputStream());
            throw refused;
        }
        shown.add(tls.getSession().getPeerPrincipal().getName());
        BufferedReader request = new BufferedReader(new InputStreamReader(tls.getInputStream()));
        for (String line = request.readLine(); !line.isEmpty(); line = request.readLine()) {
            assertThat(line).isNotNull();
        }
        tls.getOutputStream()
                .write(
                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
                                .getBytes(StandardCharsets.US_ASCII));
        tls.close();
    }

    @AfterEach
    void close() throws IOException {
        desk.close();
        bank.close();
    }

    private static String base64(SelfSigned one, String password) throws Exception {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        one.keyStore(password).store(file, password.toCharArray());
        return Base64.getMimeEncoder().encodeToString(file.toByteArray());
    }

    private static String pem(SelfSigned one) throws Exception {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(one.certificate().getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    private Map<String, String> secrets(SelfSigned client, String password) throws Exception {
        Map<String, String> secrets = new HashMap<>();
        secrets.put("truststore", pem(server));
        if (client != null) {
            secrets.put("keystore", base64(client, password));
            secrets.put("keystore.password", password);
        }
        return secrets;
    }

    private UUID connection(Map<String, String> secrets) {
        return enrolment.add("bank", "u", new Enrolment.Own(Map.of(), secrets));
    }

    private Exchange call(Object whose) {
        return desk.house
                .camel()
                .createProducerTemplate()
                .request(
                        "direct:call",
                        exchange -> {
                            exchange.setProperty("url", "https://127.0.0.1:" + bank.getLocalPort());
                            exchange.setProperty("whose", whose);
                        });
    }

    private String answer(Object whose) {
        Exchange done = call(whose);
        assertThat(done.getException()).isNull();
        return done.getMessage().getBody(String.class);
    }

    @Test
    void eachConnectionShowsItsOwnCertificate() throws Exception {
        UUID one = connection(secrets(north, "pass"));
        UUID other = connection(secrets(south, ""));
        assertThat(answer(one)).isEqualTo("ok");
        assertThat(answer(other)).isEqualTo("ok");
        assertThat(answer(one)).isEqualTo("ok");
        assertThat(shown).containsExactly("CN=north", "CN=south", "CN=north");
    }

    @Test
    void aNewCertificateIsShownFromTheNextHandshakeOn() throws Exception {
        UUID one = connection(secrets(north, "pass"));
        answer(one);
        enrolment.change(one, new Enrolment.Own(null, secrets(south, "other")));
        answer(one);
        assertThat(shown).containsExactly("CN=north", "CN=south");
    }

    @Test
    void aHandshakeThatFailsIsAFaultAndNoLostConnection() throws Exception {
        UUID stranger = connection(secrets(selfSigned("stranger", 365), "pass"));
        assertThat(call(stranger).getException())
                .isInstanceOf(HandshakeFault.class)
                .hasMessageStartingWith("CARAVAN-HANDSHAKE bank: the TLS handshake with 127.0.0.1");
        UUID silent = connection(secrets(null, null));
        assertThat(call(silent).getException()).isInstanceOf(HandshakeFault.class);
        UUID distrustful = connection(Map.of());
        assertThat(call(distrustful).getException()).isInstanceOf(HandshakeFault.class);
        assertThat(call("none").getException()).isInstanceOf(HandshakeFault.class);
        assertThat(shown).isEmpty();
    }

    @Test
    void aKeystoreThatDoesNotOpenIsSaidWithoutItsPassword() throws Exception {
        Map<String, String> secrets = secrets(north, "pass");
        secrets.put("keystore.password", "wrong-word");
        Throwable failed = call(connection(secrets)).getException();
        while (failed.getCause() != null && !(failed instanceof SetupFault)) {
            failed = failed.getCause();
        }
        assertThat(failed)
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("CARAVAN-CERTIFICATE bank")
                .hasMessageContaining("does not open with its password")
                .hasMessageNotContaining("wrong-word");

        UUID spoiled = connection(secrets(north, "pass"));
        answer(spoiled);
        enrolment.change(spoiled, new Enrolment.Own(null, Map.of("keystore", "no keystore")));
        assertThat(call(spoiled).getException()).isInstanceOf(SetupFault.class);
    }
}
