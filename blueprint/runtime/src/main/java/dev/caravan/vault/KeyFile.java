package dev.caravan.vault;

import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The file of the vault's keys: 32 random bytes as base64url a line, by their ids, which are the
 * beginning of their SHA-256. It is replaced as a whole or not at all, readable by its owner alone.
 * Immutable; one writer at a time.
 */
final class KeyFile {
    private static final int KEY_BYTES = 32;
    private static final int ID_DIGITS = 8;

    private final Path file;

    KeyFile(Path file) {
        this.file = file;
    }

    /**
     * The keys in the order of the file.
     *
     * @throws SetupFault where there is no usable key
     */
    Map<String, byte[]> read() {
        Map<String, byte[]> keys = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    byte[] key = Base64.getUrlDecoder().decode(line.strip());
                    if (key.length != KEY_BYTES) {
                        throw refused("holds a key of " + key.length + " bytes");
                    }
                    keys.put(id(key), key);
                }
            }
        } catch (IOException e) {
            throw refused("cannot be read");
        } catch (IllegalArgumentException e) {
            throw refused("holds a line that is not base64url");
        }
        if (keys.isEmpty()) {
            throw refused("holds no key");
        }
        return keys;
    }

    /**
     * Puts these keys in the place of those that are there; comments stay on top.
     *
     * @throws SetupFault where the file or its folder may not be written; the file is as before
     */
    void write(Map<String, byte[]> keys) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            List<String> lines = new ArrayList<>();
            Files.readAllLines(file).stream().filter(l -> l.startsWith("#")).forEach(lines::add);
            keys.values()
                    .forEach(
                            key ->
                                    lines.add(
                                            Base64.getUrlEncoder()
                                                    .withoutPadding()
                                                    .encodeToString(key)));
            Files.deleteIfExists(fresh);
            Files.createFile(
                    fresh,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.write(fresh, lines);
            synced(fresh, StandardOpenOption.WRITE);
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            synced(file.toAbsolutePath().getParent(), StandardOpenOption.READ);
        } catch (IOException e) {
            throw new SetupFault(
                    new Fault.Account(
                            "CARAVAN-KEY",
                            "vault",
                            "the key file " + file.getFileName(),
                            "cannot be written: " + e.getClass().getSimpleName(),
                            "it is as it was; let Caravan write it and its folder, or change it by"
                                    + " hand as docs/operating.md says",
                            null));
        }
    }

    private static void synced(Path path, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }

    private SetupFault refused(String found) {
        return new SetupFault(
                new Fault.Account(
                        "CARAVAN-KEY",
                        "vault",
                        "the key file " + file.getFileName(),
                        found + ", expected 32 random bytes as base64url on its first line",
                        "Caravan does not start without a key, since it never stores a token in"
                                + " clear",
                        null));
    }

    /** A new key. */
    static byte[] random() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    static String id(byte[] key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
            return HexFormat.of().formatHex(digest).substring(0, ID_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
