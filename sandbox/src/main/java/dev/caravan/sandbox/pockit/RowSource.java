package dev.caravan.sandbox.pockit;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;

/**
 * Invents the rows of one account. The same seed, account and position give the same row, whoever
 * asks and when. Immutable.
 */
final class RowSource {
    /** What a row says and, behind the bar, who the merchant is. */
    private static final List<String> SPENDING =
            List.of(
                    "CARD MOSSGATE GROCERS|Mossgate Grocers",
                    "CARD COPPERPOT CAFÉ|Copperpot Café",
                    "CARD THE \"BLUE\" LANTERN|The \"Blue\" Lantern",
                    "CARD NORTHLINE RAIL|Northline Rail",
                    "DD HARROW VALE WATER|",
                    "DD PINNOCK ENERGY|",
                    "CASH OXBOW ST|",
                    "CARD ÆNNA FJORD TEXTILES|Ænna Fjord Textiles",
                    "CARD KESTREL CYCLES|Kestrel Cycles",
                    "FPS RENT FERNLEY LETTINGS|");

    private static final List<String> INCOME =
            List.of(
                    "FPS THISTLEDOWN WORKS PAYROLL|",
                    "REFUND MOSSGATE GROCERS|Mossgate Grocers",
                    "TOP UP|",
                    "FPS A FENWICK|");
    private static final String LINES = "FPS REFERENCE\r\n2026 WARN not a log line|";
    private final Holdings holdings;
    private final long hash;

    RowSource(Holdings holdings, String account) {
        this.holdings = holdings;
        this.hash = Scatter.of(holdings.seed(), account);
    }

    long hash() {
        return hash;
    }

    /** The rows of the past: the oldest is position 0, the youngest is of yesterday. */
    Transaction past(int position, LocalDate firstDay) {
        int total = holdings.transactionsPerAccount();
        if (total - position <= holdings.identicalRows()) {
            return alike(firstDay.minusDays(1));
        }
        long back = (total - 1L - position) * holdings.historyDays() / total;
        return row("past", position, firstDay.minusDays(1 + back));
    }

    /** A row of some family; different families never share an id. */
    Transaction row(String family, long position, LocalDate date) {
        long mixed = Scatter.of(Scatter.of(hash, family) ^ position);
        boolean income = Scatter.below(mixed >>> 3, 5) == 0;
        long pence = 50 + Scatter.below(Scatter.of(mixed), income ? 90_000 : 15_000);
        boolean idless = Scatter.below(mixed >>> 17, 100) < holdings.idlessPercent();
        List<String> words = income ? INCOME : SPENDING;
        String text = words.get(Scatter.below(mixed >>> 29, words.size()));
        if (holdings.oddRows() && Scatter.below(mixed >>> 41, 40) == 7) {
            text = LINES;
        }
        int bar = text.indexOf('|');
        return new Transaction(
                0,
                idless ? "" : "T" + HexFormat.of().toHexDigits(mixed),
                Transaction.Status.Booked,
                time(mixed, date),
                income ? pence : -pence,
                text.substring(0, bar),
                text.substring(bar + 1));
    }

    private Transaction alike(LocalDate date) {
        return Transaction.booked(date, "-2.80", "CARD NORTHLINE RAIL");
    }

    private OffsetDateTime time(long mixed, LocalDate date) {
        OffsetDateTime midnight = date.atStartOfDay().atOffset(ZoneOffset.UTC);
        return switch (holdings.oddRows() ? Scatter.below(mixed >>> 9, 8) : 7) {
            // half past midnight an hour east: in UTC it is still the day before
            case 0 -> midnight.toLocalDateTime().plusMinutes(30).atOffset(ZoneOffset.ofHours(1));
            case 1, 2 -> midnight.plusSeconds(Scatter.below(mixed >>> 21, 86_400));
            default -> midnight;
        };
    }

    List<Beneficiary> beneficiaries() {
        List<String> names = List.of("Fernley Lettings", "A Fenwick", "Saltmarsh Dental");
        return java.util.stream.IntStream.range(0, holdings.beneficiariesPerAccount())
                .mapToObj(
                        at -> {
                            long mixed = Scatter.of(Scatter.of(hash, "beneficiary") ^ at);
                            return new Beneficiary(
                                    "B" + HexFormat.of().toHexDigits(mixed),
                                    names.get(at % names.size()),
                                    digits(mixed, 6),
                                    digits(Scatter.of(mixed), 8),
                                    "REF " + at);
                        })
                .toList();
    }

    static String digits(long mixed, int width) {
        long bound = (long) Math.pow(10, width);
        return String.format("%0" + width + "d", Long.remainderUnsigned(mixed, bound));
    }
}
