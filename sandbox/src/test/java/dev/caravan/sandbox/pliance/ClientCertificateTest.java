package dev.caravan.sandbox.pliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.sandbox.MovableClock;
import dev.caravan.sandbox.http.LoopbackServer;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.SelfSigned;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientCertificateTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    @TempDir Path folder;
    private final MovableClock clock = MovableClock.at(NOW);
    private final SelfSigned client =
            SelfSigned.make("client", NOW.minusSeconds(60), NOW.plus(Duration.ofDays(30)));

    private PlianceTwin twin(String password) throws Exception {
        Path file = client.writeKeyStore(folder.resolve("client.p12"), password);
        return PlianceTwin.start(
                PlianceSettings.defaults().subjects(1, 0, 0).mutualTls(file.toString(), password),
                clock);
    }

    private Caller caller(PlianceTwin twin, Optional<SelfSigned> shown) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("twin", twin.serverCertificate().orElseThrow());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(shown.isPresent() ? shown.get().keyStore("") : null, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        HttpClient http = HttpClient.newBuilder().sslContext(context).build();
        return new Caller(
                twin.secureBase().orElseThrow(),
                http,
                clock,
                "caravan",
                PlianceSettings.NOT_A_SECRET,
                "");
    }

    @Test
    void theSecureHostAnswersTheHolderOfTheCertificate() throws Exception {
        for (String password : new String[] {"", "not-a-secret"}) {
            try (PlianceTwin twin = twin(password)) {
                assertThat(twin.secureBase().orElseThrow().getScheme()).isEqualTo("https");
                assertThat(caller(twin, Optional.of(client)).ask("Ping").path("message").asText())
                        .isEqualTo("Pong");
                assertThat(Caller.of(twin, clock).ask("Ping").path("message").asText())
                        .as("the host without certificate stays")
                        .isEqualTo("Pong");
            }
        }
    }

    @Test
    void withoutTheCertificateNoRequestArrives() throws Exception {
        SelfSigned stranger =
                SelfSigned.make("stranger", NOW.minusSeconds(60), NOW.plusSeconds(60));
        try (PlianceTwin twin = twin("")) {
            assertThatThrownBy(() -> caller(twin, Optional.empty()).ask("Ping"))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> caller(twin, Optional.of(stranger)).ask("Ping"))
                    .isInstanceOf(IOException.class);
            assertThat(twin.journal().all()).isEmpty();
        }
    }

    @Test
    void aCertificateThatIsOverByTheTwinsClockIsRefused() throws Exception {
        try (PlianceTwin twin = twin("")) {
            clock.advance(Duration.ofDays(31));
            assertThatThrownBy(() -> caller(twin, Optional.of(client)).ask("Ping"))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void anHttpsReceiverIsToldTheSecret() throws Exception {
        Instant today = Instant.now();
        SelfSigned receiver =
                SelfSigned.make("receiver", today.minusSeconds(60), today.plusSeconds(3_600));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(receiver.keyStore(""), new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        AtomicReference<String> secret = new AtomicReference<>("none came");
        Path trust = receiver.writeTrustStore(folder.resolve("receiver.p12"), "not-a-secret");
        PlianceSettings settings =
                PlianceSettings.defaults()
                        .subjects(1, 0, 0)
                        .webhookTrust(trust.toString(), "not-a-secret");
        try (LoopbackServer inbox = receiver(context, secret);
                PlianceTwin twin = PlianceTwin.start(settings, clock)) {
            twin.tenant().webhook(inbox.base() + "/hook", "hush");
            twin.tenant().send(EventType.CompanyNameChanged, "c-1");
            assertThat(twin.webhooksSettled(Duration.ofSeconds(10))).isTrue();

            assertThat(secret).hasValue("hush");
            assertThat(twin.tenant().deliveries().get(0).arrived()).isTrue();
        }
    }

    /** Asks for no certificate, as a receiver of webhooks does. */
    private static LoopbackServer receiver(SSLContext context, AtomicReference<String> secret) {
        return LoopbackServer.secure(
                0,
                4,
                false,
                request -> {
                    secret.set(request.header("x-pliance-secret").orElse(""));
                    return new LoopbackServer.Served(Reply.empty(204), bytes -> {});
                },
                context,
                false);
    }

    @Test
    void aTlsPortWithoutCertificatesIsRefused() {
        PlianceSettings settings = PlianceSettings.defaults();

        assertThatThrownBy(() -> settings.with(dev.caravan.sandbox.Json.object().put("tlsPort", 0)))
                .hasMessageContaining("clientCertificates");
    }
}
