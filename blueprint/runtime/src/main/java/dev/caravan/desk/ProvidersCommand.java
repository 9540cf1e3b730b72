package dev.caravan.desk;

import dev.caravan.deploy.Deployer;
import dev.caravan.deploy.ProviderFolders;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
        return Usage.of("providers: what runs, from where, and what does not run and why");
    }

    @Override
    public Answer run(Arguments arguments) {
        return Answer.table(
                List.of("provider", "state", "edited", "why"),
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
        Map<String, String> own = new TreeMap<>(ProviderFolders.read(folders.overrides(name)));
        return Arrays.asList(
                name, state, own.keySet().stream().collect(Collectors.joining(" ")), why);
    }
}
