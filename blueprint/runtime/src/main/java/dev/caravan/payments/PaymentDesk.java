package dev.caravan.payments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.caravan.payments.PaymentMoves.Move;
import dev.caravan.store.Database;
import dev.caravan.vault.Sealer;
import java.util.Optional;
import java.util.UUID;

/**
 * Where payments are asked for, shown and settled by hand. One key makes one payment, however often
 * and wherever it comes. Safe for any number of threads and nodes.
 */
public final class PaymentDesk {
    private static final int MOST = 1_000;

    private final Database database;
    private final Orders orders;
    private final PaymentMoves moves;

    public PaymentDesk(Database database, Sealer sealer) {
        this.database = database;
        this.orders = new Orders(database, sealer);
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
        return orders.made(key, asked);
    }

    /**
     * Makes a draft and its one-time link; nothing leaves the house.
     *
     * @throws OddOrder with every field that does not fit
     */
    public Made make(String key, JsonNode asked, PaymentSettings settings) {
        return orders.make(key, asked, Order.of(asked, settings));
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
}
