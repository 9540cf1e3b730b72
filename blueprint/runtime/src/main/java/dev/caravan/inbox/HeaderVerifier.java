package dev.caravan.inbox;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/**
 * A static secret in a header, compared in constant time. It proves that the sender knows the
 * secret, not that the body is whole or new. Safe for any number of threads.
 */
final class HeaderVerifier implements Verifier {
    private final String header;
    private final GoodSecrets proofs;

    /**
     * @param proofs the secrets that are good for a connection now: one, or two during rotation
     */
    HeaderVerifier(String header, GoodSecrets proofs) {
        this.header = header;
        this.proofs = proofs;
    }

    @Override
    public String flaw(Post post) {
        return fits(post, proofs.of(post.connection())) ? null : "forged";
    }

    @Override
    public boolean surely(Post post) {
        return fits(post, proofs.held(post.connection()));
    }

    private boolean fits(Post post, List<String> secrets) {
        byte[] given = bytes(post.header(header) == null ? "" : post.header(header));
        boolean fits = false;
        for (String secret : secrets) {
            // no way out early: the time must not tell which secret fits
            fits |= MessageDigest.isEqual(bytes(secret), given);
        }
        return fits;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
