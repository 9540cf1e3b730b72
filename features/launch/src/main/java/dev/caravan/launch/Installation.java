package dev.caravan.launch;

import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The files of one installation: where it listens and what opens it. Reads them each time, since
 * Caravan writes some of them while it starts. Immutable.
 *
 * @param home the folder that the distribution was unpacked into
 */
record Installation(Path home) {

    /**
     * A value of {@code etc/<pid>.cfg}, or {@code otherwise} where neither file nor key is there.
     */
    String setting(String pid, String key, String otherwise) throws IOException {
        var file = etc(pid + ".cfg");
        var settings = new Properties();
        if (Files.exists(file)) {
            settings.load(new StringReader(Files.readString(file)));
        }
        return settings.getProperty(key, otherwise).strip();
    }

    boolean has(String pid) {
        return Files.exists(etc(pid + ".cfg"));
    }

    int port(String pid, String key, int otherwise) throws IOException {
        return Integer.parseInt(setting(pid, key, Integer.toString(otherwise)));
    }

    /** What a file of {@code etc/secrets} holds. */
    String secret(String name) throws IOException {
        return Files.readString(etc("secrets").resolve(name)).strip();
    }

    Path etc(String name) {
        return home.resolve("etc").resolve(name);
    }

    /** The key of the admin interface. */
    String adminKey() throws IOException {
        return Files.readString(etc("caravan.admin.key")).strip();
    }

    /** The reader's own line of the password file: host:port:database:user:password. */
    String[] readerLogin() throws IOException {
        for (var line : Files.readAllLines(etc("caravan.pgpass"))) {
            var parts = line.split(":", 5);
            if (parts.length == 5 && parts[3].equals("caravan_reader")) {
                return parts;
            }
        }
        throw new IOException(etc("caravan.pgpass") + " has no line for caravan_reader");
    }

    /** Whether the Karaf of this installation runs. */
    boolean alive() throws IOException {
        var file = home.resolve("karaf.pid");
        if (!Files.exists(file)) {
            return true; // it is written a moment after the start
        }
        var pid = Files.readString(file).strip();
        return pid.isEmpty()
                || ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
    }

    URI loopback(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
