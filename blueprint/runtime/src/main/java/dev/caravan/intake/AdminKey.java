package dev.caravan.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The key of the admin listener: drawn at first start into a file that its owner alone can read,
 * and anew whenever somebody wants. Safe for any number of threads.
 */
public final class AdminKey {
    private static final int BYTES = 32;

    private final Path file;
    private final List<Runnable> followers = new CopyOnWriteArrayList<>();
    private volatile byte[] key;

    public AdminKey(Path file) {
        this.file = file;
        try {
            if (!Files.exists(file)) {
                draw();
            }
            key = read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] read() throws IOException {
        return Files.readString(file).strip().getBytes(StandardCharsets.UTF_8);
    }

    /** The file holds the old key or the new one, never a part of it. */
    private void draw() throws IOException {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(
                fresh,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                fresh, Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Draws a new key; the old one is refused from now on. */
    public synchronized void rotate() {
        try {
            draw();
            key = read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        followers.forEach(Runnable::run);
    }

    /** Runs whenever the key was changed: what it let in before has to come again. */
    public void whenChanged(Runnable follower) {
        followers.add(follower);
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
