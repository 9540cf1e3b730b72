package dev.caravan.sandbox.trac;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The installation tokens that were issued. A new one leaves the older ones alone; one that is over
 * is known for a day more, so that it is told from one that never was. Safe for use by many
 * threads.
 */
final class Tokens {
    /** What a token opens, and until when. */
    record Issued(String token, String installationId, Instant until) {}

    private final SecureRandom random = new SecureRandom();
    private final Clock clock;
    private final Map<String, Issued> tokens = new ConcurrentHashMap<>();
    private final Set<String> everIssued = ConcurrentHashMap.newKeySet();

    Tokens(Clock clock) {
        this.clock = clock;
    }

    Issued issue(String installationId, Duration life) {
        byte[] bytes = new byte[30];
        random.nextBytes(bytes);
        String token = "iat_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Issued issued = new Issued(token, installationId, clock.instant().plus(life));
        restore(issued);
        Instant yesterday = clock.instant().minus(Duration.ofDays(1));
        tokens.values().removeIf(one -> one.until().isBefore(yesterday));
        return issued;
    }

    void restore(Issued issued) {
        tokens.put(issued.token(), issued);
        everIssued.add(issued.token());
    }

    Optional<Issued> find(String token) {
        return Optional.ofNullable(tokens.get(token));
    }

    boolean over(Issued issued) {
        return !clock.instant().isBefore(issued.until());
    }

    /** All tokens of the installation end now. */
    void expire(String installationId) {
        tokens.replaceAll(
                (token, one) ->
                        one.installationId().equals(installationId) && !over(one)
                                ? new Issued(token, installationId, clock.instant())
                                : one);
    }

    Collection<Issued> all() {
        return tokens.values();
    }

    Set<String> everIssued() {
        return Set.copyOf(everIssued);
    }
}
