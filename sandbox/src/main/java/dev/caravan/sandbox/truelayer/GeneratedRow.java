package dev.caravan.sandbox.truelayer;

import dev.caravan.sandbox.http.JsonBytes;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDate;

/**
 * A cursor over generated rows: one object shows any row of an account. A row is a pure function of
 * the account's seed and the row's position, so a million of them cost no memory. Owned by one
 * thread.
 */
final class GeneratedRow {
    /** Every so many rows a purchase is repeated, wholly equal and without ids. */
    private static final long TWIN_EVERY = 499;

    private static final byte[] ID = JsonText.utf8("{\"transaction_id\":\"");
    private static final byte[] NORMALISED =
            JsonText.utf8("\",\"normalised_provider_transaction_id\":\"");
    private static final byte[] PROVIDER = JsonText.utf8("\",\"provider_transaction_id\":\"TL");
    private static final byte[] TIMESTAMP = JsonText.utf8("\",\"timestamp\":\"");
    private static final byte[] AMOUNT = JsonText.utf8("\",\"amount\":");
    private static final byte[] MIDNIGHT = JsonText.utf8("T00:00:00");
    private static final byte[] DEBIT = JsonText.utf8("\"transaction_type\":\"DEBIT\",");
    private static final byte[] CREDIT = JsonText.utf8("\"transaction_type\":\"CREDIT\",");
    private static final byte[] NO_BALANCE = JsonText.utf8(",\"running_balance\":{}");
    private static final byte[] BALANCE = JsonText.utf8(",\"running_balance\":{\"amount\":");
    private static final byte[] META =
            JsonText.utf8(
                    ",\"meta\":{\"provider_transaction_category\":\"DEB\",\"provider_reference\":\"");
    private static final byte[] CARD_NUMBER = JsonText.utf8("\",\"cardNumber\":\"555555000");
    private static final byte[] EXTRA = JsonText.utf8("\",\"twin_extra\":{\"tier\":[1,2.50]}");

    private static final byte[] QUOTE = {'"'};

    /** No zone is one quarter, +01:00 another; the rest is Z. */
    private static final byte[][] ZONES = {
        JsonText.utf8("Z"), JsonText.utf8(""), JsonText.utf8("Z"), JsonText.utf8("+01:00")
    };

    private final BankAccount account;
    private final long salt;
    private final byte[] currency;
    private long position;
    private long bits;
    private long shownDay = Long.MIN_VALUE;
    private byte[] date;
    private long cents;
    private String type;
    private boolean normalised;
    private boolean provider;
    private Merchant merchant;

    /** A salt other than zero gives every row another transaction_id. */
    GeneratedRow(BankAccount account, long salt) {
        this.account = account;
        this.salt = salt;
        this.currency = JsonText.utf8(",\"currency\":\"" + account.currency() + "\",");
    }

    GeneratedRow show(Segment segment, long number) {
        position = segment.base() + number;
        long day = segment.day(number);
        boolean quirks = account.quirks();
        boolean second =
                quirks && number > 0 && number % TWIN_EVERY == 0 && segment.day(number - 1) == day;
        boolean first =
                quirks
                        && (number + 1) % TWIN_EVERY == 0
                        && number + 1 < segment.count()
                        && segment.day(number + 1) == day;
        bits = Mix.of(account.hash() + (second ? position - 1 : position));
        int idClass = (int) (bits & 31);
        boolean idless = first || second || quirks && idClass == 0;
        normalised = !idless && !(quirks && idClass <= 2);
        provider = !idless && !(quirks && idClass == 3);
        showDay(day);
        showAmount(quirks ? (int) (bits >>> 44) & 127 : 127);
        return this;
    }

    private void showDay(long day) {
        if (day != shownDay) {
            shownDay = day;
            date = JsonText.utf8(LocalDate.ofEpochDay(day).toString());
        }
    }

    private void showAmount(int quirk) {
        boolean in = (bits >>> 5) % 5 == 0;
        cents = 1 + (bits >>> 8 & 0xFFFFFF) % ((bits & 0x60) == 0 ? 250_000 : 9_999);
        type = in ? "CREDIT" : "DEBIT";
        boolean negative = account.kind() == Kind.CARD ? in : !in;
        if (quirk == 0) {
            // contract 3.4: sign and type disagree; on an account the minus sign wins
            negative = !negative;
        } else if (quirk == 1) {
            type = null;
        }
        cents = negative ? -cents : cents;
        var payees = in ? Merchant.INCOME : Merchant.SPENDING;
        merchant = payees.get((int) (bits >>> 32 & 15) % payees.size());
    }

    void writeTo(JsonBytes out) throws IOException {
        long idBits = Mix.row(account.hash(), position, salt);
        out.raw(ID).hex(idBits, 16).hex(Mix.of(idBits), 16);
        if (normalised) {
            out.raw(NORMALISED).hex(Mix.of(bits), 16).hex(bits, 16);
        }
        if (provider) {
            out.raw(PROVIDER).hex(Mix.of(bits + 1), 16);
        }
        out.raw(TIMESTAMP).raw(date);
        writeTime(out);
        out.raw(merchant.head()).digits(code(), 4).raw(AMOUNT);
        writeAmount(out, cents);
        out.raw(currency);
        if (type != null) {
            out.raw(type.equals("DEBIT") ? DEBIT : CREDIT);
        }
        out.raw(merchant.tail());
        int shape = account.quirks() ? (int) (bits >>> 51) & 15 : 15;
        if (shape == 0) {
            out.raw(NO_BALANCE);
        } else if (shape > 5) {
            out.raw(BALANCE);
            writeAmount(out, (bits >>> 20 & 0xFFFFF) - 100_000);
            out.raw(currency, 0, currency.length - 1).raw('}');
        }
        if (shape != 1) {
            writeMeta(out, shape);
        }
        out.raw('}');
    }

    private void writeMeta(JsonBytes out, int shape) throws IOException {
        out.raw(META).number(bits >>> 40);
        if (account.kind() == Kind.CARD) {
            out.raw(CARD_NUMBER).digits(account.hash() >>> 44, 7);
        }
        out.raw(shape == 2 ? EXTRA : QUOTE).raw('}');
    }

    private long code() {
        return (bits >>> 48) % 10_000;
    }

    private static void writeAmount(JsonBytes out, long cents) throws IOException {
        if (cents < 0) {
            out.raw('-');
        }
        long size = Math.abs(cents);
        out.number(size / 100);
        if (size % 10 == 0 && size % 100 != 0) {
            // 20.5, as many banks write it
            out.raw('.').digits(size / 10 % 10, 1);
        } else {
            out.raw('.').digits(size % 100, 2);
        }
    }

    private int clock() {
        return account.quirks() ? (int) (bits >>> 59) : 0;
    }

    /** Seconds into a day, between 08:00 and 20:00, so that no zone of Europe moves the date. */
    private long second() {
        return 28_800 + (bits >>> 28 & 0xFFFF) % 43_200;
    }

    private void writeTime(JsonBytes out) throws IOException {
        int clock = clock();
        if (clock < 20) {
            out.raw(MIDNIGHT);
        } else {
            long second = second();
            out.raw('T').digits(second / 3600, 2).raw(':').digits(second / 60 % 60, 2);
            out.raw(':').digits(second % 60, 2);
        }
        if (clock >= 24 && clock < 31) {
            out.raw('.').digits(fraction(clock - 23), clock - 23);
        }
        out.raw(ZONES[clock & 3]);
    }

    private long fraction(int digits) {
        return (bits >>> 12 & 0xFFFFFFF) % (long) Math.pow(10, digits);
    }

    /** The same row as a record, for the truth and for changes. */
    Transaction toTransaction() {
        return new Transaction(
                normalised ? Mix.hex(Mix.of(bits)) + Mix.hex(bits) : null,
                provider ? "TL" + Mix.hex(Mix.of(bits + 1)) : null,
                new String(date) + "T00:00:00Z",
                merchant.name() + " " + Long.toString(10_000 + code()).substring(1),
                BigDecimal.valueOf(cents, 2),
                type,
                account.currency(),
                merchant.category(),
                merchant.name());
    }

    /** Whether the bank gives it an id that stays. */
    boolean identified() {
        return normalised;
    }

    long position() {
        return position;
    }
}
