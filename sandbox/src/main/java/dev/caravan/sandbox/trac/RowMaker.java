package dev.caravan.sandbox.trac;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes the transactions of one organization, always the same ones for one seed. Sales and refunds,
 * top-ups and their reversals all occur, and some moments are shared by two rows. Safe for use by
 * many threads.
 */
final class RowMaker {
    private static final String OTHER_TAG = "TillWorks";
    private final TracSettings settings;
    private final Clock clock;
    private final Instant firstDay;
    private final long hash;
    private final int arrivalsPerDay;
    private final PeopleMaker people;
    private final AtomicLong sequence = new AtomicLong();
    private long arrived;

    RowMaker(TracSettings settings, Clock clock, Instant firstDay, long hash, int arrivalsPerDay) {
        this.settings = settings;
        this.clock = clock;
        this.firstDay = firstDay;
        this.hash = hash;
        this.arrivalsPerDay = arrivalsPerDay;
        this.people = new PeopleMaker(hash, firstDay);
    }

    Clock clock() {
        return clock;
    }

    Member addMember(Organization home, String type) {
        return people.add(home, type);
    }

    /** The rows of the time before the first day, and those that still wait to be settled. */
    void bringHistory(Organization home, int count, int waiting) {
        Instant start = firstDay.minus(Duration.ofDays(settings.historyDays()));
        long span = Duration.between(start, firstDay).toMillis();
        List<Member> spenders = spenders(home);
        long before = start.toEpochMilli();
        for (int n = 0; n < count; n++) {
            // every tenth shares its moment with the row before; one in three has whole seconds
            long fresh = start.toEpochMilli() + span * n / count;
            long created = n % 10 == 9 ? before : n % 3 == 0 ? fresh / 1000 * 1000 : fresh;
            home.keep(generated(home, spenders, Instant.ofEpochMilli(created)));
            before = created;
        }
        for (Transaction row : rows(home, waiting, firstDay.minus(Duration.ofHours(30)))) {
            home.keep(row.settledAt(Transaction.NEVER));
        }
    }

    /** Adds what has arrived since the first day and since it was last asked. */
    synchronized void bringArrivals(Organization home) {
        if (arrivalsPerDay == 0) {
            return;
        }
        long step = Duration.ofDays(1).toMillis() / arrivalsPerDay;
        long due = (clock.millis() - firstDay.toEpochMilli()) / step;
        for (; arrived < due; arrived++) {
            long created = firstDay.toEpochMilli() + (arrived + 1) * step;
            int every = settings.lateEvery();
            boolean late = every > 0 && arrived % every == every - 1;
            Transaction row = rows(home, 1, Instant.ofEpochMilli(created)).get(0);
            long delay = late ? Duration.ofHours(settings.lateHours()).toMillis() : 0;
            home.keep(row.settledAt(created + delay));
        }
    }

    /** So many rows of one moment, processed in that moment. */
    List<Transaction> rows(Organization home, int count, Instant createdAt) {
        List<Member> spenders = spenders(home);
        List<Transaction> rows = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            rows.add(generated(home, spenders, createdAt));
        }
        return rows;
    }

    Transaction row(
            Organization home,
            String memberId,
            String purseId,
            long pence,
            boolean sale,
            Instant createdAt) {
        long created = createdAt.toEpochMilli();
        return new Transaction(
                created, created, bits(), home.id(), memberId, purseId, pence, sale, null);
    }

    private Transaction generated(Organization home, List<Member> spenders, Instant createdAt) {
        long bits = bits();
        Member member = spenders.get(Mix.below(bits ^ 11, spenders.size()));
        boolean sale = Mix.below(bits ^ 13, 5) > 0;
        long created = createdAt.toEpochMilli();
        return new Transaction(
                created,
                created,
                bits,
                home.id(),
                member.id(),
                sale ? purse(home.purses(member.id()), bits) : PeopleMaker.CASH,
                sale ? sale(bits) : topUp(bits),
                sale,
                tag(sale, bits));
    }

    private static String purse(List<Purse> purses, long bits) {
        return purses.get(Mix.below(bits ^ 17, purses.size())).id();
    }

    private static long sale(long bits) {
        long pence = 45 + Mix.below(bits ^ 19, 400);
        return Mix.below(bits ^ 23, 20) == 0 ? pence : -pence;
    }

    private static long topUp(long bits) {
        long pence = 500L * (1 + Mix.below(bits ^ 29, 6));
        return Mix.below(bits ^ 31, 25) == 0 ? -pence : pence;
    }

    private String tag(boolean sale, long bits) {
        if (sale) {
            return Mix.below(bits ^ 37, 3) == 0 ? OTHER_TAG : null;
        }
        return Mix.below(bits ^ 37, 6) == 0 && !settings.ownTag().isEmpty()
                ? settings.ownTag()
                : null;
    }

    private long bits() {
        return Mix.of(hash ^ Mix.of(sequence.incrementAndGet()));
    }

    private static List<Member> spenders(Organization home) {
        List<Member> spenders = new ArrayList<>(home.members());
        spenders.removeIf(
                one -> one.type().equalsIgnoreCase("system") || home.purses(one.id()).isEmpty());
        if (spenders.isEmpty()) {
            throw new IllegalArgumentException(home.name() + " has no member with a purse");
        }
        return spenders;
    }
}
