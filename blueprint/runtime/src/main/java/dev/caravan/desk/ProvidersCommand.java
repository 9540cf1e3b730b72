package dev.caravan.desk;

import dev.caravan.deploy.Deployer;
import dev.caravan.deploy.LocalFile;
import dev.caravan.deploy.ProviderFolders;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** {@code providers}: what runs, from where, and what does not and why. Stateless. */
final class ProvidersCommand implements Command {
    private final Deployer deployer;
    private final ProviderFolders folders;

    ProvidersCommand(Deployer deployer, ProviderFolders folders) {
        this.deployer = deployer;
        this.folders = folders;
    }

    @Override
    public Usage usage() {
        return Usage.of(
                "providers: what runs, which local files it has and which of them are behind the"
                        + " shipped ones, and what does not run and why");
    }

    @Override
    public Answer run(Arguments arguments) {
        return Answer.table(
                List.of("provider", "state", "version", "edited", "behind", "why"),
                folders.names().stream().map(this::row).toList());
    }

    private List<Object> row(String name) {
        boolean runs = deployer.running().contains(name);
        String refusal = deployer.refusals().get(name);
        String unset = deployer.idle().get(name);
        String state = "starting";
        String why = null;
        if (refusal != null) {
            state = runs ? "runs as before" : "refused";
            why = refusal;
        } else if (unset != null) {
            state = "idle";
            why = "setting " + unset + " is empty";
        } else if (runs) {
            state = "runs";
        }
        return Arrays.asList(
                name,
                state,
                folders.version(name).orElse(null),
                local(name, file -> true),
                local(name, LocalFile::behind),
                why);
    }

    private String local(String name, Predicate<LocalFile> which) {
        return folders.local(name).stream()
                .filter(which)
                .map(LocalFile::name)
                .collect(Collectors.joining(" "));
    }
}
