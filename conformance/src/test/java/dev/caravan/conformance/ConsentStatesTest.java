package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.caravan.connections.Journeys;
import dev.caravan.connections.ReminderPost;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a consent by time, by its provider and by a crash (design 6, contract 10). */
class ConsentStatesTest {
    private World world;

    @BeforeEach
    void open() {
        world = World.of(World.smallBank());
    }

    @AfterEach
    void close() {
        world.close();
    }

    /** A connection whose consent ends so many days from now, as its provider says. */
    private UUID endingIn(int days) {
        UUID connection = world.connected("john1");
        world.twin
                .connection("john1")
                .consentExpiresAt(world.clock.instant().plus(Duration.ofDays(days)));
        world.advance(Duration.ofHours(1));
        world.pull(connection);
        return connection;
    }

    private String reminders() {
        return world.text(
                "select coalesce(string_agg(days || case when is_renewed then ' renewed' else ''"
                        + " end, ', ' order by consent_reminder_id), '') from"
                        + " ledger.consent_reminder");
    }

    @Test
    void aReminderIsWrittenOnceForEachStepBeforeTheEnd() {
        UUID connection = endingIn(20);
        world.advance(Duration.ofDays(5));
        assertThat(world.state(connection)).isEqualTo("active");
        assertThat(reminders()).isEmpty();
        world.advance(Duration.ofDays(2));
        World.until(() -> reminders().equals("14"));
        world.advance(Duration.ofDays(7));
        World.until(() -> reminders().equals("14, 7"));
        assertThat(world.state(connection)).isEqualTo("expiring");
        world.advance(Duration.ofDays(4));
        World.until(() -> reminders().equals("14, 7, 3"));
        world.advance(Duration.ofDays(1));
        World.until(() -> reminders().equals("14, 7, 3, 1"));
        assertThat(
                        world.number(
                                "select count(*) from ledger.consent_reminder where user_ref ="
                                        + " 'john1' and due_at = consent_expires_at -"
                                        + " make_interval(days => days)"))
                .isEqualTo(4);
        String last = world.lastEnd(connection);
        world.reconnect(connection, "john1");
        world.awaitPull(connection, last);
        assertThat(reminders()).isEqualTo("14 renewed, 7 renewed, 3 renewed, 1 renewed");
    }

    @Test
    void aReminderIsPostedWithASignatureUntilItIsTaken() throws Exception {
        byte[] key = "twenty-four random bytes".getBytes(StandardCharsets.UTF_8);
        Path secret = world.home.resolve("remind.secret");
        Files.writeString(secret, "whsec_" + Base64.getEncoder().encodeToString(key));
        List<String> bodies = new CopyOnWriteArrayList<>();
        List<String> proofs = new CopyOnWriteArrayList<>();
        HttpServer receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        receiver.createContext(
                "/",
                post -> {
                    String body =
                            new String(
                                    post.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                    bodies.add(body);
                    String id = post.getRequestHeaders().getFirst("webhook-id");
                    String at = post.getRequestHeaders().getFirst("webhook-timestamp");
                    proofs.add(
                            post.getRequestHeaders().getFirst("webhook-signature")
                                    + " "
                                    + hmac(key, id + "." + at + "." + body));
                    post.sendResponseHeaders(bodies.size() == 1 ? 503 : 204, -1);
                    post.close();
                });
        receiver.start();
        String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/";
        try (ReminderPost posting = new ReminderPost(world.database, url, secret, world.clock);
                ReminderPost plain =
                        new ReminderPost(
                                world.database,
                                url.replace("127.0.0.1", "receiver.example"),
                                secret,
                                world.clock)) {
            UUID connection = endingIn(10);
            world.advance(Duration.ofDays(4));
            World.until(() -> reminders().equals("7"));
            plain.post();
            posting.post();
            posting.post();
            assertThat(bodies).as("not before its time").hasSize(1);
            assertThat(world.text("select last_fault from ledger.consent_reminder"))
                    .isEqualTo("answered 503");
            world.advance(Duration.ofMinutes(2));
            posting.post();
            world.advance(Duration.ofHours(1));
            posting.post();
            assertThat(bodies).hasSize(2);
            assertThat(bodies.get(1))
                    .contains("\"consent.reminder\"", connection.toString(), "\"days\":7");
            assertThat(proofs)
                    .allSatisfy(
                            proof ->
                                    assertThat(proof.split(" ")[0])
                                            .isEqualTo("v1," + proof.split(" ")[1]));
            assertThat(world.number("select count(told_at) from ledger.consent_reminder")).isOne();
        } finally {
            receiver.stop(0);
        }
    }

    private static String hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void stepsThatPassedWhileNothingRanAreNotMadeUpFor() {
        endingIn(20);
        world.advance(Duration.ofDays(18));
        World.until(() -> reminders().equals("3"));
    }

    @Test
    void aConsentThatItsProviderSaysIsOverEndsThePullAndStaysExpired() {
        UUID connection = world.connected("john1");
        world.twin
                .connection("john1")
                .consentExpiresAt(world.clock.instant().minus(Duration.ofHours(1)));
        world.twin.change(world.twin.settings().honourExpiredConsents(true));
        world.twin.journal().clear();
        world.pull(connection);
        assertThat(world.state(connection)).isEqualTo("expired");
        assertThat(world.twin.journal().count("me")).isPositive();
        assertThat(world.twin.journal().count("accounts")).isZero();
        assertThat(
                        world.number(
                                "select count(*) from caravan.task where kind = 'pull' and due_at"
                                        + " is not null"))
                .isZero();
    }

    @Test
    void aTripThatACrashCutOffBehindItsExchangeIsFinished() {
        UUID connection = world.connect("john1");
        world.awaitPull(connection, null);
        String last = world.lastEnd(connection);
        // what is in the store when the process dies between the exchange and the answer
        world.database.update("update caravan.journey set outcome = null");
        world.database.update("update caravan.connection set state = 'authorised'");
        world.advance(Duration.ofMinutes(6));
        World.until(() -> "active".equals(world.state(connection)));
        world.tick();
        world.awaitPull(connection, last);
        assertThat(world.text("select outcome from ledger.trip")).isEqualTo("connected");
    }

    @Test
    void aTripThatACrashCutOffBeforeItsExchangeIsGivenUp() {
        Journeys.Begun begun = world.journeys.begin("truelayer", "john1");
        URI callback = world.callback(begun.link(), "john1");
        world.database.update("update caravan.journey set used_at = caravan.now()");
        world.database.update("update caravan.connection set state = 'authorised'");
        world.advance(Duration.ofMinutes(6));
        World.until(() -> "abandoned".equals(world.state(begun.connection())));
        assertThat(world.back(callback).statusCode()).isEqualTo(400);
        assertThat(world.text("select outcome from ledger.trip")).isEqualTo("failed");
    }

    @Test
    void theEndOfAConsentIsByTheTimeOfTheStoreWhateverTheClockOfTheNodeSays() {
        UUID connection = world.connected("john1");
        world.clock.advance(Duration.ofMinutes(10));
        world.database.update(
                "update caravan.connection set consent_expires_at = caravan.now() + interval '5"
                        + " minutes'");
        World.until(() -> "expiring".equals(world.state(connection)));
        world.pull(connection);
        assertThat(world.state(connection)).as("the node is ahead").isEqualTo("active");
        world.clock.advance(Duration.ofMinutes(-20));
        world.database.update(
                "update caravan.connection set consent_expires_at = caravan.now() - interval '1"
                        + " second'");
        World.until(() -> "expired".equals(world.state(connection)));
    }
}
