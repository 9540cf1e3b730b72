package dev.caravan.desk;

import dev.caravan.deploy.ProviderFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code edit}: lays a provider's shipped files out where an edit of them is live. What is there
 * already is left alone. Stateless.
 */
final class EditCommand implements Command {
    private final ProviderFolders folders;

    EditCommand(ProviderFolders folders) {
        this.folders = folders;
    }

    @Override
    public Usage usage() {
        return Usage.of(
                "edit <provider> [file]: lays out the shipped files for an edit, or one; a save"
                    + " there is live in a second, deleting the copy returns to the shipped file");
    }

    @Override
    public Answer run(Arguments arguments) {
        String provider = arguments.get("provider");
        Map<String, String> shipped = new TreeMap<>(folders.shipped(provider));
        if (shipped.isEmpty()) {
            return Answer.said(Answer.NOTHING, "no bundle ships a provider " + provider);
        }
        String only = arguments.get("file");
        if (only != null && !shipped.containsKey(only)) {
            return Answer.said(Answer.NOTHING, provider + " has " + shipped.keySet());
        }
        shipped.keySet().removeIf(file -> only != null && !file.equals(only));
        List<List<Object>> rows = new ArrayList<>();
        shipped.forEach(
                (file, text) ->
                        rows.add(
                                Arrays.asList(
                                        folders.overrides(provider).resolve(file).toString(),
                                        laid(folders.overrides(provider), file, text))));
        return Answer.table(List.of("file", "what"), rows);
    }

    private static String laid(Path folder, String file, String text) {
        try {
            Path target = folder.resolve(file);
            if (Files.exists(target)) {
                return "was there";
            }
            Files.createDirectories(folder);
            // whole or not at all: the deployer may look in between
            Path aside = Files.writeString(folder.resolve("." + file + ".new"), text);
            Files.move(aside, target);
            return "laid out";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
