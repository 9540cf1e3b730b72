package dev.caravan.store;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rule by which a pending transaction that is gone is taken for a booked one: exact, strong, or
 * weak, which is a question for a person. A pair is linked only where no other reading of the rows
 * fits; rows that are alike in all that is told count as one set, and are paired in order where the
 * sets are of one size, since nobody could tell them apart. Stateless.
 */
final class SettlementRule {
    /** How many days after a pending row its booked one may be dated to be sure; not before it. */
    private static final long SURE_AFTER = 7;

    /** The same, and how many before it, for a question. */
    static final long ASKED_AFTER = 14;

    static final long ASKED_BEFORE = 7;

    /** By which part of the larger one two amounts may differ in a question. */
    static final BigDecimal ASKED_PART = new BigDecimal("0.25");

    private static final int ASKED_MOST = 5;

    private static final Comparator<Side> IN_ORDER =
            Comparator.comparing(Side::date)
                    .thenComparing(Side::at, Comparator.nullsLast(Comparator.naturalOrder()))
                    .thenComparing(Side::id);

    private final List<Side> pending;
    private final List<Side> booked;
    private final Set<Pair> never;
    private final List<Found> found = new ArrayList<>();
    private final Set<Long> taken = new HashSet<>();

    private SettlementRule(List<Side> pending, List<Side> booked, Set<Pair> never) {
        this.pending = pending;
        this.booked = booked;
        this.never = never;
    }

    /** A pending row and a booked one. */
    record Pair(long pending, long booked) {}

    /** A pair and what is thought of it. */
    record Found(Pair pair, String tier, String reason) {
        boolean sure() {
            return !tier.equals("weak");
        }
    }

    /**
     * A transaction as far as it counts.
     *
     * @param gone of a pending one, whether it is told no more; one that is still told explains
     *     booked ones too, so that they are no other's for sure
     * @param told its id at the provider, where that is what the row is known by: others may be new
     *     with every answer
     * @param words of its description, those that say something
     */
    record Side(
            long id,
            boolean gone,
            String told,
            BigDecimal amount,
            String currency,
            LocalDate date,
            Instant at,
            Instant seen,
            String description,
            String merchant,
            String counterparty,
            Set<String> words) {
        /** What those share that only their day tells apart. */
        private Object alike() {
            return java.util.Arrays.asList(
                    amount.stripTrailingZeros(), currency, description, merchant, counterparty);
        }
    }

    /**
     * The pairs of an account.
     *
     * @param pending those that are gone and not linked, and those that are still told
     * @param booked those that no pending one was linked to
     * @param never pairs that were rejected or undone
     */
    static List<Found> pairs(List<Side> pending, List<Side> booked, Set<Pair> never) {
        SettlementRule rule = new SettlementRule(pending, booked, never);
        rule.byId();
        rule.byText();
        rule.questions();
        return rule.found;
    }

    /** The provider carried its id over; an id may be reused, so the amount agrees as well. */
    private void byId() {
        Map<String, List<Side>> before =
                pending.stream()
                        .filter(p -> p.told() != null)
                        .collect(Collectors.groupingBy(Side::told, Collectors.toList()));
        Map<String, List<Side>> after =
                booked.stream()
                        .filter(b -> b.told() != null)
                        .collect(Collectors.groupingBy(Side::told, Collectors.toList()));
        before.forEach(
                (id, ps) -> {
                    List<Side> bs = after.getOrDefault(id, List.of());
                    if (ps.size() == 1
                            && bs.size() == 1
                            && ps.get(0).gone()
                            && sameAmount(ps.get(0), bs.get(0))
                            && within(ps.get(0), bs.get(0), 0, ASKED_AFTER)
                            && possible(ps.get(0), bs.get(0))) {
                        link(ps.get(0), bs.get(0), "exact", "same id and amount");
                    }
                });
    }

    /** Groups of rows that only their days tell apart, of which each explains one other alone. */
    private void byText() {
        Map<Object, Set<Side>> explained = new LinkedHashMap<>();
        Map<Object, Set<Side>> explaining = new LinkedHashMap<>();
        Map<Object, Set<Object>> forth = new LinkedHashMap<>();
        Map<Object, Set<Object>> back = new LinkedHashMap<>();
        Map<BigDecimal, List<Side>> byAmount =
                free(booked).stream()
                        .collect(Collectors.groupingBy(b -> b.amount().stripTrailingZeros()));
        for (Side p : free(pending)) {
            for (Side b : byAmount.getOrDefault(p.amount().stripTrailingZeros(), List.of())) {
                if (fits(p, b)) {
                    explained.computeIfAbsent(p.alike(), k -> new LinkedHashSet<>()).add(b);
                    explaining.computeIfAbsent(b.alike(), k -> new LinkedHashSet<>()).add(p);
                    forth.computeIfAbsent(p.alike(), k -> new LinkedHashSet<>()).add(b.alike());
                    back.computeIfAbsent(b.alike(), k -> new LinkedHashSet<>()).add(p.alike());
                }
            }
        }
        forth.forEach(
                (group, others) -> {
                    Object other = others.iterator().next();
                    if (others.size() == 1 && back.get(other).size() == 1) {
                        pair(explaining.get(other), explained.get(group));
                    }
                });
    }

    private void pair(Set<Side> before, Set<Side> after) {
        List<Side> gone = before.stream().filter(Side::gone).sorted(IN_ORDER).toList();
        List<Side> came = after.stream().sorted(IN_ORDER).toList();
        Set<LocalDate> days = before.stream().map(Side::date).collect(Collectors.toSet());
        boolean alike = days.size() == 1;
        boolean dayByDay = days(gone).equals(days(came)) && days.equals(new HashSet<>(days(gone)));
        if (gone.size() != came.size() || !alike && !dayByDay) {
            return;
        }
        for (int i = 0; i < gone.size(); i++) {
            if (!fits(gone.get(i), came.get(i))) {
                return;
            }
        }
        for (int i = 0; i < gone.size(); i++) {
            Side p = gone.get(i);
            Side b = came.get(i);
            boolean exact = p.date().equals(b.date()) && agreed(p, b).equals("text");
            link(
                    p,
                    b,
                    exact ? "exact" : "strong",
                    "same amount and "
                            + agreed(p, b)
                            + ", "
                            + apart(p, b)
                            + (gone.size() > 1 ? ", in order of " + gone.size() + " alike" : ""));
        }
    }

    private static List<LocalDate> days(List<Side> rows) {
        return rows.stream().map(Side::date).toList();
    }

    /** What may be the one, for a person. */
    private void questions() {
        List<Side> left = free(booked);
        for (Side p : free(pending)) {
            if (p.gone()) {
                left.stream()
                        .filter(b -> near(p, b) && possible(p, b))
                        .map(b -> new Asked(p, b, reason(p, b)))
                        .filter(asked -> asked.reason() != null)
                        .sorted(Asked.LIKELY_FIRST)
                        .limit(ASKED_MOST)
                        .forEach(
                                asked ->
                                        found.add(
                                                new Found(
                                                        new Pair(p.id(), asked.booked().id()),
                                                        "weak",
                                                        asked.reason())));
            }
        }
    }

    /** A question as it is put. */
    private record Asked(Side pending, Side booked, String reason) {
        static final Comparator<Asked> LIKELY_FIRST =
                Comparator.comparing((Asked a) -> !sameId(a.pending(), a.booked()))
                        .thenComparing(a -> !sameAmount(a.pending(), a.booked()))
                        .thenComparing(a -> agreed(a.pending(), a.booked()) == null)
                        .thenComparing(a -> Math.abs(days(a.pending(), a.booked())))
                        .thenComparing(a -> a.booked().id());
    }

    /** The same currency and way, an amount that may be the same one, and a day. */
    private static boolean near(Side p, Side b) {
        if (!p.currency().equals(b.currency())
                || p.amount().signum() != b.amount().signum()
                || !within(p, b, ASKED_BEFORE, ASKED_AFTER)) {
            return false;
        }
        BigDecimal most = p.amount().abs().max(b.amount().abs()).multiply(ASKED_PART);
        return sameId(p, b) || p.amount().subtract(b.amount()).abs().compareTo(most) <= 0;
    }

    private static String reason(Side p, Side b) {
        String agreed = agreed(p, b);
        String said = agreed == null ? "other text" : "same " + agreed;
        if (sameId(p, b)) {
            return "same id, "
                    + (sameAmount(p, b) ? "same amount, " : "other amount, ")
                    + said
                    + ", "
                    + apart(p, b);
        }
        if (sameAmount(p, b)) {
            return agreed == null
                    ? "same amount, other text, " + apart(p, b)
                    : "same amount and "
                            + agreed
                            + ", "
                            + apart(p, b)
                            + (within(p, b, 0, SURE_AFTER) ? ", but not the only reading" : "");
        }
        return agreed == null ? null : "amount near, " + said + ", " + apart(p, b);
    }

    private void link(Side p, Side b, String tier, String reason) {
        found.add(new Found(new Pair(p.id(), b.id()), tier, reason));
        taken.add(p.id());
        taken.add(b.id());
    }

    private List<Side> free(List<Side> of) {
        return of.stream()
                .filter(side -> side.date() != null && !taken.contains(side.id()))
                .toList();
    }

    /** A booked row that was there before the pending one is not what that became. */
    private boolean possible(Side p, Side b) {
        return b.seen().isAfter(p.seen()) && !never.contains(new Pair(p.id(), b.id()));
    }

    private boolean fits(Side p, Side b) {
        return sameAmount(p, b)
                && within(p, b, 0, SURE_AFTER)
                && possible(p, b)
                && agreed(p, b) != null;
    }

    private static boolean sameId(Side p, Side b) {
        return p.told() != null && p.told().equals(b.told());
    }

    private static boolean sameAmount(Side p, Side b) {
        return p.currency().equals(b.currency()) && p.amount().compareTo(b.amount()) == 0;
    }

    private static boolean within(Side p, Side b, long before, long after) {
        return p.date() != null && b.date() != null && days(p, b) >= -before && days(p, b) <= after;
    }

    private static long days(Side p, Side b) {
        return ChronoUnit.DAYS.between(p.date(), b.date());
    }

    private static String apart(Side p, Side b) {
        long days = Math.abs(days(p, b));
        return days == 0 ? "same day" : days == 1 ? "a day apart" : days + " days apart";
    }

    /** What says that the two are about one thing; null where nothing does. */
    private static String agreed(Side p, Side b) {
        return equal(p.description(), b.description())
                ? "text"
                : equal(p.merchant(), b.merchant())
                        ? "merchant"
                        : equal(p.counterparty(), b.counterparty())
                                ? "counterparty"
                                : Wording.alike(p.words(), b.words()) ? "words" : null;
    }

    private static boolean equal(String one, String other) {
        return one != null && !one.isBlank() && one.equals(other);
    }
}
