package dev.caravan.windows;

import dev.caravan.store.Database;
import dev.caravan.store.PageResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;

/**
 * The walk through one account's history in windows of dates, both ends included. The end is frozen
 * when the walk opens; the cursor moves in the transaction of each window's rows. Two modes:
 * incremental is one window with a look-back; deep goes back as far as the institution allows,
 * while the user's login is fresh. For the thread of one exchange.
 */
public final class DateWalk implements Walk {
    /** Rows this close to the start of a window suggest that the span was capped without a word. */
    private static final int NEAR_DAYS = 3;

    private final long account;
    private final String kind;
    private final LocalDate recent;
    private final int floorDays;
    private final Instant deadline;
    private final Clock clock;
    private final Instant opened;
    private final String zone;
    private LocalDate from;
    private LocalDate to;
    private boolean deep;
    private boolean open = true;
    private boolean refused;
    private Integer learned;

    DateWalk(
            long account,
            String kind,
            LocalDate recent,
            LocalDate today,
            Integer deepDays,
            int floorDays,
            Instant deadline,
            Clock clock,
            Instant opened,
            String zone) {
        this.account = account;
        this.kind = kind;
        this.recent = recent;
        this.to = today;
        this.deep = deepDays != null;
        this.from = deep ? today.minusDays(deepDays) : recent;
        this.floorDays = floorDays;
        this.deadline = deadline;
        this.clock = clock;
        this.opened = opened;
        this.zone = zone;
    }

    /** Whether there is a window left to ask for. */
    @Override
    public boolean isOpen() {
        return open;
    }

    public LocalDate getFrom() {
        return from;
    }

    public LocalDate getTo() {
        return to;
    }

    /** Moves the cursor, inside the transaction of the rows. */
    @Override
    public void advance(Connection store, PageResult page) throws SQLException {
        boolean covered = deep && !reachesFrom(page);
        Database.update(
                store,
                """
                insert into caravan.cursor as c (account_id, kind, newest_date, oldest_covered, deep_done_at, complete_at)
                values (?, ?, ?, ?, case when ? then caravan.now() end, caravan.now())
                on conflict (account_id, kind) do update set newest_date = greatest(c.newest_date, excluded.newest_date),
                  oldest_covered = least(c.oldest_covered, excluded.oldest_covered),
                  deep_done_at = coalesce(excluded.deep_done_at, c.deep_done_at), complete_at = excluded.complete_at
                """,
                account,
                kind,
                page.newestDate(),
                from,
                covered);
    }

    /** A window is committed: on to the next, or the end. */
    @Override
    public void stored(PageResult page) {
        if (!endsWith(page)) {
            LocalDate start = from;
            from = start.minusDays(java.time.temporal.ChronoUnit.DAYS.between(from, to));
            to = start;
        } else {
            open = false;
        }
    }

    /** Whether this page is the walk's last. */
    @Override
    public boolean endsWith(PageResult page) {
        return !(deep && continues(page));
    }

    /**
     * A window of recent dates as a whole; of a deep one, which a bank may cap without a word, what
     * lies behind its oldest row.
     */
    @Override
    public Covered covered(PageResult page) {
        LocalDate start = from;
        if (deep) {
            LocalDate certain = to.isBefore(recent) ? null : later(recent, from);
            LocalDate told = page.oldestDate() == null ? null : later(page.oldestDate(), from);
            start = told == null || certain != null && certain.isBefore(told) ? certain : told;
        }
        return start == null || start.isAfter(to)
                ? null
                : new Covered(start, to, zone, null, Duration.between(opened, clock.instant()));
    }

    private static LocalDate later(LocalDate one, LocalDate other) {
        return one.isAfter(other) ? one : other;
    }

    private boolean continues(PageResult page) {
        return reachesFrom(page) && clock.instant().isBefore(deadline);
    }

    private boolean reachesFrom(PageResult page) {
        LocalDate oldest = page.oldestDate();
        return oldest != null && !oldest.isAfter(from.plusDays(NEAR_DAYS));
    }

    /**
     * The institution refused the span: half of it next, down to the floor.
     *
     * @param today whether this is the window that ends today, so that the refusal is about the
     *     span
     */
    void narrow(boolean today) {
        long days = java.time.temporal.ChronoUnit.DAYS.between(from, to);
        if (!deep || !today || days <= floorDays || !clock.instant().isBefore(deadline)) {
            recentOrEnd(today);
            return;
        }
        int half = (int) Math.max(days / 2, floorDays);
        learned = half;
        from = to.minusDays(half);
    }

    /**
     * Deep history is closed: what is recent still works, so ask for that if nothing was read yet.
     */
    void recentOrEnd(boolean nothingYet) {
        open = deep && nothingYet;
        refused = !deep;
        deep = false;
        from = recent;
    }

    /** Whether even recent dates were refused, so that this kind is not complete. */
    public boolean isRefused() {
        return refused;
    }

    /** Ends the walk where it is; what is committed stays, the cursor says how far it came. */
    @Override
    public void stop() {
        open = false;
    }

    Integer learnedCeiling() {
        return learned;
    }

    boolean isDeep() {
        return deep;
    }

    String kind() {
        return kind;
    }
}
