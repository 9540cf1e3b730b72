package dev.caravan.deploy;

import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import dev.caravan.vault.Secrets;
import java.io.IOException;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A provider as it would run: the texts of its folder by file name, and its settings. Two equal
 * providers run the same. Immutable.
 */
public record Provider(String name, Map<String, String> files, Map<String, String> settings) {
    private static final Pattern SETTING = Pattern.compile("\\{\\{([a-z.]+)}}");

    public Provider {
        files = Map.copyOf(files);
        settings = Map.copyOf(settings);
    }

    /**
     * The route files by name, {@code NAME.xml} first: what may be left out lies in files beside
     * it.
     */
    Map<String, String> routes() {
        String main = name + ".xml";
        if (!files.containsKey(main)) {
            throw refused(main, "is missing in the provider's folder");
        }
        Map<String, String> routes = new LinkedHashMap<>();
        routes.put(main, files.get(main));
        new TreeMap<>(files)
                .forEach(
                        (file, text) -> {
                            if (file.endsWith(".xml")) {
                                routes.putIfAbsent(file, text);
                            }
                        });
        return routes;
    }

    /**
     * A setting that the routes use and that is empty, so that there is nothing to run yet; or
     * null.
     */
    String unset() {
        return files.entrySet().stream()
                .filter(file -> file.getKey().endsWith(".xml"))
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .flatMap(text -> SETTING.matcher(text).results())
                .map(used -> used.group(1))
                .filter(key -> settings.getOrDefault(key, "?").isBlank())
                .findFirst()
                .orElse(null);
    }

    /** The lines of {@code answers.properties}; none where the provider has no such file. */
    Map<String, String> answers() {
        Properties lines = new Properties();
        try {
            lines.load(new StringReader(files.getOrDefault("answers.properties", "")));
        } catch (IOException e) {
            throw refused("answers.properties", "does not parse");
        }
        return lines.stringPropertyNames().stream()
                .collect(Collectors.toMap(key -> key, lines::getProperty));
    }

    /** The settings that a route may see: all but the secret ones. */
    Properties visible() {
        Properties visible = new Properties();
        settings.forEach(
                (key, value) -> {
                    if (!Secrets.names(key)) {
                        visible.setProperty(key, value);
                    }
                });
        return visible;
    }

    SetupFault refused(String file, String found) {
        return new SetupFault(
                new Fault.Account(
                        "CARAVAN-ROUTE",
                        name,
                        file,
                        found,
                        "mend it; what ran before runs on",
                        null));
    }
}
