package dev.caravan.vault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.connections.Pull;
import dev.caravan.faults.ClientFault;
import dev.caravan.faults.ConsentFault;
import dev.caravan.faults.Fault;
import dev.caravan.faults.RefreshFault;
import dev.caravan.faults.ThrottledFault;
import dev.caravan.store.Database;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;

/**
 * The verb that keeps tokens. A token is refreshed once over all nodes, under the row lock of its
 * connection: the intent is committed before the call, the sealed answer before it is judged, and
 * the old tokens stay until the new ones are committed. Safe for any number of threads and nodes.
 */
public final class Vault {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\[(secret|token|journey):([a-z.]+)]");

    private static final String TOKENS =
            "select generation, access_sealed, refresh_sealed, access_expires_at from"
                    + " caravan.token_set where connection_id = ?";

    private final Database database;
    private final Sealer sealer;
    private final Secrets secrets;
    private final String provider;
    private final Clock clock;

    public Vault(Database database, Sealer sealer, Secrets secrets, String provider, Clock clock) {
        this.database = database;
        this.sealer = sealer;
        this.secrets = secrets;
        this.provider = provider;
        this.clock = clock;
    }

    private record TokenSet(
            UUID connection, long generation, String access, String refresh, Instant expires) {}

    /**
     * Sets the header {@code Authorization} to a bearer token that lives at least this long.
     *
     * @param refresh the route that asks for a new token set and leaves the answer as its body
     * @throws ConsentFault where there is nothing left to refresh with
     */
    public void bearer(Exchange exchange, String refresh, int seconds) {
        TokenSet tokens = current(connection(exchange));
        Long refused = exchange.getProperty("refused.token", Long.class);
        boolean stale =
                tokens.expires().isBefore(clock.instant().plusSeconds(seconds))
                        || refused != null && refused == tokens.generation();
        if (stale) {
            tokens = renewed(exchange, refresh, tokens);
        }
        exchange.setProperty("token.generation", tokens.generation());
        exchange.getMessage().setHeader("Authorization", "Bearer " + sealer.open(tokens.access()));
    }

    /** Refreshes although nothing asks for it, so that a refresh token does not die of idleness. */
    public void keepAlive(Exchange exchange, String refresh) {
        renewed(exchange, refresh, current(connection(exchange)));
    }

    private TokenSet renewed(Exchange exchange, String refresh, TokenSet seen) {
        return database.inTransaction(
                store -> {
                    TokenSet locked = locked(store, seen.connection()).orElseThrow();
                    if (locked.generation() != seen.generation()) {
                        return locked;
                    }
                    String answer =
                            unjudged(locked).orElseGet(() -> asked(exchange, refresh, locked));
                    try {
                        return keep(store, locked, parsed(answer));
                    } catch (RefreshFault odd) {
                        judged(locked, "odd");
                        throw odd;
                    }
                });
    }

    private void judged(TokenSet tokens, String outcome) {
        database.update(
                "update caravan.token_refresh set outcome = ?, answer_sealed = null where"
                        + " connection_id = ? and generation = ?",
                outcome,
                tokens.connection(),
                tokens.generation());
    }

    /** An answer that an earlier attempt committed but did not live to judge. */
    private Optional<String> unjudged(TokenSet tokens) {
        return database.first(
                        "select answer_sealed from caravan.token_refresh where connection_id = ?"
                                + " and generation = ? and answer_sealed is not null and outcome is"
                                + " null",
                        row -> row.getString(1),
                        tokens.connection(),
                        tokens.generation())
                .map(sealer::open);
    }

    private String asked(Exchange exchange, String refresh, TokenSet tokens) {
        if (tokens.refresh() == null) {
            throw new ConsentFault(
                    new Fault.Account(
                            "CARAVAN-CONSENT",
                            provider,
                            "refresh of connection " + tokens.connection(),
                            "has no refresh token",
                            "the user has to connect again",
                            null));
        }
        database.update(
                "insert into caravan.token_refresh (connection_id, generation, intended_at) values"
                    + " (?, ?, caravan.now()) on conflict (connection_id, generation) do update set"
                    + " intended_at = excluded.intended_at, answered_at = null, outcome = null",
                tokens.connection(),
                tokens.generation());
        String answer = sent(exchange, refresh, tokens);
        String sealed = sealer.seal(answer);
        // an answer in hand is not given up because the store is away for a moment
        database.patiently(
                store ->
                        Database.update(
                                store,
                                "update caravan.token_refresh set answer_sealed = ?, answered_at ="
                                    + " caravan.now() where connection_id = ? and generation = ?",
                                sealed,
                                tokens.connection(),
                                tokens.generation()));
        return answer;
    }

    private String sent(Exchange exchange, String route, TokenSet tokens) {
        Exchange request =
                exchange.getContext()
                        .createProducerTemplate()
                        .request(
                                route,
                                asking -> {
                                    asking.setProperty("connection", tokens.connection());
                                    asking.setProperty("pull", Pull.of(exchange));
                                });
        Exception failed = request.getException();
        if (failed instanceof ConsentFault
                || failed instanceof ClientFault
                || failed instanceof ThrottledFault) {
            throw (Fault) failed;
        }
        if (failed != null) {
            String what =
                    failed instanceof Fault
                            ? failed.getMessage()
                            : failed.getClass().getSimpleName();
            throw odd("did not come: " + what);
        }
        return request.getMessage().getBody(String.class);
    }

    private TokenSet keep(Connection store, TokenSet old, JsonNode answer) throws SQLException {
        TokenSet tokens =
                new TokenSet(
                        old.connection(),
                        old.generation() + 1,
                        sealer.seal(text(answer, "access_token")),
                        answer.hasNonNull("refresh_token")
                                ? sealer.seal(answer.get("refresh_token").asText())
                                : old.refresh(),
                        expiry(answer));
        write(store, tokens);
        Database.update(
                store,
                "update caravan.token_refresh set outcome = 'kept', answer_sealed = null where"
                        + " connection_id = ? and generation = ?",
                old.connection(),
                old.generation());
        return tokens;
    }

    /**
     * Keeps the token set in the body, the answer of RFC 6749 section 5.1, as the first or a new
     * one of a connection; an answer without a refresh token keeps the old one.
     */
    public void keep(Exchange exchange) {
        JsonNode answer = parsed(exchange.getMessage().getBody(String.class));
        UUID connection = connection(exchange);
        database.inTransaction(
                store -> {
                    Optional<TokenSet> old = locked(store, connection);
                    String refresh =
                            answer.hasNonNull("refresh_token")
                                    ? sealer.seal(answer.get("refresh_token").asText())
                                    : old.map(TokenSet::refresh).orElse(null);
                    write(
                            store,
                            new TokenSet(
                                    connection,
                                    old.map(TokenSet::generation).orElse(0L) + 1,
                                    sealer.seal(text(answer, "access_token")),
                                    refresh,
                                    expiry(answer)));
                    return null;
                });
    }

    private static void write(Connection store, TokenSet tokens) throws SQLException {
        Database.update(
                store,
                """
                insert into caravan.token_set (connection_id, generation, access_sealed, refresh_sealed, access_expires_at, refreshed_at)
                values (?, ?, ?, ?, ?, caravan.now())
                on conflict (connection_id) do update set generation = excluded.generation, access_sealed = excluded.access_sealed,
                  refresh_sealed = excluded.refresh_sealed, access_expires_at = excluded.access_expires_at,
                  refreshed_at = excluded.refreshed_at
                """,
                tokens.connection(),
                tokens.generation(),
                tokens.access(),
                tokens.refresh(),
                tokens.expires().atOffset(ZoneOffset.UTC));
    }

    /**
     * Makes a form of the body's lines {@code name = value}, with {@code $[secret:SETTING]}, {@code
     * $[token:refresh]}, {@code $[token:access]} and {@code $[journey:verifier]} filled in, encoded
     * as RFC 3986 wants it: a space is {@code %20}.
     */
    public void form(Exchange exchange) {
        StringBuilder form = new StringBuilder();
        for (String line : exchange.getMessage().getBody(String.class).split("\\R")) {
            if (!line.isBlank()) {
                String[] sides = line.split("=", 2);
                String value = filled(exchange, sides[1].strip());
                if (!value.isEmpty()) {
                    form.append(form.isEmpty() ? "" : "&")
                            .append(sides[0].strip())
                            .append('=')
                            .append(encoded(value));
                }
            }
        }
        exchange.getMessage().setBody(form.toString());
    }

    private String filled(Exchange exchange, String value) {
        Matcher reference = REFERENCE.matcher(value);
        return reference.replaceAll(
                found ->
                        Matcher.quoteReplacement(secret(exchange, found.group(1), found.group(2))));
    }

    private String secret(Exchange exchange, String space, String name) {
        return switch (space) {
            case "secret" -> secrets.get(name);
            case "journey" -> exchange.getProperty("journey." + name, "", String.class);
            default -> {
                TokenSet tokens = current(connection(exchange));
                yield sealer.open(name.equals("refresh") ? tokens.refresh() : tokens.access());
            }
        };
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private TokenSet current(UUID connection) {
        return database.first(TOKENS, row -> tokens(connection, row), connection)
                .orElseThrow(
                        () ->
                                new ConsentFault(
                                        new Fault.Account(
                                                "CARAVAN-CONSENT",
                                                provider,
                                                "connection " + connection,
                                                "has no tokens",
                                                "the user has to connect",
                                                null)));
    }

    private static Optional<TokenSet> locked(Connection store, UUID connection)
            throws SQLException {
        return Database.query(
                        store, TOKENS + " for update", row -> tokens(connection, row), connection)
                .stream()
                .findFirst();
    }

    private static TokenSet tokens(UUID connection, ResultSet row) throws SQLException {
        return new TokenSet(
                connection,
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getObject(4, OffsetDateTime.class).toInstant());
    }

    private static UUID connection(Exchange exchange) {
        UUID connection = exchange.getProperty("connection", UUID.class);
        return connection != null ? connection : Pull.of(exchange).connection();
    }

    private Instant expiry(JsonNode answer) {
        return clock.instant().plusSeconds(answer.path("expires_in").asLong(0));
    }

    private String text(JsonNode answer, String field) {
        if (!answer.hasNonNull(field)) {
            throw odd("lacks " + field);
        }
        return answer.get(field).asText();
    }

    private JsonNode parsed(String answer) {
        try {
            return JSON.readTree(answer == null ? "" : answer);
        } catch (JsonProcessingException e) {
            throw odd("is not JSON");
        }
    }

    private RefreshFault odd(String found) {
        return new RefreshFault(
                new Fault.Account(
                        "CARAVAN-TOKEN",
                        provider,
                        "the token answer",
                        found,
                        "the old tokens are kept and used at the next slot",
                        null));
    }
}
