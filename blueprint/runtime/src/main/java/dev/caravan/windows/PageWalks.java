package dev.caravan.windows;

import dev.caravan.connections.Pull;
import dev.caravan.connections.Spans;
import dev.caravan.store.Database;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * Opens walks over pages and tells them the way on. Settings: {@code page.size}, {@code
 * page.floor}, {@code page.most} (pages a walk may have), {@code page.life} (how long a cursor is
 * good), {@code page.history} (how far back the first walk goes), {@code page.reach} (how far back
 * without a user). Safe for any number of threads.
 */
final class PageWalks {
    private final Database database;
    private final Clock clock;
    private final Map<String, String> settings;
    private final BrokenDays broken;

    PageWalks(Database database, Clock clock, Map<String, String> settings, BrokenDays broken) {
        this.broken = broken;
        this.database = database;
        this.clock = clock;
        this.settings = settings;
    }

    private record Kept(
            String cursor, Instant since, Instant watermark, int pages, Instant began) {}

    /**
     * Opens the walk of the exchange's kind and row, or goes on with the one that was broken off.
     *
     * @param lookBack how far before the watermark to read again; null where the walk has no dates
     */
    PageWalk open(Exchange exchange, Duration lookBack) {
        Pull pull = Pull.of(exchange);
        String kind = Pull.kind(exchange);
        String account = Pull.accountKey(exchange);
        Instant now = clock.instant();
        Kept kept =
                database.inTransaction(
                        store -> {
                            pull.hold(store);
                            return Database.query(
                                            store,
                                            """
                                            insert into caravan.walk as w (connection_id, kind, account, began_at) values (?, ?, ?, caravan.now())
                                            on conflict (connection_id, kind, account) do update set
                                              began_at = case when w.began_at > caravan.now() - make_interval(secs => ?) then w.began_at else caravan.now() end,
                                              cursor = case when w.began_at > caravan.now() - make_interval(secs => ?) then w.cursor end,
                                              counts = case when w.began_at > caravan.now() - make_interval(secs => ?) then w.counts else '{}' end,
                                              pages = case when w.began_at > caravan.now() - make_interval(secs => ?) then w.pages else 0 end
                                            returning cursor, since, watermark, pages, began_at
                                            """,
                                            PageWalks::kept,
                                            pull.connection(),
                                            kind,
                                            account,
                                            seconds("page.life", "2d"),
                                            seconds("page.life", "2d"),
                                            seconds("page.life", "2d"),
                                            seconds("page.life", "2d"))
                                    .get(0);
                        });
        Instant since =
                kept.cursor() != null && kept.since() != null
                        ? kept.since()
                        : since(exchange, kept.watermark(), lookBack, now);
        int first = kept.cursor() == null ? 0 : kept.pages();
        database.update(
                "update caravan.walk set since = ?, pages = ? where connection_id = ? and kind = ?"
                        + " and account = ?",
                since.atOffset(ZoneOffset.UTC),
                first,
                pull.connection(),
                kind,
                account);
        return new PageWalk(
                pull,
                kind,
                account,
                new PageWalk.Start(
                        kept.cursor(),
                        since,
                        now,
                        first,
                        number("page.size", 100),
                        number("page.most", 10_000),
                        kept.began(),
                        setting("window.zone", "UTC")));
    }

    private Instant since(Exchange exchange, Instant watermark, Duration lookBack, Instant now) {
        Pull pull = Pull.of(exchange);
        if (pull.tryout() != null && pull.tryout().bounds().since() != null) {
            return pull.tryout().bounds().since().atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        Instant since =
                watermark == null
                        ? now.minus(Spans.of(setting("page.history", "730d")))
                        : earlier(watermark, now)
                                .minus(lookBack == null ? Duration.ZERO : lookBack);
        boolean again = watermark != null && lookBack != null;
        String reach = setting("page.reach", "");
        boolean bound = !reach.isEmpty() && !pull.attended();
        Instant reachable = now.minus(Spans.of(bound ? reach : setting("page.history", "730d")));
        if (again) {
            since = withBroken(exchange, since, reachable);
        }
        return bound && since.isBefore(reachable) ? reachable : since;
    }

    /** A day that does not add up is read again with the days that are due anyway. */
    private Instant withBroken(Exchange exchange, Instant since, Instant reachable) {
        LocalDate reach = LocalDate.ofInstant(reachable, ZoneOffset.UTC).plusDays(2);
        LocalDate day = broken.oldest(exchange, reach);
        return day == null
                ? since
                : earlier(since, day.minusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    /** A record dated ahead must not carry the walk away from the days that still come. */
    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /**
     * Goes on by a link, if it leads to where the page came from.
     *
     * @param base the base URL that paths are below
     */
    void link(Exchange exchange, String told, String base) {
        PageWalk walk = PageWalk.of(exchange);
        String given = told == null || told.isBlank() ? LinkHeader.next(exchange) : told;
        if (given == null || given.isBlank()) {
            walk.next(null);
            return;
        }
        String path = below(base, given.strip());
        if (path == null) {
            walk.broken(
                    PageWalk.fault(
                            Pull.of(exchange).provider(),
                            Pull.kind(exchange),
                            "is led to another origin or path than " + URI.create(base).getHost()));
            return;
        }
        walk.begin(exchange.getProperty("path", String.class));
        walk.next(path);
    }

    /** The part of a link below the base, null where it leads elsewhere (RFC 6454 section 4). */
    static String below(String base, String given) {
        try {
            URI root = URI.create(base.endsWith("/") ? base : base + "/");
            URI there = root.resolve(given).normalize();
            boolean same =
                    root.getScheme().equalsIgnoreCase(there.getScheme())
                            && root.getAuthority().equalsIgnoreCase(there.getAuthority())
                            && there.getRawPath().startsWith(root.getRawPath());
            return same ? there.toString().substring(root.toString().length()) : null;
        } catch (IllegalArgumentException notALink) {
            return null;
        }
    }

    private static Kept kept(ResultSet row) throws SQLException {
        return new Kept(
                row.getString(1), instant(row, 2), instant(row, 3), row.getInt(4), instant(row, 5));
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private double seconds(String name, String otherwise) {
        return Spans.of(setting(name, otherwise)).toSeconds();
    }

    int number(String name, int otherwise) {
        return Integer.parseInt(setting(name, String.valueOf(otherwise)));
    }

    private String setting(String name, String otherwise) {
        return settings.getOrDefault(name, otherwise).strip();
    }
}
