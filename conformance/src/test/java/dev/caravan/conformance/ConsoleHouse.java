package dev.caravan.conformance;

import dev.caravan.console.ConsoleIntake;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.desk.Desk;
import dev.caravan.intake.AdminKey;
import dev.caravan.intake.DeskIntake;
import dev.caravan.intake.Listener;
import dev.caravan.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A world with one user whose first pull is over, and the admin listener before it. */
final class ConsoleHouse implements AutoCloseable {
    private final Path home = Scratch.folder("console");
    private final HttpClient http = HttpClient.newHttpClient();

    final World world = World.of(World.smallBank());
    final UUID connection = world.connected("john1");
    final String key;
    final String base;
    private final Listener listener;

    ConsoleHouse() {
        base = "http://127.0.0.1:" + World.freePort();
        listener = listener(world.database, base);
        try {
            key = Files.readString(home.resolve("caravan.admin.key")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An edit of this installation, for pages that show it. */
    void edit(String file, String text) {
        try {
            Files.writeString(
                    Files.createDirectories(home.resolve("routes/truelayer")).resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The admin listener of a desk on a store, which may be dead. */
    Listener listener(Database database, String at) {
        AdminKey adminKey = new AdminKey(home.resolve("caravan.admin.key"));
        ProviderFolders folders = new ProviderFolders(home.resolve("routes"));
        for (String provider : List.of("truelayer", "trac")) {
            folders.ship(provider, ProviderFolders.read(World.ROUTES.resolve(provider)));
        }
        Desk desk =
                new Desk(
                        database,
                        world.deployer(),
                        folders,
                        world.journeys,
                        home,
                        home,
                        Clock.systemUTC(),
                        List.of());
        Listener opened =
                new Listener(
                        "admin",
                        "127.0.0.1",
                        URI.create(at).getPort(),
                        null,
                        Map.of(
                                "desk",
                                new DeskIntake(adminKey, desk),
                                "console",
                                new ConsoleIntake(adminKey, desk, Clock.systemUTC())));
        opened.start();
        return opened;
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create(path.startsWith("/") ? base + path : path));
    }

    HttpRequest.Builder form(String path, String body, String origin) {
        return at(path).header("Content-Type", "application/x-www-form-urlencoded")
                .header("Origin", origin)
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    String page(String path, String session) {
        return send(at(path).header("Cookie", session)).body();
    }

    /** The proof in the forms of a session's pages. */
    String proof(String session) {
        String page = page("/console/days", session);
        int at = page.indexOf("name=\"proof\" value=\"") + "name=\"proof\" value=\"".length();
        return page.substring(at, page.indexOf('"', at));
    }

    /** An event that is over, of the connection. */
    long event(String type) {
        return world.database
                .first(
                        "insert into caravan.inbox (provider, connection_id, event_key, type,"
                            + " entity, source, body, body_hash, state, done_at) values"
                            + " ('truelayer', ?, sha256(?::bytea), ?, 'account/1', 'webhook', '{}',"
                            + " sha256('{}'), 'done', caravan.now()) returning id",
                        row -> row.getLong(1),
                        connection,
                        type,
                        type)
                .orElseThrow();
    }

    /** A record that the store refused. */
    long reject(String payload) {
        return world.database
                .first(
                        "insert into caravan.rejected_record (provider, connection_id, kind, page,"
                                + " position, reason, sqlstate, payload, payload_hash) values"
                                + " ('truelayer', ?, 'transactions', '1', 3, 'amount has too many"
                                + " decimals', '22003', ?, sha256(?::bytea)) returning id",
                        row -> row.getLong(1),
                        connection,
                        payload,
                        payload)
                .orElseThrow();
    }

    @Override
    public void close() {
        listener.close();
        world.close();
    }
}
