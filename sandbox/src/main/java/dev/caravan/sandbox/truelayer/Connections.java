package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Every connection of the twin, found by any token it was ever given. A token found here need not
 * be good any more: its connection tells. Safe for use by many threads.
 */
final class Connections {
    private final Supplier<TwinSettings> settings;
    private final Clock clock;
    private final Secrets secrets;
    private final Collection<Connection> all = new ConcurrentLinkedQueue<>();
    private final Map<String, Connection> byToken = new ConcurrentHashMap<>();

    Connections(Supplier<TwinSettings> settings, Clock clock, Secrets secrets) {
        this.settings = settings;
        this.clock = clock;
        this.secrets = secrets;
    }

    /** A new connection, or the same one after its user authenticated once more. */
    Connection authenticate(MockUser user, List<String> scopes, Optional<Connection> existing) {
        Connection connection =
                existing.orElseGet(() -> new Connection(secrets.credentialsId(), user));
        connection.authenticated(scopes, clock.instant(), consent());
        if (existing.isEmpty()) {
            all.add(connection);
        }
        return connection;
    }

    void restore(Connection connection) {
        all.add(connection);
        connection.tokens().forEach(token -> byToken.put(token, connection));
    }

    Optional<Connection> byToken(String token) {
        return Optional.ofNullable(byToken.get(token));
    }

    Collection<Connection> all() {
        return List.copyOf(all);
    }

    /** New tokens after a code or an extension: both, if the scope allows a refresh at all. */
    ObjectNode issueBoth(Connection connection) {
        if (connection.scopes().contains("offline_access")) {
            issueRefresh(connection);
        }
        return answer(connection, true);
    }

    /** The answer to a refresh, or nothing when the token is not good. */
    Optional<ObjectNode> refresh(Connection connection, String token) {
        synchronized (connection) {
            TwinSettings now = settings.get();
            if (!connection.useRefresh(token, clock.instant(), now)) {
                return Optional.empty();
            }
            // a token inside its grace brings the pair that its first use brought
            if (now.rotateRefreshTokens() && token.equals(connection.refreshToken())) {
                issueRefresh(connection);
            }
            return Optional.of(answer(connection, !now.refreshAnswersOmitToken()));
        }
    }

    Duration consent() {
        return Duration.ofDays(settings.get().consentDays());
    }

    private void issueRefresh(Connection connection) {
        String token = secrets.refreshToken();
        connection.refreshWith(token, clock.instant());
        byToken.put(token, connection);
    }

    private ObjectNode answer(Connection connection, boolean withRefresh) {
        long seconds = settings.get().accessTokenSeconds();
        Instant until = clock.instant().plusSeconds(seconds);
        List<String> scopes = connection.scopes();
        String token = secrets.accessToken(connection.credentialsId(), scopes, until);
        connection.access(token, until);
        byToken.put(token, connection);
        ObjectNode body = Json.object().put("access_token", token).put("expires_in", seconds);
        body.put("token_type", "Bearer");
        if (withRefresh && !connection.refreshToken().isEmpty()) {
            body.put("refresh_token", connection.refreshToken());
        }
        return body.put("scope", String.join(" ", scopes));
    }
}
