package dev.caravan.sandbox.pockit;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes codes and tokens and remembers each one, so that a test can look for them where they must
 * not be. No two are alike. Safe for use by many threads.
 */
final class Secrets {
    private final SecureRandom random = new SecureRandom();
    private final Set<String> issued = ConcurrentHashMap.newKeySet();

    /** A uuid, as in the seed's sample. */
    String code() {
        return remember(UUID.randomUUID().toString());
    }

    String token() {
        byte[] bytes = new byte[48];
        random.nextBytes(bytes);
        return remember(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    Set<String> issued() {
        return Set.copyOf(issued);
    }

    private String remember(String secret) {
        issued.add(secret);
        return secret;
    }
}
