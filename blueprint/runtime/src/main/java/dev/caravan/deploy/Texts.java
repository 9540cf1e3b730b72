package dev.caravan.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads the files of a provider's folder as UTF-8; a byte order mark and the way lines end make no
 * difference. What is there under the name of one and cannot be read is told, never passed over: a
 * shipped file would run in its place. Stateless.
 */
final class Texts {
    private static final int MOST_BYTES = 2 * 1_048_576;
    private static final int MARK = '\uFEFF';

    private Texts() {}

    /** A file that cannot be taken as it is. */
    static final class Unreadable extends UncheckedIOException {
        private static final long serialVersionUID = 1L;

        private final String file;

        Unreadable(String file, String found) {
            super(found, new IOException(found));
            this.file = file;
        }

        String file() {
            return file;
        }
    }

    /**
     * The texts of a folder by file name; empty where there is no folder.
     *
     * @throws Unreadable for the first file that cannot be taken
     */
    static Map<String, String> of(Path folder) {
        Map<String, String> files = new TreeMap<>();
        if (!Files.isDirectory(folder)) {
            return files;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path file : entries.sorted().toList()) {
                String name = file.getFileName().toString();
                if (ProviderFolders.counts(name)) {
                    String text = text(file, name);
                    if (text != null) {
                        files.put(name, text);
                    }
                }
            }
        } catch (Unreadable e) {
            throw e;
        } catch (IOException | UncheckedIOException e) {
            throw new Unreadable(folder.toString(), "cannot be listed: " + e.getMessage());
        }
        return files;
    }

    /** The text of one file; null where it went away just now. */
    private static String text(Path file, String name) {
        if (Files.isDirectory(file)) {
            throw new Unreadable(name, "is a directory, expected a file");
        }
        if (!Files.exists(file)) {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new Unreadable(name, "is a link that leads nowhere");
            }
            return null;
        }
        if (!Files.isRegularFile(file)) {
            throw new Unreadable(name, "is no regular file");
        }
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new Unreadable(
                        name, "has " + Files.size(file) + " bytes, expected at most " + MOST_BYTES);
            }
            return decoded(name, Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new Unreadable(name, "cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private static String decoded(String name, byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(bytes.length);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CoderResult result = decoder.decode(in, text, true);
        text.flip();
        if (result.isError()) {
            String before = text.toString();
            long line = before.chars().filter(c -> c == '\n').count() + 1;
            int column = before.length() - before.lastIndexOf('\n');
            throw new Unreadable(
                    name, "line " + line + ", column " + column + " is not UTF-8; save it as that");
        }
        String plain = text.toString().replace("\r\n", "\n");
        return !plain.isEmpty() && plain.charAt(0) == MARK ? plain.substring(1) : plain;
    }
}
