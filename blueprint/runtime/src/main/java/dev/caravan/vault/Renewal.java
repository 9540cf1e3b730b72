package dev.caravan.vault;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.faults.RefreshFault;
import dev.caravan.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;

/**
 * Puts a new token set in the place of an old one, once over all nodes under the row lock of the
 * connection. The intent is committed before the call, the sealed answer before it is judged, and
 * the old tokens stay until the new ones are committed. Safe for any number of threads and nodes.
 */
final class Renewal {
    private final Database database;
    private final Tokens tokens;
    private final Sealer sealer;
    private final TokenRoute asking;
    private final TokenShape shape;
    private final Clock clock;

    Renewal(
            Database database,
            Tokens tokens,
            Sealer sealer,
            TokenRoute asking,
            TokenShape shape,
            Clock clock) {
        this.database = database;
        this.tokens = tokens;
        this.sealer = sealer;
        this.asking = asking;
        this.shape = shape;
        this.clock = clock;
    }

    /** The set that follows the one that was seen, whoever renewed it. */
    TokenSet of(Exchange exchange, String route, TokenSet seen) {
        return database.inTransaction(
                store -> {
                    TokenSet held = tokens.held(store, seen.connection()).orElse(null);
                    if (held == null) {
                        throw tokens.lacks(seen.connection(), "tokens any more");
                    }
                    if (held.generation() != seen.generation()) {
                        return held;
                    }
                    String answer =
                            tokens.unjudged(held)
                                    .map(sealer::open)
                                    .orElseGet(() -> asked(exchange, route, held));
                    try {
                        TokenSet next = kept(store, held, asking.parsed(answer));
                        tokens.judged(store, held, "kept");
                        return next;
                    } catch (RefreshFault odd) {
                        tokens.judged(held, "odd");
                        throw odd;
                    }
                });
    }

    private String asked(Exchange exchange, String route, TokenSet held) {
        tokens.intended(held);
        String answer = asking.asked(exchange, route, held.connection());
        tokens.answered(held, sealer.seal(answer));
        return answer;
    }

    /** Keeps an answer as the first or a new set of a connection. */
    void keep(UUID connection, String answer) {
        JsonNode parsed = asking.parsed(answer);
        database.inTransaction(
                store -> {
                    TokenSet old =
                            tokens.held(store, connection)
                                    .orElse(new TokenSet(connection, 0, null, null, null, null));
                    return kept(store, old, parsed);
                });
    }

    private TokenSet kept(Connection store, TokenSet old, JsonNode answer) throws SQLException {
        String access =
                shape.access(answer).orElseThrow(() -> asking.odd("lacks " + shape.accessField()));
        Optional<String> scopes = shape.scopes(answer);
        if (scopes.isPresent()) {
            tokens.granted(store, old.connection(), scopes.get());
        }
        return tokens.next(
                store,
                old,
                sealer.seal(access),
                shape.refresh(answer).map(sealer::seal).orElse(old.refresh()),
                shape.expires(answer, clock.instant()));
    }
}
