package dev.caravan.store;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Savepoint;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * A data source whose connections are all one transaction that is never committed: a commit only
 * gives a savepoint up, a rollback goes back to it, and closing the source undoes everything. Safe
 * for any number of threads, which wait for each other.
 */
public final class OneTransaction implements DataSource, AutoCloseable {
    private static final String FAILED = "25P02";

    private final Connection real;
    private final ReentrantLock turn = new ReentrantLock();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Begins the transaction on a connection of this store's pool. */
    public OneTransaction(Database database) {
        try {
            real = database.dataSource().getConnection();
            real.setAutoCommit(false);
        } catch (SQLException e) {
            throw database.judged(e);
        }
    }

    boolean isClosed() {
        return closed.get();
    }

    /** Waits for its turn; the same thread may come again while it has it. */
    @Override
    public Connection getConnection() throws SQLException {
        turn.lock();
        try {
            if (closed.get()) {
                throw new SQLException("the transaction is over", "08003");
            }
            return (Connection)
                    Proxy.newProxyInstance(
                            Connection.class.getClassLoader(),
                            new Class<?>[] {Connection.class},
                            new Turn(real.setSavepoint()));
        } catch (SQLException | RuntimeException e) {
            turn.unlock();
            throw e;
        }
    }

    /** Undoes everything, also while a statement runs; a second call does nothing. */
    @Override
    public void close() throws SQLException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (turn.tryLock()) {
            try (real) {
                real.rollback();
                real.setAutoCommit(true);
            } finally {
                turn.unlock();
            }
        } else {
            // somebody is in the middle of something: the server undoes what lost its connection
            real.abort(Runnable::run);
            real.close();
        }
    }

    /** One borrowing: from a savepoint on. */
    private final class Turn implements InvocationHandler {
        private Savepoint since;
        private boolean automatic = true;
        private boolean over;

        Turn(Savepoint since) {
            this.since = since;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            switch (method.getName()) {
                case "close" -> end();
                case "isClosed" -> {
                    return over;
                }
                case "getAutoCommit" -> {
                    return automatic;
                }
                case "setAutoCommit" -> automatic = (boolean) arguments[0];
                case "commit" -> {
                    settle(true);
                    since = real.setSavepoint();
                }
                case "rollback" -> {
                    if (arguments != null) {
                        return passed(method, arguments);
                    }
                    real.rollback(since);
                }
                default -> {
                    return passed(method, arguments);
                }
            }
            return null;
        }

        /** What was not committed is undone, as it is by the driver. */
        private void end() throws SQLException {
            if (!over) {
                over = true;
                try {
                    if (!closed.get()) {
                        settle(automatic);
                    }
                } finally {
                    turn.unlock();
                }
            }
        }

        private void settle(boolean keep) throws SQLException {
            if (!keep) {
                real.rollback(since);
            }
            try {
                real.releaseSavepoint(since);
            } catch (SQLException e) {
                if (!FAILED.equals(e.getSQLState())) {
                    throw e;
                }
                real.rollback(since);
                real.releaseSavepoint(since);
            }
        }

        private Object passed(Method method, Object[] arguments) throws Throwable {
            try {
                return method.invoke(real, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        // nobody listens
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // it is logged in already
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> as) throws SQLException {
        throw new SQLException("wraps nothing of " + as);
    }

    @Override
    public boolean isWrapperFor(Class<?> of) {
        return false;
    }
}
