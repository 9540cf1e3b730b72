package dev.caravan.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where providers come from: what bundles ship, and the folder {@code routes/} of the installation,
 * whose files win over shipped ones of the same name. Safe for any number of threads.
 */
public final class ProviderFolders {
    private static final Set<String> KINDS = Set.of("xml", "sql", "properties");

    private static final Logger LOG = LoggerFactory.getLogger(ProviderFolders.class);

    private final Shipments shipments;
    private final Path overrides;

    public ProviderFolders(Path overrides) {
        this(overrides, Clock.systemUTC());
    }

    public ProviderFolders(Path overrides, Clock clock) {
        this.overrides = overrides;
        this.shipments = new Shipments(clock);
    }

    /** The same for tests and tools that know no bundles. */
    public void ship(String provider, Map<String, String> files) {
        ship(provider, 0, "0", files);
    }

    /**
     * A bundle ships a provider. Of several that do, the newest version counts; local files that
     * were edited against another one are told in a line.
     */
    public void ship(String provider, long bundle, String version, Map<String, String> files) {
        Map<String, String> before =
                shipments
                        .came(provider, bundle, version, files)
                        .map(Shipments.Shipment::files)
                        .orElse(Map.of());
        LocalFiles local = new LocalFiles(overrides.resolve(provider));
        try {
            // a copy that was made by hand while the older version ran was made from that
            local.of(files).stream()
                    .filter(file -> file.base() == null && before.containsKey(file.name()))
                    .forEach(file -> local.base(file.name(), before.get(file.name())));
        } catch (UncheckedIOException e) {
            LOG.info("{}: {} cannot be written; see diff", provider, overrides);
        }
        String behind = behind(provider);
        if (!behind.isEmpty()) {
            LOG.warn(
                    "CARAVAN-OVERRIDE {}: version {} ships other files than routes/{} was made"
                            + " from: {}; the local ones run; see diff {}, take over what is new,"
                            + " then edit {} --merged",
                    provider,
                    version,
                    provider,
                    behind,
                    provider,
                    provider);
        }
    }

    private String behind(String provider) {
        try {
            return local(provider).stream()
                    .filter(LocalFile::behind)
                    .map(file -> file.name() + " (" + file.says() + ")")
                    .collect(Collectors.joining(", "));
        } catch (Texts.Unreadable e) {
            // the deployer says so
            return "";
        }
    }

    /**
     * A bundle that shipped a provider is gone; it counts for a moment more, as it may be an
     * update.
     */
    public void withdraw(String provider, long bundle) {
        shipments.went(provider, bundle);
    }

    /** The version that counts; empty where no bundle ships the provider. */
    public Optional<String> version(String provider) {
        return shipments.newest(provider).map(Shipments.Shipment::version);
    }

    /** The files of this installation that stand in for shipped ones, or beside them. */
    public List<LocalFile> local(String provider) {
        return new LocalFiles(overrides.resolve(provider)).of(shipped(provider));
    }

    /** Lays a shipped file out for an edit; false where one of its name is there already. */
    public boolean layOut(String provider, String file) {
        return new LocalFiles(overrides.resolve(provider))
                .layOut(file, shipped(provider).get(file));
    }

    /** Local files have what is shipped now: from here on they are edits of that. */
    public void merged(String provider, String file) {
        new LocalFiles(overrides.resolve(provider)).base(file, shipped(provider).get(file));
    }

    /** Every provider that some folder or bundle names; a laid out folder goes with its bundle. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>(shipments.providers());
        if (Files.isDirectory(overrides)) {
            try (Stream<Path> folders = Files.list(overrides)) {
                // whatever is there under that name: what cannot be read is refused, not gone
                folders.filter(folder -> !new LocalFiles(folder).laidOut())
                        .filter(
                                folder ->
                                        Files.exists(
                                                folder.resolve(folder.getFileName() + ".xml"),
                                                LinkOption.NOFOLLOW_LINKS))
                        .forEach(folder -> names.add(folder.getFileName().toString()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return names;
    }

    /** The texts of a provider as they would run now. */
    public Map<String, String> files(String provider) {
        Map<String, String> files = new TreeMap<>(shipped(provider));
        files.putAll(read(overrides.resolve(provider)));
        return files;
    }

    /** The texts that a bundle ships; none where the provider is a folder alone. */
    public Map<String, String> shipped(String provider) {
        return shipments.newest(provider).map(Shipments.Shipment::files).orElse(Map.of());
    }

    /** The folder whose files win over shipped ones; it may be missing. */
    public Path overrides(String provider) {
        return overrides.resolve(provider);
    }

    /**
     * The texts of one folder by file name; empty where there is none.
     *
     * @throws Texts.Unreadable where a file cannot be taken as it is
     */
    public static Map<String, String> read(Path folder) {
        return Texts.of(folder);
    }

    /** Whether a file belongs to a provider: its routes, mappings and error classes do. */
    public static boolean counts(String name) {
        return !name.equals("pom.xml")
                && !name.startsWith(".")
                && KINDS.contains(name.substring(name.lastIndexOf('.') + 1));
    }
}
