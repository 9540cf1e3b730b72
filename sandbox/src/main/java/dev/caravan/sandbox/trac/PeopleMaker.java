package dev.caravan.sandbox.trac;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes the members of one organization and their purses; all of them invented, always the same for
 * one seed. Pupil numbers begin with 000, which no authority has. Safe for use by many threads.
 */
final class PeopleMaker {
    static final String CASH = "default";
    private final long hash;
    private final Instant since;
    private final AtomicLong sequence = new AtomicLong();

    PeopleMaker(long hash, Instant firstDay) {
        this.hash = hash;
        this.since = firstDay.minus(Duration.ofDays(400));
    }

    /** The n-th member of a school: one of hospitality, one of the system, staff, and pupils. */
    static String type(int number) {
        return switch (number) {
            case 0 -> "hospitality";
            case 1 -> "system";
            default -> number % 8 == 2 ? "staff" : "pupil";
        };
    }

    Member add(Organization home, String type) {
        long number = sequence.incrementAndGet();
        Member member = member(home, type, number, Mix.of(hash ^ Mix.of(-number)));
        home.keep(member);
        purses(type, number, Mix.of(hash ^ Mix.of(-number)))
                .forEach(one -> home.put(member.id(), one));
        return member;
    }

    private Member member(Organization home, String type, long number, long bits) {
        boolean person = type.equals("pupil") || type.equals("staff");
        Member.Mis mis = person ? mis(type, number, bits) : null;
        return new Member(
                Ulid.of(since.toEpochMilli() + number, bits),
                home.id(),
                number % 7 == 0 ? type.toUpperCase(Locale.ROOT) : type,
                number % 11 != 0,
                person
                        ? mis.firstName() + ' ' + mis.lastName()
                        : home.name() + ' ' + type + ' ' + number,
                type.equals("pupil") ? born(bits) : null,
                mis,
                number % 3 == 0 ? Map.of("acme-card", Long.toString(90_000 + number)) : Map.of(),
                number % 11 == 0 ? "suspended" : "active",
                since.plus(Duration.ofDays(number % 300)));
    }

    private static Member.Mis mis(String type, long number, long bits) {
        return new Member.Mis(
                Mix.below(bits ^ 7, 9) + "-" + (200 + number),
                type.equals("pupil") ? upn(bits, number) : null,
                Names.given(bits),
                Names.family(bits));
    }

    private static LocalDate born(long bits) {
        return LocalDate.of(2009, 9, 1).plusDays(Mix.below(bits ^ 41, 2500));
    }

    private static String upn(long bits, long number) {
        return String.format("T000%05d%04d", Mix.below(bits ^ 43, 100_000), number % 10_000);
    }

    private static List<Purse> purses(String type, long number, long bits) {
        // one in four owes the school, one in three sends its balance as text
        long cash = Mix.below(bits ^ 47, 4000) - 1000L;
        Purse own = new Purse(CASH, "Default", "cash", cash, number % 3 == 1);
        Purse sales = new Purse("sales", "Sales", "sales", -Mix.below(bits ^ 53, 900), false);
        Purse credit = new Purse("fsm", "Free School Meals", "credit", 250, number % 2 == 0);
        if (type.equals("pupil") && number % 4 == 0) {
            return List.of(own, sales, credit);
        }
        return type.equals("system") || number % 2 == 1 ? List.of(own) : List.of(own, sales);
    }
}
