package dev.caravan.signer;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Tokens that we signed ourselves, each kept in memory while it is good. A token is signed once per
 * profile, connection and claims, whoever asks at once. Safe for any number of threads.
 */
final class SelfSigned {
    private final Clock clock;
    private final Map<Key, Token> tokens = new ConcurrentHashMap<>();
    private final AtomicLong numbers;

    SelfSigned(Clock clock) {
        this.clock = clock;
        // numbers of two deployments differ, and from the generations of stored tokens
        this.numbers = new AtomicLong(clock.millis());
    }

    /** Whose token it is. */
    record Key(String profile, UUID connection, Map<String, String> claims) {}

    /** A signed token, which tells nobody what it is. */
    static final class Token {
        private final String text;
        private final Instant made;
        private final Instant expires;
        private final long number;

        Token(String text, Instant made, Instant expires, long number) {
            this.text = text;
            this.made = made;
            this.expires = expires;
            this.number = number;
        }

        String text() {
            return text;
        }

        Instant made() {
            return made;
        }

        long number() {
            return number;
        }
    }

    /**
     * The token of a key.
     *
     * @param life seconds that a new one lives
     * @param margin seconds that it must have left
     * @param refused the number of a token that is no good any more, or null
     * @param sign makes a new one
     */
    Token of(Key key, long life, long margin, Long refused, Supplier<String> sign) {
        Instant now = clock.instant();
        tokens.values().removeIf(token -> !token.expires.isAfter(now));
        return tokens.compute(
                key,
                (same, kept) ->
                        kept != null
                                        && kept.expires.minusSeconds(margin).isAfter(now)
                                        && (refused == null || kept.number != refused)
                                ? kept
                                : new Token(
                                        sign.get(),
                                        now,
                                        now.plusSeconds(life),
                                        numbers.incrementAndGet()));
    }

    /** Forgets the token of a key, so that the next one is new. */
    void forget(Key key) {
        tokens.remove(key);
    }
}
