package dev.caravan.deferred;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.connections.Pull;
import dev.caravan.faults.BodyFault;
import dev.caravan.faults.Fault;
import dev.caravan.inbox.Addresses;
import dev.caravan.store.Database;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * The verb for asks that cover several accounts in one call: each account and endpoint is written
 * down by itself, so that budget, result and cursor are those of a single call. Safe for any number
 * of threads and nodes.
 */
public final class Batches {
    private final Database database;
    private final String provider;
    private final DeferredSettings settings;
    private final Addresses addresses;

    public Batches(Database database, String provider, Map<String, String> settings) {
        this.database = database;
        this.provider = provider;
        this.settings = DeferredSettings.of(provider, settings);
        this.addresses = new Addresses(database);
    }

    /** Opens an empty batch as property {@code batch}. */
    public void open(Exchange exchange) {
        exchange.setProperty("batch", new Batch());
    }

    /** Takes the exchange's endpoint and account into the batch. */
    public void join(Exchange exchange) {
        Pull pull = Pull.of(exchange);
        long id =
                database.patiently(
                        store -> {
                            pull.hold(store);
                            return Deferrals.asked(store, exchange);
                        });
        Batch.of(exchange).add(id, exchange);
    }

    /** Whether the exchange's account is in the batch. */
    public boolean joined(Exchange exchange) {
        return Batch.of(exchange).covers(exchange);
    }

    /** Gives the batch an address for its webhook, where we have one, and asks for it now. */
    public void ask(Exchange exchange) {
        Batch batch = Batch.of(exchange);
        Pull pull = Pull.of(exchange);
        exchange.setProperty("asked", batch.asked());
        if (!settings.base().isEmpty()) {
            batch.told(
                    settings.base()
                            + database.patiently(
                                    store -> {
                                        pull.hold(store);
                                        return addresses.once(
                                                store,
                                                pull.connection(),
                                                provider,
                                                String.valueOf(batch.asked().get(0)),
                                                settings.life());
                                    }));
        }
    }

    /**
     * Cuts what the result at hand asked for out of a batch's answer, in the form of a single call;
     * any other answer passes.
     *
     * @param folder where results of batches are
     * @param paths where the accounts are in the answer, separated by {@code |}
     * @param id the field of an account that names it
     * @param members {@code kind=field}, separated by spaces: where an account has what was asked
     * @param items the field that a single call has its records in
     * @throws BodyFault where the answer does not tell of it
     */
    public void slice(
            Exchange exchange,
            String folder,
            String paths,
            String id,
            String members,
            String items) {
        Deferral result = Deferral.of(exchange);
        if (result == null || !result.path().startsWith(folder)) {
            return;
        }
        JsonNode answer = Json.read(exchange.getMessage().getBody(byte[].class));
        String field = field(result.kind(), members);
        for (String path : paths.split("\\|")) {
            for (JsonNode account : answer.at("/" + path.strip().replace('.', '/'))) {
                if (account.path(id).asText().equals(Pull.accountKey(exchange))
                        && account.hasNonNull(field)) {
                    exchange.getMessage().setBody(Json.bytes(single(items, account.get(field))));
                    return;
                }
            }
        }
        throw new BodyFault(
                new Fault.Account(
                        "CARAVAN-BODY",
                        provider,
                        String.valueOf(exchange.getProperty("request")),
                        "is not told by the result of its batch",
                        "nothing was stored; it is asked again",
                        null));
    }

    private static String field(String kind, String members) {
        return List.of(members.split("\\s+")).stream()
                .map(member -> member.split("=", 2))
                .filter(sides -> sides[0].equals(kind))
                .map(sides -> sides[1])
                .findFirst()
                .orElse(kind);
    }

    private static ObjectNode single(String items, JsonNode told) {
        ObjectNode single = JsonNodeFactory.instance.objectNode();
        single.set(items, told.isArray() ? told : JsonNodeFactory.instance.arrayNode().add(told));
        return single;
    }
}
