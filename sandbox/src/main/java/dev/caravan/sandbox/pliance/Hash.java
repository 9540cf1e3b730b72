package dev.caravan.sandbox.pliance;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Ids and choices that look random and are the same for the same words. Stateless. */
final class Hash {
    private Hash() {}

    static String hex(Object... words) {
        return HexFormat.of().formatHex(bytes(words));
    }

    static String digits(int digits, Object... words) {
        return hex(words).substring(0, digits);
    }

    /** From 0 to below the bound. */
    static int below(int bound, Object... words) {
        byte[] bytes = bytes(words);
        int number = 0;
        for (int at = 0; at < 4; at++) {
            number = number << 8 | bytes[at] & 255;
        }
        return Math.floorMod(number, bound);
    }

    static byte[] bytes(Object... words) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Object word : words) {
                digest.update(String.valueOf(word).getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
