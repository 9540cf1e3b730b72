package dev.caravan.conformance.truelayer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.House;
import dev.caravan.conformance.Oracle;
import dev.caravan.intake.Listener;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.truelayer.BankAccount;
import dev.caravan.sandbox.truelayer.Task;
import dev.caravan.sandbox.truelayer.Tokens;
import dev.caravan.sandbox.truelayer.TrueLayerTwin;
import dev.caravan.sandbox.truelayer.TwinSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The shipped provider, reading in the background, against its twin: one clock, one store, and the
 * listener that webhooks come to. Not thread-safe.
 */
final class TrueLayer implements AutoCloseable {
    /** A documentation address (RFC 5737): the user behind a browser. */
    static final String USER_ADDRESS = "203.0.113.7";

    /** What is read of one user in the background: two lists, and five or three of each account. */
    static final int READS = 2 + 5 + 3;

    final House house;
    final TrueLayerTwin twin;
    final int port = freePort();
    private final Listener listener;

    private TrueLayer(TwinSettings settings, Map<String, String> changed) {
        house = House.of("truelayer", Map.of());
        twin = TrueLayerTwin.start(settings, house.clock);
        house.secret("truelayer.client.secret", settings.clientSecret())
                .set("auth.url", twin.base().toString())
                .set("api.url", twin.base() + "/data/v1")
                .set("client.id", settings.clientId())
                .set("async", "on")
                .set("webhook.url", "http://127.0.0.1:" + port)
                .set("webhook.http", "loopback");
        changed.forEach(house::set);
        house.start();
        listener = house.webhooks(port, new SimpleMeterRegistry(), List.of("127.0.0.2"));
    }

    /** One account and one card a user, with a few rows each. */
    static TwinSettings smallBank() {
        return TwinSettings.defaults()
                .users(20)
                .accountsPerConnection(1)
                .cardsPerConnection(1)
                .transactionsPerAccount(30)
                .pendingPerAccount(3)
                .historyDays(60);
    }

    static TrueLayer of(TwinSettings settings, Map<String, String> changed) {
        return new TrueLayer(settings, changed);
    }

    static TrueLayer open() {
        return of(smallBank(), Map.of());
    }

    /** Without a way for webhooks: only the plan finds results. */
    static TrueLayer unreachable() {
        return of(smallBank(), Map.of("webhook.url", ""));
    }

    /** A connection that has been read in full and whose user's login is no longer fresh. */
    UUID connected(String user) {
        Tokens tokens = twin.connect(user, user.replace("john", "doe"));
        UUID id = house.connection(Map.of());
        house.database.update(
                "update caravan.connection set authorised_at = caravan.now(), authenticated_at ="
                        + " caravan.now() where id = ?",
                id);
        house.database.update(
                """
                insert into caravan.token_set (connection_id, generation, access_sealed, refresh_sealed, access_expires_at, refreshed_at)
                values (?, 1, ?, ?, caravan.now() + interval '1 hour', caravan.now())
                """,
                id,
                house.sealer.seal(tokens.accessToken()),
                house.sealer.seal(tokens.refreshToken()));
        pullAttended(id);
        house.advance(Duration.ofMinutes(6));
        twin.journal().clear();
        return id;
    }

    void pullAttended(UUID connection) {
        String before = house.lastEnd(connection);
        house.journeys.pull(connection, USER_ADDRESS, Duration.ofMinutes(5));
        house.tick("pull");
        house.awaitPull(connection, before);
    }

    /** New rows on every account of a user. */
    void grow(String user, int rows) {
        for (BankAccount account : twin.accounts(user)) {
            twin.grow(account.id(), rows);
        }
    }

    /** Waits until so many results of a connection are in a state. */
    void awaitResults(UUID connection, String state, int most) {
        House.until(() -> results(connection, state) == most);
    }

    long results(UUID connection, String state) {
        return house.number(
                "select count(*) from ledger.deferred_result where state = '"
                        + state
                        + "' and connection_id = '"
                        + connection
                        + "'");
    }

    /** What became of an ask: state, attempts and fault of the last result of a kind. */
    String result(UUID connection, String kind) {
        return house.text(
                "select state || ' ' || coalesce(last_fault, '') from ledger.deferred_result where"
                        + " kind = '"
                        + kind
                        + "' and connection_id = '"
                        + connection
                        + "' order by deferred_result_id desc limit 1");
    }

    /** Those that it was given for a user. */
    List<URI> addresses(String user) {
        return twin
                .journal()
                .where(one -> one.user().equals(user) && one.query().containsKey("webhook_uri"))
                .stream()
                .map(one -> URI.create(one.query().get("webhook_uri")))
                .toList();
    }

    /** The addresses that the twin was given for its webhooks, in order. */
    List<URI> addresses() {
        return twin.journal().where(one -> one.query().containsKey("webhook_uri")).stream()
                .map(one -> URI.create(one.query().get("webhook_uri")))
                .toList();
    }

    /** Waits until every task has ended, was told of, and what was told is settled. */
    void told() {
        House.until(() -> twin.tasks().stream().allMatch(Task::ended));
        House.until(() -> twin.deliveries().size() >= twin.tasks().size());
        try {
            assertThat(twin.webhooksSettled(Duration.ofSeconds(10))).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        House.until(
                () ->
                        house.number(
                                        "select count(*) from ledger.inbox where state in ('new',"
                                                + " 'waiting')")
                                == 0);
        settled();
    }

    /** Moves the clocks and waits until all that was due by then was looked for. */
    void later(Duration by) {
        house.advance(by);
        settled();
    }

    /** Waits until no result is due and nobody works on one. */
    void settled() {
        House.until(
                () ->
                        house.number(
                                                "select count(*) from ledger.deferred_result where"
                                                        + " next_poll_at <= caravan.now()")
                                        + house.number(
                                                "select count(*) from caravan.connection where"
                                                        + " lease_owner is not null")
                                == 0);
    }

    /** Requests of a user that the twin saw on an endpoint. */
    List<Exchange> seen(String endpoint, String user) {
        return twin.journal()
                .where(one -> one.endpoint().equals(endpoint) && one.user().equals(user));
    }

    /** The store holds exactly what the twin holds for this user. */
    void holds(String user) {
        new Oracle(twin, house.database).holds(user);
        for (BankAccount account : twin.accounts(user)) {
            assertThat(
                            house.number(
                                    "select count(*) from ledger.transaction t join ledger.account"
                                            + " a using (account_id) where t.status = 'pending' and"
                                            + " t.removed_at is null and a.provider_account_id = '"
                                            + account.id()
                                            + "'"))
                    .as("pending rows of %s", account.id())
                    .isEqualTo(twin.truth().pending(account.id()).size());
        }
    }

    /** A post as the twin sends it. */
    int post(URI address, String body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient()
                            .send(request.build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).as("no answer says more than its status").isEmpty();
            return answer.statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        listener.close();
        house.close();
        twin.close();
    }
}
