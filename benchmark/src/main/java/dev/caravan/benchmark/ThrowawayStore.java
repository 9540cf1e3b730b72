package dev.caravan.benchmark;

import dev.caravan.connections.DeadLeases;
import dev.caravan.store.Database;
import dev.caravan.store.EmbeddedServer;
import dev.caravan.store.Keeper;
import dev.caravan.store.LogParts;
import dev.caravan.store.Migrations;
import dev.caravan.store.StoreHome;
import dev.caravan.store.StoreLogin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The embedded PostgreSQL as it is shipped, durable, in a folder that goes when it closes. For one
 * thread.
 */
final class ThrowawayStore implements AutoCloseable {
    private final Path home;
    private final StoreLogin login;
    private final Keeper keeper;
    private final Database database;

    ThrowawayStore(int port) throws IOException, InterruptedException {
        // open to others as an installation's folder is: a server started by root runs as somebody
        // else
        home =
                Files.createTempDirectory(
                        "caravan-benchmark",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwxr-xr-x")));
        Path etc = Files.createDirectories(home.resolve("etc"));
        StoreHome server = new StoreHome("", "", "", port, etc, home, etc);
        login =
                new EmbeddedServer(
                                port, home.resolve("postgres"), home.resolve("postgres-bin"), etc)
                        .login();
        database = new Database(server, 4);
        keeper =
                new Keeper(
                        server,
                        database,
                        new Migrations(database),
                        new DeadLeases(database, "benchmark:0"),
                        new LogParts(database, 25, 25, Clock.systemUTC()));
        keeper.start();
        try {
            Patience.until(
                    keeper::ready, Duration.ofMinutes(2), () -> "no store: " + keeper.trouble());
        } catch (IllegalStateException e) {
            close();
            throw e;
        }
    }

    /** How to log in without the pool, whose statements may not last. */
    StoreLogin login() {
        return login;
    }

    /** The folder with the password files. */
    Path etc() {
        return home.resolve("etc");
    }

    long postmaster() throws IOException {
        return Long.parseLong(
                Files.readAllLines(home.resolve("postgres/postmaster.pid")).get(0).strip());
    }

    /** Whether the server keeps what it has committed when the power goes. */
    boolean durable() {
        return List.of("fsync", "synchronous_commit", "full_page_writes").stream()
                .allMatch(setting -> text("show " + setting).equals("on"));
    }

    Database database() {
        return database;
    }

    String text(String sql) {
        return database.first(sql, row -> row.getString(1)).orElseThrow();
    }

    @Override
    public void close() throws IOException {
        keeper.close();
        try (Stream<Path> all = Files.walk(home)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }
}
