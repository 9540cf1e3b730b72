package dev.caravan.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own on loopback, durable (fsync and synchronous_commit on) and closed to
 * whoever has no password. A server that outlived a killed Karaf is stopped and its data taken
 * over. Not thread-safe: its keeper calls it.
 */
public final class EmbeddedServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);
    private static final int PASSWORD_BYTES = 24;
    private static final int STOP_SECONDS = 20;
    private static final long SAME_START_SECONDS = 15;

    private final int port;
    private final Path data;
    private final Path binaries;
    private final Passwords owner;
    private final Passwords reader;
    private EmbeddedPostgres server;

    /**
     * @param data the folder of the data, kept over restarts
     * @param binaries where the server's programs are unpacked
     * @param secrets the folder of the two password files, {@code caravan.store.pgpass} for Caravan
     *     and {@code caravan.pgpass} for the reader
     */
    public EmbeddedServer(int port, Path data, Path binaries, Path secrets) {
        this.port = port;
        this.data = data;
        this.binaries = binaries;
        this.owner = new Passwords(secrets.resolve("caravan.store.pgpass"), port);
        this.reader = new Passwords(secrets.resolve("caravan.pgpass"), port);
    }

    /** Where this server will be and as whom Caravan logs in, known before it runs. */
    public StoreLogin login() {
        return new StoreLogin(
                "jdbc:postgresql://127.0.0.1:" + port + "/caravan", "caravan", owner.of("caravan"));
    }

    /** Whether the server's process is there. */
    boolean alive() {
        return server != null && orphan() != null;
    }

    /**
     * Starts the server, after a first-time set-up where the data folder is new.
     *
     * @throws IOException where the port is taken or the data cannot be used
     */
    void start() throws IOException {
        if (server != null) {
            LOG.warn("the process of the embedded store is gone; it is started again");
            // the dead server still holds its lock on the data in this JVM
            close();
        }
        takeOver();
        boolean set = Files.exists(data.resolve("PG_VERSION"));
        String password = owner.of("postgres");
        Path file = Files.createTempFile("caravan", ".pw");
        try {
            Files.writeString(file, password);
            server =
                    EmbeddedPostgres.builder()
                            .setPort(port)
                            .setDataDirectory(data)
                            .setCleanDataDirectory(false)
                            .setRegisterShutdownHook(false)
                            .setOverrideWorkingDirectory(binaries.toFile())
                            .setLocaleConfig("auth-host", "scram-sha-256")
                            .setLocaleConfig("auth-local", "scram-sha-256")
                            .setLocaleConfig("pwfile", file.toString())
                            .setLocaleConfig("locale", "C.UTF-8")
                            .setConnectConfig("password", password)
                            .setServerConfig("fsync", "on")
                            .setServerConfig("synchronous_commit", "on")
                            .setServerConfig("full_page_writes", "on")
                            .setServerConfig("listen_addresses", "127.0.0.1")
                            .setServerConfig("unix_socket_directories", "")
                            .setServerConfig("max_connections", "100")
                            .setServerConfig("max_wal_size", "2GB")
                            .setServerConfig("wal_level", "logical")
                            // a slot that its reader forgot must not fill the disk
                            .setServerConfig("max_slot_wal_keep_size", "8GB")
                            .setServerConfig("logging_collector", "on")
                            .setServerConfig("log_directory", "log")
                            .setServerConfig("log_rotation_size", "10MB")
                            .setPGStartupWait(java.time.Duration.ofMinutes(2))
                            .start();
        } finally {
            Files.deleteIfExists(file);
        }
        if (!set) {
            LOG.info("the embedded store is new: creating logins and the database");
        }
        setUp();
    }

    private void setUp() throws IOException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement sql = connection.createStatement()) {
            role(sql, "caravan", owner.of("caravan"));
            role(sql, "caravan_reader", reader.of("caravan_reader"));
            if (!sql.executeQuery("select 1 from pg_database where datname = 'caravan'").next()) {
                sql.execute("create database caravan owner caravan");
                sql.execute("revoke all on database caravan from public");
                sql.execute("grant connect on database caravan to caravan_reader");
            }
        } catch (SQLException e) {
            throw new IOException("the logins of the embedded store cannot be set up", e);
        }
    }

    private static void role(Statement sql, String name, String password) throws SQLException {
        boolean there =
                sql.executeQuery("select 1 from pg_roles where rolname = '" + name + "'").next();
        // the password is ours, base64url only: nothing to escape
        sql.execute(
                (there ? "alter" : "create")
                        + " role "
                        + name
                        + " login password '"
                        + password
                        + "'");
    }

    /** Stops a server that runs on our data without us, and clears a stale pid file. */
    private void takeOver() throws IOException {
        Path pid = data.resolve("postmaster.pid");
        ProcessHandle orphan = orphan();
        if (orphan != null) {
            LOG.info(
                    "taking over the embedded store from process {}, which outlived its Karaf",
                    orphan.pid());
            new ProcessBuilder("kill", "-INT", String.valueOf(orphan.pid())).start();
            try {
                orphan.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                orphan.destroyForcibly();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (java.util.concurrent.ExecutionException e) {
                throw new IOException(e);
            }
        }
        Files.deleteIfExists(pid);
    }

    /** The server process of our data folder, or null where its pid file is stale or absent. */
    private ProcessHandle orphan() {
        try {
            List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
            long started = Long.parseLong(lines.get(2).strip());
            return ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> started(process, started))
                    .orElse(null);
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    /** Whether a process began when the pid file says: a reused pid did not. */
    private static boolean started(ProcessHandle process, long second) {
        return process.info()
                .startInstant()
                .map(start -> Math.abs(start.getEpochSecond() - second) <= SAME_START_SECONDS)
                .orElse(true);
    }

    @Override
    public void close() {
        if (server != null) {
            try {
                server.close();
            } catch (IOException e) {
                LOG.warn("the embedded store did not stop cleanly: {}", e.getMessage());
            }
            server = null;
        }
    }

    /** A password file in libpq's form, readable by its owner alone. */
    private record Passwords(Path file, int port) {
        String of(String user) {
            String head =
                    "127.0.0.1:"
                            + port
                            + ":"
                            + (user.equals("postgres") ? "*" : "caravan")
                            + ":"
                            + user
                            + ":";
            try {
                List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
                for (String line : lines) {
                    // the port may have moved since the line was written; the password stays
                    if (line.matches("127\\.0\\.0\\.1:\\d+:(\\*|caravan):" + user + ":.*")) {
                        return line.substring(line.lastIndexOf(':') + 1);
                    }
                }
                byte[] random = new byte[PASSWORD_BYTES];
                new SecureRandom().nextBytes(random);
                String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
                if (!Files.exists(file)) {
                    Files.createDirectories(file.getParent());
                    Files.createFile(
                            file,
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
                }
                Files.writeString(
                        file, head + password + "\n", java.nio.file.StandardOpenOption.APPEND);
                return password;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
