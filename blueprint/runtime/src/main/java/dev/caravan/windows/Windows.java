package dev.caravan.windows;

import dev.caravan.connections.Pull;
import dev.caravan.connections.Spans;
import dev.caravan.deferred.Deferral;
import dev.caravan.store.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * The verb that decides which dates to ask for. Settings, in days unless said otherwise: {@code
 * window.overlap}, {@code window.reach} (how far back without a fresh login), {@code window.deep}
 * (how far back right after one), {@code window.floor} (the narrowest deep window), {@code
 * window.deep.seconds} (how long a login counts as fresh), {@code window.zone}. Walks over pages
 * are {@link PageWalks}'s. Safe for any number of threads.
 */
public final class Windows {
    private final Database database;
    private final String provider;
    private final Clock clock;
    private final Map<String, String> settings;
    private final PageWalks pages;
    private final BrokenDays broken;

    public Windows(Database database, String provider, Clock clock, Map<String, String> settings) {
        this.database = database;
        this.provider = provider;
        this.clock = clock;
        this.settings = settings;
        this.broken = new BrokenDays(database, settings);
        this.pages = new PageWalks(database, clock, settings, broken);
    }

    /** Opens the walk over the pages of the exchange's kind as property {@code walk}. */
    public void pages(Exchange exchange) {
        exchange.removeProperty("walk");
        exchange.setProperty("walk", pages.open(exchange, null));
    }

    /**
     * The same with a look-back before the watermark.
     *
     * @param lookBack a span, or several with the kind that must be due for them: {@code 15m, week
     *     7d}; the widest counts
     */
    public void pages(Exchange exchange, String lookBack) {
        exchange.removeProperty("walk");
        exchange.setProperty("walk", pages.open(exchange, widest(Pull.of(exchange), lookBack)));
    }

    private static Duration widest(Pull pull, String spans) {
        Duration widest = Duration.ZERO;
        for (String entry : spans.split(",")) {
            String[] words = entry.strip().split("\\s+");
            if (words.length == 1 || pull.due(words[0])) {
                Duration span = Spans.of(words[words.length - 1]);
                widest = span.compareTo(widest) > 0 ? span : widest;
            }
        }
        return widest;
    }

    /** Where the walk goes on after this page: a cursor; nothing ends it. */
    public void next(Exchange exchange, String cursor) {
        PageWalk.of(exchange).next(cursor);
    }

    /**
     * The same by a link, which must lead below the base URL; where the body has none, by the one
     * that the header {@code Link} calls next (RFC 8288).
     *
     * @throws dev.caravan.faults.BodyFault once the page is stored, where it leads elsewhere
     */
    public void link(Exchange exchange, String link, String base) {
        pages.link(exchange, link, base);
    }

    /** The same by number: a page with fewer records than a full one is the last. */
    public void number(Exchange exchange, int full) {
        PageWalk.of(exchange).numbered(full);
    }

    /**
     * The provider refused a page of this size: half of it next, down to {@code page.floor}.
     *
     * @return whether there is a smaller one to try
     */
    public boolean smaller(Exchange exchange) {
        return PageWalk.of(exchange).narrow(pages.number("page.floor", 10));
    }

    private record Cursor(LocalDate newest, boolean deepDone) {}

    /** Opens the walk of the exchange's account as property {@code window}. */
    public void open(Exchange exchange, String kind) {
        Pull pull = Pull.of(exchange);
        if (pull.tryout() != null && pull.tryout().bounds().since() != null) {
            between(exchange, kind, pull.tryout().bounds().since(), today());
            return;
        }
        long account = Pull.account(exchange).id();
        LocalDate today = today();
        Cursor cursor = cursor(account, kind).orElse(new Cursor(null, false));
        LocalDate reach = today.minusDays(days("window.reach", 89));
        LocalDate overlap =
                cursor.newest() == null
                        ? reach
                        : earlier(cursor.newest(), today).minusDays(days("window.overlap", 14));
        LocalDate again = cursor.newest() == null ? null : broken.oldest(exchange, reach);
        boolean gap = cursor.newest() == null || overlap.isBefore(reach);
        Instant deadline = deadline(pull);
        boolean fresh = clock.instant().isBefore(deadline);
        Integer deep =
                fresh && (!cursor.deepDone() || gap)
                        ? Math.min(days("window.deep", 730), ceiling(pull, kind))
                        : null;
        exchange.removeProperty("stored");
        exchange.setProperty(
                "window",
                new DateWalk(
                        account,
                        kind,
                        recent(overlap, reach, again),
                        today,
                        deep,
                        days("window.floor", 90),
                        deadline,
                        clock,
                        clock.instant(),
                        zone()));
    }

    /** A day that does not add up is read again in the same window, which costs no call more. */
    private static LocalDate recent(LocalDate overlap, LocalDate reach, LocalDate again) {
        LocalDate from = again == null ? overlap : earlier(overlap, again);
        return from.isBefore(reach) ? reach : from;
    }

    private LocalDate today() {
        return LocalDate.now(clock.withZone(ZoneId.of(zone())));
    }

    private String zone() {
        return setting("window.zone", "Europe/London");
    }

    /** Opens the one window of dates that was asked for before, as property {@code window}. */
    public void between(Exchange exchange, String kind, LocalDate from, LocalDate to) {
        Deferral asked = exchange.getProperty("deferred", Deferral.class);
        exchange.removeProperty("stored");
        exchange.setProperty(
                "window",
                new DateWalk(
                        Pull.account(exchange).id(),
                        kind,
                        from,
                        to,
                        null,
                        days("window.floor", 90),
                        Instant.MIN,
                        clock,
                        clock.instant().minus(asked == null ? Duration.ZERO : asked.age()),
                        zone()));
    }

    /** A row dated ahead must not carry the window away from the days that still come. */
    private static LocalDate earlier(LocalDate one, LocalDate other) {
        return one.isAfter(other) ? other : one;
    }

    /** The institution refused the span of the window. */
    public void narrow(Exchange exchange) {
        DateWalk walk = exchange.getProperty("window", DateWalk.class);
        walk.narrow(exchange.getProperty("stored") == null);
        if (walk.learnedCeiling() != null) {
            database.update(
                    """
                    insert into caravan.ceiling (provider, institution, kind, days) values (?, ?, ?, ?)
                    on conflict (provider, institution, kind) do update set days = excluded.days, learned_at = caravan.now()
                    """,
                    provider,
                    Pull.of(exchange).institution(),
                    walk.kind(),
                    walk.learnedCeiling());
        }
    }

    /** The login is not fresh enough for deep history: recent dates still work. */
    public void recent(Exchange exchange) {
        exchange.getProperty("window", DateWalk.class)
                .recentOrEnd(exchange.getProperty("stored") == null);
    }

    private Optional<Cursor> cursor(long account, String kind) {
        return database.first(
                "select newest_date, deep_done_at is not null from caravan.cursor where account_id"
                        + " = ? and kind = ?",
                row -> new Cursor(row.getObject(1, LocalDate.class), row.getBoolean(2)),
                account,
                kind);
    }

    private int ceiling(Pull pull, String kind) {
        return database.first(
                        "select days from caravan.ceiling where provider = ? and institution = ?"
                                + " and kind = ?",
                        row -> row.getInt(1),
                        provider,
                        pull.institution(),
                        kind)
                .orElse(Integer.MAX_VALUE);
    }

    private Instant deadline(Pull pull) {
        return pull.authenticatedAt() == null
                ? Instant.MIN
                : pull.authenticatedAt().plusSeconds(days("window.deep.seconds", 270));
    }

    private int days(String setting, int otherwise) {
        return Integer.parseInt(setting(setting, String.valueOf(otherwise)));
    }

    private String setting(String name, String otherwise) {
        return settings.getOrDefault(name, otherwise).strip();
    }
}
