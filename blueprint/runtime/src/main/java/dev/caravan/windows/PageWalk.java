package dev.caravan.windows;

import dev.caravan.connections.Pull;
import dev.caravan.connections.Spans;
import dev.caravan.faults.BodyFault;
import dev.caravan.faults.Fault;
import dev.caravan.store.Database;
import dev.caravan.store.PageResult;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;

/**
 * The walk over the pages of one resource: by cursor, by link or by number. The cursor moves in the
 * transaction of each page's rows, so that a walk that was broken off goes on where it was; the
 * watermark moves once, with the last page. For the thread of one exchange.
 */
public final class PageWalk implements Walk {
    private final Pull pull;
    private final String kind;
    private final String account;
    private final int most;
    private final Instant since;
    private final Instant until;
    private final Instant began;
    private final String zone;
    private final boolean resumed;
    private final Set<String> met = new HashSet<>();
    private final Set<String> identities = new LinkedHashSet<>();
    private final Map<Object, Set<String>> others = new HashMap<>();
    private String cursor;
    private String next;
    private Integer full;
    private int size;
    private int pages;
    private boolean open = true;
    private boolean bounded;
    private boolean whole;
    private Fault broken;

    /**
     * Where a walk begins.
     *
     * @param began when its first page was asked for, by the store's clock
     * @param zone the calendar of the provider's days
     */
    record Start(
            String cursor,
            Instant since,
            Instant until,
            int pages,
            int size,
            int most,
            Instant began,
            String zone) {}

    PageWalk(Pull pull, String kind, String account, Start start) {
        this.pull = pull;
        this.kind = kind;
        this.account = account;
        this.cursor = start.cursor();
        this.since = start.since();
        this.until = start.until();
        this.began = start.began();
        this.zone = start.zone();
        this.pages = start.pages();
        this.size = start.size();
        this.most = start.most();
        this.resumed = start.cursor() != null;
        // what lies before the cursor of a walk that goes on was not seen by this one
        this.whole = !resumed;
    }

    /** When it was opened first, by the clock of the store. */
    public Instant began() {
        return began;
    }

    /** The walk of an exchange, null where its resource has no pages. */
    public static PageWalk of(Exchange exchange) {
        return exchange.getProperty("walk", PageWalk.class);
    }

    /** Whether there is a page left to ask for. */
    @Override
    public boolean isOpen() {
        return open;
    }

    /** The number of the page to ask for, from 0. */
    public int getPage() {
        return cursor == null ? 0 : Integer.parseInt(cursor);
    }

    /** Which page of the walk comes next, from 1, for messages. */
    public int getNumber() {
        return pages + 1;
    }

    /** How many records to ask for at once. */
    public int getSize() {
        return size;
    }

    /** The cursor as one more parameter, {@code &name=cursor}; nothing before the first page. */
    public String and(String name) {
        return cursor == null
                ? ""
                : "&" + name + "=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8);
    }

    /**
     * The lower bound in UTC, in a {@link DateTimeFormatter} pattern; an exclamation mark stands
     * for the T.
     */
    public String since(String pattern) {
        bounded = true;
        return written(since, pattern);
    }

    /** The same, so much earlier: for servers that read it in a zone of their own. */
    public String since(String pattern, String wider) {
        bounded = true;
        return written(since.minus(Spans.of(wider)), pattern);
    }

    /** The upper bound in UTC, frozen when the walk was opened. */
    public String until(String pattern) {
        return written(until, pattern);
    }

    /** The same, so much later. */
    public String until(String pattern, String wider) {
        return written(until.plus(Spans.of(wider)), pattern);
    }

    private static String written(Instant at, String pattern) {
        return DateTimeFormatter.ofPattern(pattern.replace("!", "'T'"))
                .format(at.atOffset(ZoneOffset.UTC));
    }

    /** The link to the next page as path and query below the base; null before the first page. */
    public String getLink() {
        return cursor;
    }

    /** The path and query of the page at hand, so that a link back to the first one is known. */
    void begin(String path) {
        if (cursor == null && path != null) {
            met.add(path);
        }
    }

    void next(String given) {
        next = given == null || given.isBlank() ? null : given;
        full = null;
    }

    void numbered(int fullPage) {
        full = fullPage;
    }

    /** What is wrong with the way on; raised when the page at hand is committed. */
    void broken(Fault why) {
        broken = why;
    }

    boolean narrow(int floor) {
        boolean smaller = size > floor;
        size = Math.max(floor, size / 2);
        return smaller;
    }

    /** How often each record without an id was met in the pages before, as JSON. */
    public String before(Connection store) throws SQLException {
        return pages == 0
                ? "{}"
                : Database.query(
                                store,
                                "select counts::text from caravan.walk where connection_id = ? and"
                                        + " kind = ? and account = ?",
                                row -> row.getString(1),
                                pull.connection(),
                                kind,
                                account)
                        .get(0);
    }

    @Override
    public void advance(Connection store, PageResult page) throws SQLException {
        settle(page);
        Database.update(
                store,
                """
                update caravan.walk w set pages = ?, moved_at = caravan.now(), newest = greatest(w.newest, ?::timestamptz),
                  cursor = ?, counts = case when ? then '{}' else caravan.summed(w.counts, ?::jsonb) end,
                  watermark = case when ? then greatest(w.watermark, w.newest, ?::timestamptz) else w.watermark end,
                  drained_at = case when ? then caravan.now() else w.drained_at end,
                  began_at = case when ? then null else w.began_at end
                where connection_id = ? and kind = ? and account = ?
                """,
                pages + 1,
                page.latest(),
                next,
                next == null,
                page.counts(),
                drained(),
                page.latest(),
                drained(),
                next == null,
                pull.connection(),
                kind,
                account);
    }

    private void settle(PageResult page) {
        if (full != null) {
            next = page.seen() < full ? null : String.valueOf(getPage() + 1);
        }
        if (full != null && next != null && repeats(page)) {
            broken = fault("repeats a whole page on page " + (pages + 1));
            next = null;
        } else if (next != null && (next.equals(cursor) || met.contains(next))) {
            broken = fault("repeats a cursor on page " + (pages + 1));
            next = null;
        } else if (next != null && pages + 1 >= most) {
            broken = fault("has more than " + most + " pages");
            next = null;
        } else if (broken != null) {
            next = null;
        }
    }

    /**
     * Numbers never repeat, so a page that brings nothing but what was met is the sign of a loop.
     */
    private boolean repeats(PageResult page) {
        return !page.identities().isEmpty() && identities.containsAll(page.identities());
    }

    private boolean drained() {
        return next == null && broken == null;
    }

    private Fault fault(String found) {
        return fault(pull.provider(), kind, found);
    }

    static Fault fault(String provider, String kind, String found) {
        return new BodyFault(
                new Fault.Account(
                        "CARAVAN-WALK",
                        provider,
                        "the walk through " + kind,
                        found,
                        "its pages so far are stored; the next walk begins anew",
                        null));
    }

    /** All since the first whole day of what was asked for, once it is drained. */
    @Override
    public Covered covered(PageResult page) {
        if (!endsWith(page)) {
            return null;
        }
        LocalDate first = null;
        if (bounded) {
            LocalDate day = LocalDate.ofInstant(since, ZoneId.of(zone));
            boolean whole = day.atStartOfDay(ZoneId.of(zone)).toInstant().equals(since);
            first = whole ? day : day.plusDays(1);
        }
        return new Covered(
                first, LocalDate.ofInstant(began, ZoneId.of(zone)), zone, began, Duration.ZERO);
    }

    @Override
    public boolean endsWith(PageResult page) {
        settle(page);
        return drained();
    }

    @Override
    public void stored(PageResult page) {
        met.add(String.valueOf(cursor));
        cursor = next;
        next = null;
        pages++;
        open = cursor != null;
        if (broken != null) {
            throw broken;
        }
    }

    @Override
    public void stop() {
        open = false;
    }

    /** Remembers the identities of a page of a set that is told in pages. */
    public void met(Iterable<String> page) {
        page.forEach(identities::add);
    }

    /** The same for a further set that the same pages tell. */
    public void met(Object set, Iterable<String> page) {
        Set<String> told = others.computeIfAbsent(set, first -> new LinkedHashSet<>());
        page.forEach(told::add);
    }

    /** Whether the page at hand is known to be the only one. */
    public boolean isAlone() {
        return pages == 0 && !resumed && next == null && full == null;
    }

    /** The set as a whole; null where this walk did not see all of it. */
    public Set<String> wholeSet() {
        return whole ? identities : null;
    }

    /** A further set as a whole; null where this walk did not see all of it. */
    public Set<String> wholeSet(Object set) {
        return whole ? others.getOrDefault(set, Set.of()) : null;
    }

    /** A record was refused or a page missed: what is not named may be there all the same. */
    public void incomplete() {
        whole = false;
    }

    /** Whether it went on from a cursor of an earlier pull and that cursor was refused. */
    public boolean lost() {
        return resumed && met.isEmpty();
    }

    /** Forgets the cursor, so that the next walk begins anew. */
    public void forget(Database database) {
        database.update(
                "update caravan.walk set cursor = null, began_at = null, counts = '{}' where"
                        + " connection_id = ? and kind = ? and account = ?",
                pull.connection(),
                kind,
                account);
    }
}
