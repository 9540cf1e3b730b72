package dev.caravan.desk;

import dev.caravan.deploy.ProviderFolders;
import java.nio.file.Files;
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
                "edit <provider> [file] [--merged]: lays out the shipped files for an edit, or one;"
                    + " a save there is live in a second, deleting the copy returns to the shipped"
                    + " file; --merged says that the copies have what an upgrade brought");
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
        for (String file : shipped.keySet()) {
            String what = arguments.has("merged") ? merged(provider, file) : laid(provider, file);
            rows.add(Arrays.asList(folders.overrides(provider).resolve(file).toString(), what));
        }
        return Answer.table(List.of("file", "what"), rows);
    }

    private String laid(String provider, String file) {
        return folders.layOut(provider, file) ? "laid out" : "was there";
    }

    private String merged(String provider, String file) {
        if (!Files.exists(folders.overrides(provider).resolve(file))) {
            return "runs as shipped";
        }
        folders.merged(provider, file);
        return "is an edit of what is shipped now";
    }
}
