package dev.caravan.payments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.caravan.connections.Journeys;
import dev.caravan.payments.PaymentMoves.Move;
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
 * Where payments are asked for, shown and settled by hand. One key makes one payment, however often
 * and wherever it comes. Safe for any number of threads and nodes.
 */
public final class PaymentDesk {
    private static final int MOST = 1_000;

    private final Database database;
    private final Sealer sealer;
    private final PaymentMoves moves;

    public PaymentDesk(Database database, Sealer sealer) {
        this.database = database;
        this.sealer = sealer;
        this.moves = new PaymentMoves(database);
    }

    /**
     * A payment that was made of a key.
     *
     * @param link the token of its one-time link, null once it is erased
     * @param same whether the same was asked for
     */
    public record Made(UUID payment, String link, boolean same) {}

    /** What a key was used for already. */
    public Optional<Made> made(String key, JsonNode asked) {
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

    /**
     * Makes a draft and its one-time link; nothing leaves the house.
     *
     * @throws OddOrder with every field that does not fit
     */
    public Made make(String key, JsonNode asked, PaymentSettings settings) {
        Order order = Order.of(asked, settings);
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

    /** One payment with its life, as JSON text. */
    public Optional<RawValue> show(UUID payment) {
        return database.first(
                """
                select (to_jsonb(p) || jsonb_build_object('events', (
                  select jsonb_agg(to_jsonb(e) - 'payment_id' order by e.event_id) from ledger.payment_event e
                  where e.payment_id = p.payment_id)))::text
                from ledger.payment p where p.payment_id = ?
                """,
                row -> new RawValue(row.getString(1)),
                payment);
    }

    /**
     * Payments, the youngest first, at most 1000.
     *
     * @param state empty is any
     */
    public ArrayNode list(String state) {
        ArrayNode payments = JsonNodeFactory.instance.arrayNode();
        database.query(
                        """
                        select to_jsonb(p)::text from ledger.payment p where ? = '' or p.state = ?
                        order by p.created_at desc limit %d
                        """
                                .formatted(MOST),
                        row -> new RawValue(row.getString(1)),
                        state,
                        state)
                .forEach(payments::addRawValue);
        return payments;
    }

    /** Ends a payment that is still a draft; false where it is none. */
    public boolean cancel(UUID payment, String who, String why) {
        return moves.make(payment, new Move("draft", "abandoned", who, why));
    }

    /**
     * Settles a payment whose state nobody knows, or whose provider is not asked any more.
     *
     * @param to {@code submitted}, {@code executed} or {@code rejected}
     * @param name what the provider calls it, null to keep what is known
     */
    public boolean resolve(UUID payment, String to, String who, String why, String name) {
        Move move =
                new Move(
                        to.equals("submitted") ? "unknown" : "unknown submitted pending",
                        to,
                        who,
                        why);
        return moves.settled(payment, move, name);
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
