package dev.caravan.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * The folder {@code routes/NAME} of an installation, and beside its files, in {@code .shipped}, the
 * shipped texts that they were laid out from. Not for two writers at once.
 */
final class LocalFiles {
    private static final String BASES = ".shipped";

    private final Path folder;

    LocalFiles(Path folder) {
        this.folder = folder;
    }

    List<LocalFile> of(Map<String, String> shipped) {
        Map<String, String> bases = ProviderFolders.read(folder.resolve(BASES));
        return ProviderFolders.read(folder).entrySet().stream()
                .map(
                        own ->
                                new LocalFile(
                                        own.getKey(),
                                        own.getValue(),
                                        bases.get(own.getKey()),
                                        shipped.get(own.getKey())))
                .toList();
    }

    /** Whether it was laid out over a bundle, and so is no provider by itself. */
    boolean laidOut() {
        return Files.isDirectory(folder.resolve(BASES));
    }

    /** Lays a shipped file out; false where one of its name is there already. */
    boolean layOut(String file, String shipped) {
        if (Files.exists(folder.resolve(file))) {
            return false;
        }
        base(file, shipped);
        write(folder, file, shipped);
        return true;
    }

    /** Remembers what a file is an edit of. */
    void base(String file, String shipped) {
        write(folder.resolve(BASES), file, shipped);
    }

    /** Whole or not at all: the deployer may look in between. */
    private static void write(Path home, String file, String text) {
        try {
            Files.createDirectories(home);
            Path aside = Files.writeString(home.resolve("." + file + ".new"), text);
            Files.move(aside, home.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
