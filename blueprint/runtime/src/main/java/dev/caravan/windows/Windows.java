package dev.caravan.windows;

import dev.caravan.connections.Pull;
import dev.caravan.store.Database;
import java.time.Clock;
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
 * window.deep.seconds} (how long a login counts as fresh), {@code window.zone}. Safe for any number
 * of threads.
 */
public final class Windows {
    private final Database database;
    private final String provider;
    private final Clock clock;
    private final Map<String, String> settings;

    public Windows(Database database, String provider, Clock clock, Map<String, String> settings) {
        this.database = database;
        this.provider = provider;
        this.clock = clock;
        this.settings = settings;
    }

    private record Cursor(LocalDate newest, boolean deepDone) {}

    /** Opens the walk of the exchange's account as property {@code window}. */
    public void open(Exchange exchange, String kind) {
        Pull pull = Pull.of(exchange);
        long account = Pull.account(exchange).id();
        LocalDate today =
                LocalDate.now(clock.withZone(ZoneId.of(setting("window.zone", "Europe/London"))));
        Cursor cursor = cursor(account, kind).orElse(new Cursor(null, false));
        LocalDate reach = today.minusDays(days("window.reach", 89));
        LocalDate overlap =
                cursor.newest() == null
                        ? reach
                        : earlier(cursor.newest(), today).minusDays(days("window.overlap", 14));
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
                new Walk(
                        account,
                        kind,
                        overlap.isBefore(reach) ? reach : overlap,
                        today,
                        deep,
                        days("window.floor", 90),
                        deadline,
                        clock));
    }

    /** A row dated ahead must not carry the window away from the days that still come. */
    private static LocalDate earlier(LocalDate newest, LocalDate today) {
        return newest.isAfter(today) ? today : newest;
    }

    /** The institution refused the span of the window. */
    public void narrow(Exchange exchange) {
        Walk walk = Walk.of(exchange);
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
        Walk.of(exchange).recentOrEnd(exchange.getProperty("stored") == null);
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
