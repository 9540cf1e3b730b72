package dev.caravan.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The key of the admin listener: drawn at first start into a file that its owner alone can read.
 */
public final class AdminKey {
    private static final int BYTES = 32;

    private final byte[] key;

    public AdminKey(Path file) {
        try {
            if (!Files.exists(file)) {
                byte[] random = new byte[BYTES];
                new SecureRandom().nextBytes(random);
                Files.createFile(
                        file,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
                Files.writeString(
                        file,
                        Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
            }
            key = Files.readString(file).strip().getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a header {@code Authorization: Bearer KEY} fits, in constant time. */
    public boolean fits(String authorization) {
        String given =
                authorization != null && authorization.startsWith("Bearer ")
                        ? authorization.substring("Bearer ".length()).strip()
                        : "";
        return MessageDigest.isEqual(key, given.getBytes(StandardCharsets.UTF_8));
    }
}
