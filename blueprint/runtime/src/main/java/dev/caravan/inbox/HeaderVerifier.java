package dev.caravan.inbox;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * A static secret in a header, compared in constant time. It proves that the sender knows the
 * secret, not that the body is whole or new. Safe for any number of threads.
 */
final class HeaderVerifier implements Verifier {
    private final String header;
    private final Function<UUID, List<String>> secrets;

    /**
     * @param secrets the secrets that are good for a connection now: one, or two during rotation
     */
    HeaderVerifier(String header, Function<UUID, List<String>> secrets) {
        this.header = header;
        this.secrets = secrets;
    }

    @Override
    public String flaw(Post post) {
        byte[] given = bytes(post.header(header) == null ? "" : post.header(header));
        boolean fits = false;
        for (String secret : secrets.apply(post.connection())) {
            // no way out early: the time must not tell which secret fits
            fits |= MessageDigest.isEqual(bytes(secret), given);
        }
        return fits ? null : "forged";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
