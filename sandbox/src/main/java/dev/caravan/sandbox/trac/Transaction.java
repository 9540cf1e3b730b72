package dev.caravan.sandbox.trac;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * One movement in a purse, held in few bytes. It exists from its creation on and is {@code
 * processed} from its settlement on. Immutable.
 *
 * @param createdMillis the moment of {@code meta.createdAt}
 * @param settledMillis from when on it is processed; {@link #NEVER} until somebody settles it
 * @param bits what makes its id its own
 * @param organizationId its home: the organization of its member
 * @param amountMinor pence, negative for money out of the purse
 * @param sale whether it belongs to the pass of the till sales, else to that of the top-ups
 * @param tag the integration that made it; null for none
 */
public record Transaction(
        long createdMillis,
        long settledMillis,
        long bits,
        String organizationId,
        String memberId,
        String purseId,
        long amountMinor,
        boolean sale,
        String tag) {
    static final long NEVER = Long.MAX_VALUE;

    /** {@code meta.transactionId}. */
    public String id() {
        return Ulid.of(createdMillis, bits);
    }

    public Instant createdAt() {
        return Instant.ofEpochMilli(createdMillis);
    }

    /** {@code orgId/memberId/purseId}, since purse ids repeat with every member. */
    public String accountId() {
        return organizationId + '/' + memberId + '/' + purseId;
    }

    /** Pounds, negative for money out of the purse. */
    public BigDecimal amount() {
        return BigDecimal.valueOf(amountMinor, 2);
    }

    /** {@code SALE} or {@code TOPUP}. */
    public String category() {
        return sale ? "SALE" : "TOPUP";
    }

    public boolean processedAt(Instant moment) {
        return settledMillis <= moment.toEpochMilli();
    }

    Transaction settledAt(long millis) {
        return new Transaction(
                createdMillis,
                millis,
                bits,
                organizationId,
                memberId,
                purseId,
                amountMinor,
                sale,
                tag);
    }

    Transaction worth(long pence) {
        return new Transaction(
                createdMillis,
                settledMillis,
                bits,
                organizationId,
                memberId,
                purseId,
                pence,
                sale,
                tag);
    }
}
