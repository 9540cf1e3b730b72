package dev.caravan.conformance;

import dev.caravan.store.Database;
import dev.caravan.store.Migrations;
import dev.caravan.store.StoreLogin;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** One real PostgreSQL for all tests of a JVM; every world gets a database of its own. */
final class TestServer {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static EmbeddedPostgres server;

    private TestServer() {}

    /** A new database of this version's shape. */
    static synchronized StoreLogin database() {
        if (server == null) {
            start();
        }
        String name = "world_" + DATABASES.incrementAndGet();
        sql("create database " + name + " template shaped");
        return login(name);
    }

    static synchronized void sql(String statement) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement run = connection.createStatement()) {
            run.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void start() {
        try {
            // fsync stays off here: what a power cut does to PostgreSQL is not what these tests are
            // about
            server = EmbeddedPostgres.builder().setServerConfig("max_connections", "200").start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sql("create database shaped");
        try (Database shaped = new Database(login("shaped"), 2)) {
            new Migrations(shaped).run();
        }
    }

    /** Gives a database another name; who is connected to it is not any more. */
    static synchronized void rename(String database, String name) {
        sql("alter database " + database + " allow_connections off");
        sql(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '"
                        + database
                        + "'");
        sql("alter database " + database + " rename to " + name);
        sql("alter database " + name + " allow_connections on");
    }

    static StoreLogin login(String database) {
        return new StoreLogin(
                "jdbc:postgresql://localhost:" + server.getPort() + "/" + database, "postgres", "");
    }
}
