package dev.caravan.desk;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import dev.caravan.deploy.LocalFile;
import dev.caravan.deploy.ProviderFolders;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

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
                "diff <provider>: what the files of this installation change of the shipped ones,"
                        + " and what an upgrade changed since they were laid out");
    }

    @Override
    public Answer run(Arguments arguments) {
        String provider = arguments.get("provider");
        List<LocalFile> local = folders.local(provider);
        if (local.isEmpty() && folders.shipped(provider).isEmpty()) {
            return Answer.said(Answer.NOTHING, "there is no provider " + provider);
        }
        return Answer.said(
                Answer.GOOD,
                local.isEmpty()
                        ? provider + " runs as shipped"
                        : local.stream().map(DiffCommand::said).collect(Collectors.joining("\n")));
    }

    private static String said(LocalFile file) {
        String name = file.name();
        if (file.shipped() == null) {
            return name + ": " + file.says();
        }
        if (file.text().equals(file.shipped())) {
            return name + ": the same as shipped; delete the copy to follow upgrades";
        }
        if (!file.behind()) {
            return diff("shipped/" + name, file.shipped(), "routes/" + name, file.text());
        }
        String upgrade =
                name
                        + ": "
                        + file.says()
                        + "; the upgrade changed:\n"
                        + diff(
                                "shipped then/" + name,
                                file.base(),
                                "shipped/" + name,
                                file.shipped());
        return file.edited()
                ? upgrade
                        + "\n"
                        + name
                        + ": this installation changed:\n"
                        + diff("shipped then/" + name, file.base(), "routes/" + name, file.text())
                : upgrade + "\n" + name + ": delete the copy to follow";
    }

    private static String diff(String from, String old, String to, String now) {
        List<String> before = new ArrayList<>(old.lines().toList());
        return String.join(
                "\n",
                UnifiedDiffUtils.generateUnifiedDiff(
                        from, to, before, DiffUtils.diff(before, now.lines().toList()), CONTEXT));
    }
}
