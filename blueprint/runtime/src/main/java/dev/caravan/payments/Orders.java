package dev.caravan.payments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.caravan.connections.Journeys;
import dev.caravan.payments.PaymentDesk.Made;
import dev.caravan.store.Database;
import dev.caravan.vault.Sealer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Orders and the keys that they came with: a key makes one payment, with everything that is secret
 * of it sealed. Safe for any number of threads and nodes.
 */
final class Orders {
    private final Database database;
    private final Sealer sealer;

    Orders(Database database, Sealer sealer) {
        this.database = database;
        this.sealer = sealer;
    }

    /** What a key was used for already. */
    Optional<Made> made(String key, JsonNode asked) {
        return database.inTransaction(store -> made(store, key, asked));
    }

    private Optional<Made> made(Connection store, String key, JsonNode asked) throws SQLException {
        return Database.query(
                        store,
                        "select id, link_sealed, request_sealed from caravan.payment where key_hash"
                                + " = ?",
                        row ->
                                new Made(
                                        row.getObject(1, UUID.class),
                                        row.getString(2) == null
                                                ? null
                                                : sealer.open(row.getString(2)),
                                        sealer.open(row.getString(3)).equals(digest(asked))),
                        hash(key))
                .stream()
                .findFirst();
    }

    /** The payment of a key, made now where the key is new. */
    Made make(String key, JsonNode asked, Order order) {
        return database.inTransaction(
                store -> {
                    // one at a time for a key; the unique index stands behind it
                    Database.query(
                            store,
                            "select pg_advisory_xact_lock(hashtextextended(?, 17))",
                            row -> 1,
                            HexFormat.of().formatHex(hash(key)));
                    Optional<Made> before = made(store, key, asked);
                    return before.isPresent() ? before.get() : draft(store, key, asked, order);
                });
    }

    private Made draft(Connection store, String key, JsonNode asked, Order order)
            throws SQLException {
        UUID id = UUID.randomUUID();
        Database.update(
                store,
                "insert into caravan.connection (id, provider, user_ref, kind) values (?, ?, ?,"
                        + " 'payment')",
                id,
                order.provider(),
                order.user());
        String link = Journeys.link(store, id);
        Database.update(
                store,
                """
                with made as (
                  insert into caravan.payment (id, provider, user_ref, amount, currency, payee_name, payee_account, reference,
                    intent_sealed, key_hash, request_sealed, link_sealed)
                  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id, state)
                insert into caravan.payment_event (payment_id, to_state) select id, state from made
                """,
                id,
                order.provider(),
                order.user(),
                order.amount(),
                order.currency(),
                order.name(),
                order.maskedAccount(),
                order.reference(),
                sealer.seal(order.intent(id.toString())),
                hash(key),
                sealer.seal(digest(asked)),
                sealer.seal(link));
        return new Made(id, link, true);
    }

    /** What was asked for, told apart by its content and not by its spelling. */
    private static String digest(JsonNode asked) {
        return HexFormat.of().formatHex(hash(canonical(asked).toString()));
    }

    private static JsonNode canonical(JsonNode node) {
        if (!node.isObject()) {
            return node;
        }
        var sorted = JsonNodeFactory.instance.objectNode();
        var fields = new TreeMap<String, JsonNode>();
        node.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        fields.forEach((name, value) -> sorted.set(name, canonical(value)));
        return sorted;
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
