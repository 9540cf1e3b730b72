package dev.caravan.sandbox.pliance;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * How many rows of one canonical kind there are, and the digest over their ids: sorted by code
 * point and joined by line feeds. Immutable.
 */
public record KindTruth(String kind, long count, Optional<String> digest) {

    static KindTruth of(String kind, List<String> ids) {
        return new KindTruth(kind, ids.size(), Optional.of(digest(ids)));
    }

    static KindTruth counted(String kind, long count) {
        return new KindTruth(kind, count, Optional.empty());
    }

    /** SHA-256 in lower-case hexadecimal digits. */
    public static String digest(List<String> ids) {
        // UTF-8 sorts as code points do
        List<byte[]> sorted =
                ids.stream()
                        .map(id -> id.getBytes(StandardCharsets.UTF_8))
                        .sorted(java.util.Arrays::compareUnsigned)
                        .toList();
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            boolean first = true;
            for (byte[] id : sorted) {
                if (!first) {
                    sha.update((byte) '\n');
                }
                first = false;
                sha.update(id);
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
