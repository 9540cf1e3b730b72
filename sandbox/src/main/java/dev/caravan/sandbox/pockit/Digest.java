package dev.caravan.sandbox.pockit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 over texts in the order of their code points, joined by line feeds. Stateless. */
final class Digest {
    private Digest() {}

    static String of(Collection<String> texts) {
        // the order of UTF-8 bytes is that of code points, and PostgreSQL's collate "C"
        List<byte[]> sorted =
                texts.stream()
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .sorted(Arrays::compareUnsigned)
                        .toList();
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (int at = 0; at < sorted.size(); at++) {
                if (at > 0) {
                    sha.update((byte) '\n');
                }
                sha.update(sorted.get(at));
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
