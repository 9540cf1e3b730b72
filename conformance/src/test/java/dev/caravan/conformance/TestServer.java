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

    private static StoreLogin login(String database) {
        return new StoreLogin(
                "jdbc:postgresql://localhost:" + server.getPort() + "/" + database, "postgres", "");
    }
}
