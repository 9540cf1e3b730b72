package dev.caravan.conformance.truelayer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.House;
import dev.caravan.sandbox.truelayer.Signing;
import dev.caravan.sandbox.truelayer.WebhookDelivery;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A webhook need not be signed; a signature that is there must hold by the twin's own keys. */
class SignedHintTest {
    private static final String EVENT = "{\"task_id\":\"%s\",\"status\":\"Succeeded\"}";

    private final TrueLayer bank = signing();

    @AfterEach
    void close() {
        bank.close();
    }

    /** A bank whose key set is where our setting says, to the letter. */
    private static TrueLayer signing() {
        int port = freePort();
        return TrueLayer.of(
                TrueLayer.smallBank().port(port),
                Map.of("webhook.jku", "http://127.0.0.1:" + port + "/.well-known/jwks"));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The address of an ask whose result is still to come. */
    private String address() {
        UUID connection = bank.connected("john1");
        bank.twin.holdTasks();
        bank.house.pull(connection);
        House.until(() -> !bank.twin.tasks().isEmpty());
        return bank.twin.tasks().get(0).webhook().orElseThrow().toString();
    }

    private int sent(String address, String task, Signing how) {
        WebhookDelivery delivery = bank.twin.signedWebhook(address, EVENT.formatted(task), how);
        assertThat(delivery.answer()).as("no answer says more than its status").isEmpty();
        return delivery.status();
    }

    @Test
    void everySignatureThatHoldsIsTakenAndNoOther() {
        String address = address();

        for (Signing how : Signing.values()) {
            // three times, so that the keys with short coordinates have their turn
            for (int turn = 0; turn < 3; turn++) {
                int expected = how.holds() || how == Signing.MISSING ? 200 : 401;
                assertThat(sent(address, how + "-" + turn, how)).as(how.name()).isEqualTo(expected);
            }
        }
        long holding = Stream.of(Signing.values()).filter(Signing::holds).count();
        assertThat(bank.house.number("select count(*) from ledger.inbox"))
                .as("and nothing of a refused one is kept")
                .isEqualTo(3 * (holding + 1));
        assertThat(bank.twin.journal().count("jwks"))
                .as("a made-up key id has the set read once more, not each time")
                .isBetween(1L, 3L);
    }

    @Test
    void aNewKeyIsLookedForOnceItIsMet() {
        String address = address();
        assertThat(sent(address, "before", Signing.TRUE)).isEqualTo(200);

        bank.twin.rotateWebhookKeys();

        assertThat(sent(address, "after", Signing.TRUE)).isEqualTo(200);
        assertThat(sent(address, "again", Signing.TRUE)).isEqualTo(200);
        assertThat(bank.twin.journal().count("jwks")).isEqualTo(2);
    }
}
