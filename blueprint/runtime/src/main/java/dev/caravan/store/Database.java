package dev.caravan.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.caravan.faults.Fault;
import dev.caravan.faults.StoreFault;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pool of connections to the store and the only place that speaks JDBC plumbing. Every trouble
 * of the server itself surfaces as one {@link StoreFault} and is logged once per outage; deadlocks
 * and serialization failures are repeated. Safe for any number of threads.
 */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final Set<String> REPEATABLE = Set.of("40001", "40P01", "55P03");
    private static final int ATTEMPTS = 4;
    private static final String CLOSED = "08003";
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long RETRY_MILLIS = 500;

    private final DataSource pool;
    private final AutoCloseable closing;
    private final BooleanSupplier gone;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicReference<String> outage = new AtomicReference<>();
    private volatile long worked = System.nanoTime() - PATIENCE.toNanos();

    public Database(StoreHome home, int connections) {
        this(home.login(), connections);
    }

    /** Opens a pool that connects on demand; a store that is down fails the work, not this. */
    public Database(StoreLogin login, int connections) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("caravan-store");
        config.setJdbcUrl(login.url());
        config.setUsername(login.user());
        config.setPassword(login.password());
        config.setDriverClassName("org.postgresql.Driver");
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(5_000);
        config.setInitializationFailTimeout(-1);
        config.setAutoCommit(true);
        // a first connection that dies while the pool asks for it would leave the pool without one
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.addDataSourceProperty("ApplicationName", "caravan");
        config.addDataSourceProperty("prepareThreshold", "1");
        config.addDataSourceProperty("socketTimeout", "120");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        // one plan for life: planning a mapping costs more than running it on a page; no two
        // records are
        // alike, so a memo of their parts is never read
        config.addDataSourceProperty(
                "options",
                "-c plan_cache_mode=force_generic_plan -c jit=off -c enable_memoize=off -c"
                        + " TimeZone=UTC"
                        // a node whose machine is gone holds its locks for a minute, not for two
                        // hours
                        + " -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c"
                        + " tcp_keepalives_count=3");
        HikariDataSource opened = new HikariDataSource(config);
        this.pool = opened;
        this.closing = opened;
        this.gone = opened::isClosed;
    }

    /** A store whose work all goes into one transaction, which ends without a commit. */
    public Database(OneTransaction transaction) {
        this.pool = transaction;
        this.closing = transaction;
        this.gone = transaction::isClosed;
    }

    /** Work on a connection inside one transaction. */
    @FunctionalInterface
    public interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** Reads one row of an answer. */
    @FunctionalInterface
    public interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    public DataSource dataSource() {
        return pool;
    }

    /**
     * Runs the work in one transaction and commits.
     *
     * @throws StoreFault where the server is the trouble; the work may or may not be committed
     * @throws SqlFault where the statement is the trouble; nothing is committed
     */
    public <T> T inTransaction(Work<T> work) {
        return repeated(work, false);
    }

    private <T> T repeated(Work<T> work, boolean alone) {
        for (int attempt = 1; ; attempt++) {
            try {
                T result = alone ? alone(work) : attempt(work);
                back();
                return result;
            } catch (SQLException e) {
                if (!REPEATABLE.contains(String.valueOf(e.getSQLState())) || attempt == ATTEMPTS) {
                    throw judged(e);
                }
            }
        }
    }

    private <T> T attempt(Work<T> work) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollback(connection, e);
                throw e;
            }
        }
    }

    /** One statement is a transaction of its own: begin and commit would cost a trip more. */
    private <T> T alone(Work<T> work) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return work.on(connection);
        }
    }

    private static void rollback(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * Work of a pull in {@link #inTransaction} that waits while the store is away and goes on when
     * it is back, so that an answer in hand is kept and no provider is asked for it again.
     *
     * @throws StoreFault where it is still away after the patience of a pull
     */
    public <T> T patiently(Work<T> work) {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return inTransaction(work);
            } catch (StoreFault e) {
                if (System.nanoTime() > giveUp || !pause()) {
                    throw e;
                }
            }
        }
    }

    /** Waits between two attempts; false where the store is closed for good. */
    private boolean pause() {
        try {
            return !closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    public int update(String sql, Object... arguments) {
        return repeated(connection -> update(connection, sql, arguments), true);
    }

    public <T> List<T> query(String sql, Row<T> row, Object... arguments) {
        return repeated(connection -> query(connection, sql, row, arguments), true);
    }

    public <T> Optional<T> first(String sql, Row<T> row, Object... arguments) {
        return query(sql, row, arguments).stream().findFirst();
    }

    public static int update(Connection connection, String sql, Object... arguments)
            throws SQLException {
        try (PreparedStatement statement = prepared(connection, sql, arguments)) {
            return statement.executeUpdate();
        }
    }

    public static <T> List<T> query(
            Connection connection, String sql, Row<T> row, Object... arguments)
            throws SQLException {
        try (PreparedStatement statement = prepared(connection, sql, arguments);
                ResultSet rows = statement.executeQuery()) {
            List<T> result = new ArrayList<>();
            while (rows.next()) {
                result.add(row.read(rows));
            }
            return result;
        }
    }

    private static PreparedStatement prepared(
            Connection connection, String sql, Object... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            Object argument = arguments[i];
            if (argument instanceof java.time.Instant instant) {
                argument = instant.atOffset(java.time.ZoneOffset.UTC);
            }
            statement.setObject(i + 1, argument);
        }
        return statement;
    }

    /** The trouble the store is in, in one line; empty while it works. */
    public Optional<String> outage() {
        return Optional.ofNullable(outage.get());
    }

    /** Whether some work of this pool came to its good end within this span. */
    public boolean workedWithin(Duration span) {
        return System.nanoTime() - worked < span.toNanos();
    }

    /** How the pool's connections are used, and how many threads wait for one. */
    public record Pool(int active, int idle, int most, int waiting) {
        /** Whether all are taken and somebody waits. */
        public boolean exhausted() {
            return waiting > 0 && active >= most;
        }
    }

    public Pool pool() {
        if (!(pool instanceof HikariDataSource shared)) {
            return new Pool(1, 0, 1, 0);
        }
        HikariPoolMXBean now = shared.getHikariPoolMXBean();
        return now == null
                ? new Pool(0, 0, shared.getMaximumPoolSize(), 0)
                : new Pool(
                        now.getActiveConnections(),
                        now.getIdleConnections(),
                        shared.getMaximumPoolSize(),
                        now.getThreadsAwaitingConnection());
    }

    /** Turns a driver's error into what a route can decide on. */
    RuntimeException judged(SQLException error) {
        String state = String.valueOf(error.getSQLState());
        Fault.Account account = StoreTrouble.of(gone.getAsBoolean() ? CLOSED : state, error);
        if (account == null) {
            return new SqlFault(error);
        }
        StoreFault fault = new StoreFault(account);
        if (outage.getAndSet(fault.getMessage()) == null) {
            LOG.error(fault.getMessage());
        }
        return fault;
    }

    private void back() {
        worked = System.nanoTime();
        if (outage.get() != null && outage.getAndSet(null) != null) {
            LOG.info("CARAVAN-STORE-BACK store: the store answers again; waiting pulls go on");
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            closing.close();
        } catch (Exception e) {
            LOG.debug("the pool did not close well", e);
        }
    }
}
