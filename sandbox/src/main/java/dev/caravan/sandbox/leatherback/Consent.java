package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

/**
 * One account access consent as the bank holds it. Dates are kept as the client wrote them, empty
 * where it wrote none; the owner is empty until a customer has decided. Immutable.
 *
 * @param authenticatedAt when the customer last logged in for it, in epoch seconds; 0 never
 * @param connected whether it was ever authorised
 */
public record Consent(
        String id,
        String clientId,
        String status,
        String createdAt,
        String statusAt,
        List<String> permissions,
        String expirationDateTime,
        String fromDateTime,
        String toDateTime,
        String owner,
        long authenticatedAt,
        boolean connected,
        boolean deleted) {
    public static final String AWAITING = "AwaitingAuthorisation";
    public static final String AUTHORISED = "Authorised";
    public static final String REJECTED = "Rejected";

    Consent decided(String how, Instant at, String login) {
        boolean allowed = how.equals(AUTHORISED);
        return new Consent(
                id,
                clientId,
                how,
                createdAt,
                how.equals(status) ? statusAt : Stamp.ticks(at),
                permissions,
                expirationDateTime,
                fromDateTime,
                toDateTime,
                login,
                allowed ? at.getEpochSecond() : authenticatedAt,
                connected || allowed,
                deleted);
    }

    Consent gone() {
        return new Consent(
                id,
                clientId,
                status,
                createdAt,
                statusAt,
                permissions,
                expirationDateTime,
                fromDateTime,
                toDateTime,
                owner,
                authenticatedAt,
                connected,
                true);
    }

    Consent expiring(String when) {
        return new Consent(
                id,
                clientId,
                status,
                createdAt,
                statusAt,
                permissions,
                when,
                fromDateTime,
                toDateTime,
                owner,
                authenticatedAt,
                connected,
                deleted);
    }

    boolean may(String permission) {
        return permissions.contains(permission);
    }

    /** Whether it has one of the two; Detail implies Basic. */
    boolean mayRead(String resource) {
        return may("Read" + resource + "Basic") || may("Read" + resource + "Detail");
    }

    /** Whether the consent gives this row to the client at all. */
    boolean shows(Transaction row) {
        return mayRead("Transactions")
                && (row.credit() ? may("ReadTransactionsCredits") : may("ReadTransactionsDebits"))
                && row.second() >= second(fromDateTime, Long.MIN_VALUE)
                && row.second() <= second(toDateTime, Long.MAX_VALUE);
    }

    boolean expired(Instant now) {
        return !expirationDateTime.isEmpty()
                && !OffsetDateTime.parse(expirationDateTime).toInstant().isAfter(now);
    }

    long from() {
        return second(fromDateTime, Long.MIN_VALUE + 1);
    }

    long to() {
        return second(toDateTime, Long.MAX_VALUE);
    }

    private static long second(String dateTime, long otherwise) {
        return dateTime.isEmpty() ? otherwise : OffsetDateTime.parse(dateTime).toEpochSecond();
    }

    /** The Data of an answer. */
    ObjectNode data() {
        ObjectNode data = Json.object().put("Status", status);
        data.put("StatusUpdateDateTime", statusAt).put("CreationDateTime", createdAt);
        optional(data, "TransactionToDateTime", toDateTime);
        optional(data, "ExpirationDateTime", expirationDateTime);
        permissions.forEach(data.putArray("Permissions")::add);
        data.put("ConsentId", id);
        optional(data, "TransactionFromDateTime", fromDateTime);
        return data;
    }

    private static void optional(ObjectNode data, String name, String value) {
        if (!value.isEmpty()) {
            data.put(name, value);
        }
    }
}
