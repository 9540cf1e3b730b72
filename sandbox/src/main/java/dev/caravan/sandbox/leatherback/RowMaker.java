package dev.caravan.sandbox.leatherback;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the rows of one account from its seed. The same number makes the same row, and no two
 * numbers share an id. Immutable.
 */
final class RowMaker {
    /** Every so many rows a row without id is repeated, wholly equal. */
    private static final int TWIN_EVERY = 3;

    private final long hash;
    private final String currency;
    private final ZoneId zone;
    private final boolean quirks;
    private final int withoutIdPercent;

    RowMaker(long hash, String currency, LeatherbackSettings settings) {
        this.hash = hash;
        this.currency = currency;
        this.zone = ZoneId.of(settings.bankZone());
        this.quirks = settings.quirks();
        this.withoutIdPercent = settings.withoutIdPercent();
    }

    /** So many rows, spread evenly over the days before the given one. */
    List<Transaction> history(int rows, int days, LocalDate firstDay) {
        List<Transaction> made = new ArrayList<>(rows);
        int withoutId = 0;
        for (int n = 0; n < rows; n++) {
            LocalDate day = firstDay.minusDays(days - (long) n * days / rows);
            Transaction row = booked(n, day);
            boolean young = day.isAfter(firstDay.minusDays(4));
            made.add(young && mayChange(n) && !row.id().isEmpty() ? row.withMutable(true) : row);
            if (row.id().isEmpty() && ++withoutId % TWIN_EVERY == 1 && n + 1 < rows) {
                made.add(row);
                n++;
            }
        }
        return made;
    }

    /** Row number n, booked in the course of that day. */
    Transaction booked(long n, LocalDate day) {
        long bits = Scatter.of(hash ^ Scatter.of(n));
        boolean in = Scatter.below(bits, 5) == 0;
        List<Payee> payees = in ? Payee.INCOME : Payee.SPENDING;
        Payee payee = payees.get(Scatter.below(bits + 1, payees.size()));
        boolean withoutId = quirks && Scatter.below(bits + 2, 100) < withoutIdPercent;
        int second = 28_800 + Scatter.below(bits + 3, 43_200);
        ZonedDateTime at = day.atTime(LocalTime.ofSecondOfDay(second)).atZone(zone);
        boolean bare = quirks && Scatter.below(bits + 4, 11) == 0;
        return new Transaction(
                withoutId ? "" : id("LB", n),
                Transaction.BOOKED,
                false,
                written(at, bits),
                bare ? "" : day.plusDays(n % 2) + "T00:00:00+00:00",
                amount(bits, in),
                currency,
                bare ? "" : "Ref " + Scatter.digits(bits + 5, 6),
                payee.name() + " " + Scatter.digits(bits + 6, 4),
                payee.category().isEmpty() ? "" : payee.name(),
                bare ? "" : payee.name(),
                bare ? "" : Identifier.iban("GB", bits));
    }

    /** A pending row of that day; k tells it from its siblings. */
    Transaction pending(LocalDate day, int k) {
        long number = -1 - day.toEpochDay() * 100 - k;
        Transaction row = booked(number, day);
        BigDecimal held = BigDecimal.valueOf(500 + Scatter.below(hash + number, 9_000), 2);
        return row.withId(id("LBP", number))
                .withStatus(Transaction.PENDING)
                .withAmount(held.negate())
                .withValueDateTime("");
    }

    /** What a booked row becomes that was pending: another id, the day of its booking. */
    Transaction settled(Transaction pending, LocalDate day) {
        long bits = Scatter.of(hash, pending.id() + day);
        String time = pending.bookingDateTime().substring(10);
        return pending.withId(pending.id().isEmpty() ? "" : "LBS" + Scatter.hex(bits))
                .withStatus(Transaction.BOOKED)
                .withBookingDateTime(day + time)
                .withValueDateTime(day + "T00:00:00+00:00");
    }

    boolean mayChange(long n) {
        return Scatter.below(hash ^ n + 0x5EED, 4) == 0;
    }

    private String id(String prefix, long n) {
        return prefix + Scatter.hex(Scatter.of(hash ^ Scatter.of(n)));
    }

    /** Up to five decimals; trailing zeros are no error (rulings, 6). */
    private BigDecimal amount(long bits, boolean in) {
        BigDecimal amount = BigDecimal.valueOf(1 + Scatter.below(bits + 8, 180_000), 2);
        int shape = quirks ? Scatter.below(bits + 9, 40) : 40;
        if (shape == 0) {
            amount = amount.add(new BigDecimal("0.00025"));
        } else if (shape < 4) {
            amount = amount.setScale(5);
        } else if (shape < 6) {
            amount = amount.stripTrailingZeros();
            amount = amount.scale() < 0 ? amount.setScale(0) : amount;
        }
        return in ? amount : amount.negate();
    }

    private String written(ZonedDateTime at, long bits) {
        OffsetDateTime local = at.toOffsetDateTime();
        String utc = local.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime() + "";
        utc = utc.length() == 16 ? utc + ":00" : utc;
        return switch (quirks ? Scatter.below(bits + 10, 8) : 0) {
            case 4 -> utc + "+00:00";
            case 5 -> utc + "." + Scatter.digits(bits + 11, 7) + "Z";
            case 6 -> local.toString();
            case 7 -> utc + ".527Z";
            default -> utc + "Z";
        };
    }
}
