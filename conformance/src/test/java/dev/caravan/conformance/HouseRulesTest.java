package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of the house, walked over every provider folder; all deviations are told at once. */
class HouseRulesTest {
    private static final Path RUNTIME = Path.of("..", "blueprint", "runtime", "src", "main");
    private static final List<String> SECTIONS =
            List.of("settings", "policy", "token", "consent", "call", "pull", "webhook");

    /** Settings that verbs and the deployer read under these names, whatever the provider. */
    private static final Pattern RUNTIME_SETTING =
            Pattern.compile(
                    "(window|proof|sign|map|schedule|page|webhook|payment|deferred)\\..+|payments|call\\.(deadline\\.seconds|most\\.megabytes)|[a-z.]*(secret|key|password|certificate)(\\.next)?");

    private final List<String> deviations = new ArrayList<>();

    /** The worked example of routes/README.md keeps the same rules. */
    private static final Path EXAMPLE = Path.of("src/test/resources/providers/larkspur");

    private static List<Path> providers() throws IOException {
        try (Stream<Path> folders = Files.list(World.ROUTES)) {
            return Stream.concat(
                            folders.filter(Files::isDirectory)
                                    .filter(folder -> !folder.endsWith("target"))
                                    .sorted(),
                            Stream.of(EXAMPLE))
                    .toList();
        }
    }

    private static List<String> all(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private void rule(boolean kept, String provider, String rule, Object found) {
        if (!kept) {
            deviations.add(provider + ": " + rule + ", found " + found);
        }
    }

    @Test
    void everyProviderFolderKeepsTheRulesOfTheHouse() throws IOException {
        for (Path folder : providers()) {
            String name = folder.getFileName().toString();
            String xml = Files.readString(folder.resolve(name + ".xml"));
            files(folder, name);
            sections(name, xml);
            StringBuilder all = new StringBuilder();
            for (Path file : routeFiles(folder)) {
                String text = Files.readString(file);
                routes(name, file.getFileName().toString(), text);
                all.append(text).append('\n');
            }
            settings(name, all.toString());
        }
        assertThat(deviations).isEmpty();
    }

    private void files(Path folder, String name) throws IOException {
        for (String needed : List.of("README.md", "answers.properties")) {
            rule(Files.exists(folder.resolve(needed)), name, "has a " + needed, "none");
        }
        try (Stream<Path> files = Files.walk(folder)) {
            List<String> java =
                    files.map(file -> file.getFileName().toString())
                            .filter(file -> file.endsWith(".java"))
                            .toList();
            rule(java.isEmpty(), name, "has no Java", java);
        }
    }

    /** What may be left out of a provider lies beside its main file. */
    private static List<Path> routeFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".xml"))
                    .filter(file -> !file.endsWith("pom.xml"))
                    .sorted()
                    .toList();
        }
    }

    private void routes(String name, String file, String xml) {
        List<String> odd =
                all("<route id=\"([^\"]*)\"", xml).stream()
                        .filter(id -> !id.matches(Pattern.quote(name) + "\\.[a-z-]+"))
                        .toList();
        rule(odd.isEmpty(), name, "route ids are " + name + ".<noun>", odd);
        rule(
                all("(<route )", xml).size() == all("<route id=\"([^\"]*)\"", xml).size(),
                name,
                "every route has an id",
                "one without");
        String bare = xml.replaceAll("(?s)<!--.*?-->", "");
        rule(
                bare.lines().count() < 10_000 && xml.lines().count() <= 220,
                name,
                file + " has at most 220 lines",
                xml.lines().count());
        rule(
                !Pattern.compile("<choice>(?:(?!</choice>).)*<choice>", Pattern.DOTALL)
                        .matcher(bare)
                        .find(),
                name,
                "no choice in a choice",
                "one");
        List<String> urls = all("uri=\"(https?://[^\"]*)", bare);
        rule(urls.isEmpty(), name, "no literal URL", urls);
        rule(!bare.contains("<script") && !bare.contains("<groovy"), name, "no scripting", "some");
        List<String> secrets = all("\\{\\{([a-z.]*(?:secret|key|password))}}", bare);
        rule(
                secrets.isEmpty(),
                name,
                "a secret is a reference $[secret:...], never a property",
                secrets);
    }

    private void sections(String name, String xml) {
        List<String> found = all("<!-- \\d ([a-z]+)", xml);
        rule(found.equals(SECTIONS), name, "the numbered sections are " + SECTIONS, found);
    }

    private void settings(String name, String xml) throws IOException {
        String cfg = "caravan.provider." + name + ".cfg";
        Path file =
                Files.exists(World.CONFIG.resolve(cfg))
                        ? World.CONFIG.resolve(cfg)
                        : EXAMPLE.resolve(cfg);
        List<String> lines = Files.readAllLines(file);
        // with a colon it may be empty, without one the provider waits for it
        TreeSet<String> used = new TreeSet<>(all("\\{\\{([a-zA-Z.]+):?}}", xml));
        used.addAll(all("\\$\\[secret:([a-z.]+)]", xml));
        used.remove("key");
        TreeSet<String> set = new TreeSet<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher key = Pattern.compile("([a-z.]+)\\s*=.*").matcher(lines.get(i));
            if (key.matches()) {
                set.add(key.group(1));
                rule(
                        i > 0 && lines.get(i - 1).matches("# .*\\."),
                        name,
                        "setting " + key.group(1) + " has a sentence above it",
                        "none");
            }
        }
        TreeSet<String> missing = new TreeSet<>(used);
        missing.removeAll(set);
        rule(
                missing.isEmpty(),
                name,
                "settings that routes use are in " + file.getFileName(),
                "without " + missing);
        TreeSet<String> idle = new TreeSet<>(set);
        idle.removeAll(used);
        idle.removeIf(key -> RUNTIME_SETTING.matcher(key).matches());
        rule(idle.isEmpty(), name, "every setting is used", "unused " + idle);
    }

    @Test
    void theRuntimeNamesNoProvider() throws IOException {
        String names =
                providers().stream()
                        .map(folder -> Pattern.quote(folder.getFileName().toString()))
                        .collect(Collectors.joining("|"));
        Pattern provider = Pattern.compile("(?i)\\b(" + names + ")\\b");
        List<String> named = new ArrayList<>();
        try (Stream<Path> files = Files.walk(RUNTIME)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (provider.matcher(Files.readString(file)).find()) {
                    named.add(file.toString());
                }
            }
        }
        assertThat(named).isEmpty();
    }
}
