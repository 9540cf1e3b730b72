package dev.caravan.desk;

import dev.caravan.deploy.Deployer;
import dev.caravan.deploy.ProviderFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code validate}: whether an edit would be taken, without laying it where it runs. A folder is a
 * provider; a file alone is tried with the rest of its provider as it is. Stateless.
 */
final class ValidateCommand implements Command {
    private final Deployer deployer;
    private final ProviderFolders folders;

    ValidateCommand(Deployer deployer, ProviderFolders folders) {
        this.deployer = deployer;
        this.folders = folders;
    }

    @Override
    public Usage usage() {
        return Usage.of(
                "validate <path> [--provider NAME]: whether a file or folder would be taken as it"
                        + " is, and if not why; the provider is the folder's name unless told");
    }

    @Override
    public Answer run(Arguments arguments) {
        Path path = Path.of(arguments.get("path")).toAbsolutePath().normalize();
        boolean folder = Files.isDirectory(path);
        if (!folder && !Files.isRegularFile(path)) {
            return Answer.said(Answer.NOTHING, "nothing at " + path);
        }
        Path home = folder ? path : path.getParent();
        String provider = arguments.get("provider", String.valueOf(home.getFileName()));
        Map<String, String> files = new HashMap<>(folders.files(provider));
        files.putAll(
                folder
                        ? ProviderFolders.read(path)
                        : Map.of(path.getFileName().toString(), text(path)));
        Optional<String> refusal = deployer.refusal(provider, files);
        return refusal.map(why -> Answer.said(Answer.TROUBLE, why))
                .orElseGet(() -> Answer.said(Answer.GOOD, provider + " would run with it"));
    }

    private static String text(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
