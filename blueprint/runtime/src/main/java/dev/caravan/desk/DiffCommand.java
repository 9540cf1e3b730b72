package dev.caravan.desk;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import dev.caravan.deploy.ProviderFolders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code diff}: what an installation changed of what is shipped. Stateless. */
final class DiffCommand implements Command {
    private static final int CONTEXT = 2;

    private final ProviderFolders folders;

    DiffCommand(ProviderFolders folders) {
        this.folders = folders;
    }

    @Override
    public Usage usage() {
        return Usage.of(
                "diff <provider>: what the files of this installation change of the shipped ones");
    }

    @Override
    public Answer run(Arguments arguments) {
        String provider = arguments.get("provider");
        Map<String, String> shipped = folders.shipped(provider);
        Map<String, String> own = new TreeMap<>(ProviderFolders.read(folders.overrides(provider)));
        if (shipped.isEmpty() && own.isEmpty()) {
            return Answer.said(Answer.NOTHING, "there is no provider " + provider);
        }
        StringBuilder all = new StringBuilder();
        own.forEach((file, text) -> all.append(diff(file, shipped.get(file), text)));
        return Answer.said(
                Answer.GOOD,
                own.isEmpty() ? provider + " runs as shipped" : all.toString().stripTrailing());
    }

    private static String diff(String file, String shipped, String own) {
        if (shipped == null) {
            return file + ": not shipped, this installation's own\n";
        }
        if (shipped.equals(own)) {
            return file + ": the same as shipped; delete the copy to follow upgrades\n";
        }
        List<String> before = new ArrayList<>(shipped.lines().toList());
        return String.join(
                        "\n",
                        UnifiedDiffUtils.generateUnifiedDiff(
                                "shipped/" + file,
                                "routes/" + file,
                                before,
                                DiffUtils.diff(before, own.lines().toList()),
                                CONTEXT))
                + "\n";
    }
}
