package dev.caravan.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Where providers come from: what bundles ship, and the folder {@code routes/} of the installation,
 * whose files win over shipped ones of the same name. Safe for any number of threads.
 */
public final class ProviderFolders {
    private static final Set<String> KINDS = Set.of("xml", "sql", "properties");

    private final Map<String, Map<String, String>> shipped = new ConcurrentHashMap<>();
    private final Path overrides;

    public ProviderFolders(Path overrides) {
        this.overrides = overrides;
    }

    /** A bundle ships a provider. */
    public void ship(String provider, Map<String, String> files) {
        shipped.put(provider, Map.copyOf(files));
    }

    /** A bundle that shipped a provider is gone. */
    public void withdraw(String provider) {
        shipped.remove(provider);
    }

    /** Every provider that some folder or bundle names. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>(shipped.keySet());
        if (Files.isDirectory(overrides)) {
            try (Stream<Path> folders = Files.list(overrides)) {
                folders.filter(
                                folder ->
                                        Files.isRegularFile(
                                                folder.resolve(folder.getFileName() + ".xml")))
                        .forEach(folder -> names.add(folder.getFileName().toString()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return names;
    }

    /** The texts of a provider as they would run now. */
    public Map<String, String> files(String provider) {
        Map<String, String> files = new TreeMap<>(shipped.getOrDefault(provider, Map.of()));
        files.putAll(read(overrides.resolve(provider)));
        return files;
    }

    /** The texts that a bundle ships; none where the provider is a folder alone. */
    public Map<String, String> shipped(String provider) {
        return shipped.getOrDefault(provider, Map.of());
    }

    /** The folder whose files win over shipped ones; it may be missing. */
    public Path overrides(String provider) {
        return overrides.resolve(provider);
    }

    /** The texts of one folder by file name; empty where there is none. */
    public static Map<String, String> read(Path folder) {
        Map<String, String> files = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> entries = Files.list(folder)) {
                for (Path file : (Iterable<Path>) entries::iterator) {
                    if (counts(file.getFileName().toString()) && Files.isRegularFile(file)) {
                        files.put(file.getFileName().toString(), Files.readString(file));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return files;
    }

    /** Whether a file belongs to a provider: its routes, mappings and error classes do. */
    public static boolean counts(String name) {
        return !name.equals("pom.xml")
                && !name.startsWith(".")
                && KINDS.contains(name.substring(name.lastIndexOf('.') + 1));
    }
}
