package dev.caravan.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.postgresql.Driver;

/**
 * Asks the store every few seconds, over a connection of its own, whether it lets us in and answers
 * within two seconds. Whoever wants to know reads what came of the last time and waits for nothing.
 * One thread of its own; the queries are safe for any.
 */
public final class StoreProbe implements AutoCloseable {
    private static final String PATIENCE_SECONDS = "2";
    private static final long EVERY_SECONDS = 3;
    private static final Duration LATE = Duration.ofSeconds(15);

    private final StoreLogin login;
    private final Clock clock;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    work -> {
                        Thread thread = new Thread(work, "caravan-store-probe");
                        thread.setDaemon(true);
                        return thread;
                    });
    private volatile Finding last = new Finding(Instant.MIN, null);

    public StoreProbe(StoreHome home, Clock clock) {
        this.login = home.login();
        this.clock = clock;
    }

    private record Finding(Instant at, String trouble) {}

    public void start() {
        timer.scheduleWithFixedDelay(this::ask, 0, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    private void ask() {
        Properties how = new Properties();
        how.setProperty("user", login.user());
        how.setProperty("password", login.password());
        how.setProperty("connectTimeout", PATIENCE_SECONDS);
        how.setProperty("loginTimeout", PATIENCE_SECONDS);
        how.setProperty("socketTimeout", PATIENCE_SECONDS);
        how.setProperty("ApplicationName", "caravan-probe");
        String trouble = null;
        try (Connection connection = new Driver().connect(login.url(), how)) {
            Database.query(connection, "select 1", row -> row.getInt(1));
        } catch (SQLException | RuntimeException e) {
            trouble = String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason");
        }
        last = new Finding(clock.instant(), trouble);
    }

    /** Why a new connection does not work, in one line; empty where it does or nobody knows yet. */
    public Optional<String> trouble() {
        Finding found = last;
        if (found.at().equals(Instant.MIN)) {
            return Optional.empty();
        }
        return found.at().isBefore(clock.instant().minus(LATE))
                ? Optional.of("nothing was heard of it since " + found.at())
                : Optional.ofNullable(found.trouble());
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
