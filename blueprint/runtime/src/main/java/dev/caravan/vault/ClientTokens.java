package dev.caravan.vault;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * Tokens of ours as a client, one for each route that asks for one: in memory only, since another
 * is had at any time. Asked for once at a time, whoever else needs it waits. Safe for any number of
 * threads.
 */
final class ClientTokens {
    private final TokenRoute asking;
    private final TokenShape shape;
    private final Clock clock;
    private final Map<String, Token> tokens = new HashMap<>();
    private long numbers;

    ClientTokens(TokenRoute asking, TokenShape shape, Clock clock) {
        this.asking = asking;
        this.shape = shape;
        this.clock = clock;
    }

    /**
     * A token in use.
     *
     * @param number negative, so that it is never taken for the generation of a connection's
     */
    record Token(long number, String text, Instant expires, Instant asked) {
        @Override
        public String toString() {
            return "client token " + number;
        }
    }

    /**
     * A token that lives at least this long and is not the refused one.
     *
     * @param refused the number of a token that was refused, or null
     */
    synchronized Token of(Exchange exchange, String route, int seconds, Long refused) {
        Token token = tokens.get(route);
        Instant now = clock.instant();
        if (token == null
                || token.expires().isBefore(now.plusSeconds(seconds))
                || refused != null && refused == token.number()) {
            JsonNode answer = asking.parsed(asking.asked(exchange, route, null));
            String text =
                    shape.access(answer)
                            .orElseThrow(() -> asking.odd("lacks " + shape.accessField()));
            token = new Token(--numbers, text, shape.expires(answer, now), now);
            tokens.put(route, token);
        }
        return token;
    }
}
