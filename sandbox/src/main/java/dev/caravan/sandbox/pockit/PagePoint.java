package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.FaultPoint;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Sets the faults that a page of rows can have, each named by what the caller will see. An extra
 * row is never part of the truth. Immutable.
 */
public record PagePoint(FaultPoint at) {
    /** Next of every page is that page itself. */
    public Fault repeatsNext() {
        return at.set(new PageFault.Next("{self}"));
    }

    /** The last page leads back to the first. */
    public Fault nextGoesInCircles() {
        return at.set(new PageFault.Cycle());
    }

    /** Next leads to a host that is nobody's. */
    public Fault foreignNext() {
        return nextAt("https://accounts.example.invalid/v1/accounts?cursor=2");
    }

    /** Next leads out of the base path. */
    public Fault nextOutsideTheBase() {
        return nextAt("{base}/elsewhere/accounts?cursor=2");
    }

    /** Next leads there, to a listener of the test for instance. */
    public Fault nextAt(String address) {
        return at.set(new PageFault.Next(address));
    }

    public Fault emptyWithNext() {
        return at.set(new PageFault.Empty());
    }

    public Fault repeatsARow() {
        return at.set(new PageFault.RepeatedRow());
    }

    /** The true one comes last. */
    public Fault twoVersionsOfARow() {
        return at.set(new PageFault.TwoVersions());
    }

    public Fault saysTotalPages(int said) {
        return at.set(new PageFault.TotalPages(said));
    }

    public Fault wordAsAmount() {
        return extraRow(row -> amount(row).put("Amount", "twelve"));
    }

    public Fault hugeAmount() {
        return extraRow(row -> amount(row).put("Amount", new BigDecimal("1e30")));
    }

    public Fault nullAmount() {
        return extraRow(row -> amount(row).putNull("Amount"));
    }

    /** A digit beyond five decimals that is not zero. */
    public Fault tooManyDecimals() {
        return extraRow(row -> amount(row).put("Amount", "1.1234567"));
    }

    public Fault unknownCurrency() {
        return extraRow(row -> amount(row).put("Currency", "ZZZ"));
    }

    public Fault nulInDescription() {
        return extraRow(row -> row.put("TransactionInformation", "a\u0000b"));
    }

    public Fault longDescription(int characters) {
        return extraRow(row -> row.put("TransactionInformation", "x".repeat(characters)));
    }

    public Fault impossibleDate() {
        return extraRow(row -> row.put("BookingDateTime", "2026-02-30T00:00:00Z"));
    }

    public Fault unknownStatus() {
        return extraRow(row -> row.put("Status", "Pondering"));
    }

    /** A copy of a booked row under the id EXTRA, with this change. */
    public Fault extraRow(Consumer<ObjectNode> change) {
        return at.set(new PageFault.ExtraRow(changing(change)));
    }

    /** The same faults for {@code POST /twin/faults}. */
    static Optional<Effect> named(String kind, JsonNode wish) {
        return Optional.ofNullable(
                switch (kind) {
                    case "next_self" -> new PageFault.Next("{self}");
                    case "next_cycle" -> new PageFault.Cycle();
                    case "next_at" -> new PageFault.Next(wish.path("address").asText());
                    case "empty_page" -> new PageFault.Empty();
                    case "repeat_row" -> new PageFault.RepeatedRow();
                    case "two_versions" -> new PageFault.TwoVersions();
                    case "total_pages" -> new PageFault.TotalPages(wish.path("said").asInt());
                    case "extra_row" ->
                            new PageFault.ExtraRow(
                                    row -> row.setAll((ObjectNode) wish.path("row")));
                    default -> null;
                });
    }

    private static UnaryOperator<ObjectNode> changing(Consumer<ObjectNode> change) {
        return row -> {
            change.accept(row);
            return row;
        };
    }

    /** Shape O has its money in an object of its own. */
    private static ObjectNode amount(ObjectNode row) {
        return row.path("Amount") instanceof ObjectNode money ? money : row;
    }
}
