package dev.caravan.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.deploy.Deployer;
import dev.caravan.faults.StoreFault;
import dev.caravan.inbox.Addresses;
import dev.caravan.inbox.Inbox;
import dev.caravan.inbox.InboxDesk;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.camel.Exchange;

/**
 * What operators do about webhooks, with the admin key: make and end addresses, list events, replay
 * dead ones. Safe for any number of threads.
 */
public final class InboxAdmin {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final AdminKey key;
    private final String publicUrl;
    private final Addresses addresses;
    private final InboxDesk desk;
    private final Deployer deployer;

    public InboxAdmin(
            AdminKey key,
            String publicUrl,
            Addresses addresses,
            InboxDesk desk,
            Deployer deployer) {
        this.key = key;
        this.publicUrl = publicUrl;
        this.addresses = addresses;
        this.desk = desk;
        this.deployer = deployer;
    }

    /** {@code POST /connections/{id}/webhook}: a new address, whose URL is told this once. */
    public void make(Exchange exchange) {
        keyed(exchange, () -> id(exchange).map(id -> made(exchange, id)).orElse(missing()));
    }

    private Answer made(Exchange exchange, UUID id) {
        String provider = addresses.provider(id).orElse(null);
        if (provider == null) {
            return missing();
        }
        Duration overlap =
                deployer.verb(provider, Inbox.class)
                        .map(inbox -> inbox.door().overlap())
                        .orElse(null);
        return new Answer(
                201,
                JSON.createObjectNode()
                        .put("connection", id.toString())
                        .put("url", publicUrl + addresses.make(id, provider, overlap).path()));
    }

    /**
     * {@code DELETE /connections/{id}/webhook}: ends all addresses but the newest, with {@code
     * all=true} that one too.
     */
    public void end(Exchange exchange) {
        keyed(
                exchange,
                () ->
                        id(exchange)
                                .map(id -> addresses.end(id, text(exchange, "all").equals("true")))
                                .map(
                                        ended ->
                                                new Answer(
                                                        200,
                                                        JSON.createObjectNode()
                                                                .put("ended", ended)))
                                .orElse(missing()));
    }

    /** {@code GET /webhooks?provider=}: whether webhooks come through, by connection. */
    public void webhooks(Exchange exchange) {
        keyed(exchange, () -> new Answer(200, desk.webhooks(text(exchange, "provider"))));
    }

    /** {@code GET /inbox?state=dead&provider=&after=&most=}: events, the oldest first. */
    public void list(Exchange exchange) {
        keyed(
                exchange,
                () ->
                        new Answer(
                                200,
                                desk.list(
                                        text(exchange, "provider"),
                                        text(exchange, "state"),
                                        text(exchange, "after"),
                                        text(exchange, "most"))));
    }

    /** {@code POST /inbox/{id}/replay}: one event anew, whatever became of it. */
    public void replay(Exchange exchange) {
        keyed(
                exchange,
                () ->
                        text(exchange, "id").matches("\\d{1,18}")
                                        && desk.replay(Long.parseLong(text(exchange, "id"))) > 0
                                ? new Answer(202, JSON.createObjectNode().put("replayed", 1))
                                : new Answer(404, error("no such event")));
    }

    /** {@code POST /inbox/replay?provider=&state=dead}: all events of a state anew. */
    public void replayAll(Exchange exchange) {
        keyed(
                exchange,
                () -> {
                    String state = text(exchange, "state");
                    return state.matches("dead|ignored|done")
                            ? new Answer(
                                    202,
                                    JSON.createObjectNode()
                                            .put(
                                                    "replayed",
                                                    desk.replay(text(exchange, "provider"), state)))
                            : new Answer(400, error("expected a state of dead, ignored or done"));
                });
    }

    private record Answer(int status, JsonNode body) {}

    private static Answer missing() {
        return new Answer(404, error("no such connection"));
    }

    private static JsonNode error(String what) {
        return JSON.createObjectNode().put("error", what);
    }

    private void keyed(Exchange exchange, Supplier<Answer> work) {
        Answer answer;
        if (!key.fits(exchange.getMessage().getHeader("Authorization", String.class))) {
            answer =
                    new Answer(
                            401,
                            error(
                                    "expected Authorization: Bearer and the key of"
                                            + " etc/caravan.admin.key"));
        } else {
            try {
                answer = work.get();
            } catch (StoreFault e) {
                answer = new Answer(503, error(e.getMessage()));
            }
        }
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(answer.body().toString());
    }

    private static Optional<UUID> id(Exchange exchange) {
        try {
            return Optional.of(UUID.fromString(text(exchange, "id")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String text(Exchange exchange, String name) {
        return exchange.getMessage().getHeader(name, "", String.class);
    }
}
