package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documentation names is there; all that is not is told at once. */
class DocsTest {
    private static final Path HOME = Path.of("..");
    private static final Path RUNTIME = HOME.resolve("blueprint/runtime/src/main");
    private static final Pattern SPAN = Pattern.compile("`([^`\n]+)`");

    /** File names look like settings. */
    private static final Pattern FILE =
            Pattern.compile(
                    ".*\\.(cfg|md|key|pgpass|sql|xml|json|properties|secret|log|pid|jar|kar|p12|gz|service|conf|css|js|html|yml|yaml)");

    private final List<String> untrue = new ArrayList<>();

    private static Map<String, String> pages() throws IOException {
        Map<String, String> pages = new TreeMap<>();
        for (Path root : List.of(HOME.resolve("docs"), HOME.resolve("routes"))) {
            try (Stream<Path> files = Files.walk(root)) {
                files.filter(file -> file.toString().endsWith(".md"))
                        .filter(file -> !file.toString().contains("target"))
                        .forEach(file -> pages.put(HOME.relativize(file).toString(), text(file)));
            }
        }
        pages.put("README.md", text(HOME.resolve("README.md")));
        pages.put("benchmark/README.md", text(HOME.resolve("benchmark/README.md")));
        pages.put("examples/README.md", text(HOME.resolve("examples/README.md")));
        return pages;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All texts below a folder whose names end so. */
    private static String all(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> !file.toString().contains("/target/"))
                    .map(DocsTest::text)
                    .collect(Collectors.joining("\n"));
        }
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private void must(boolean there, String page, String what) {
        if (!there) {
            untrue.add(page + ": " + what);
        }
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        Map<String, String> pages = pages();
        pages.forEach(
                (page, text) -> {
                    for (String link : found("]\\(([^)\\s]+)\\)", text)) {
                        if (!link.matches("[a-z]+:.*")) {
                            follow(page, link);
                        }
                    }
                });
        assertThat(untrue).isEmpty();
    }

    private void follow(String page, String link) {
        String[] parts = link.split("#", 2);
        Path from = HOME.resolve(page);
        Path to = parts[0].isEmpty() ? from : from.resolveSibling(parts[0]).normalize();
        must(Files.exists(to), page, "a link to " + link + " leads nowhere");
        if (parts.length == 2 && Files.isRegularFile(to)) {
            must(
                    anchors(text(to)).contains(parts[1]),
                    page,
                    "there is no heading for the link " + link);
        }
    }

    /** Headings as GitHub makes anchors of them. */
    private static Set<String> anchors(String text) {
        return found("^#+ (.*)$", text).stream()
                .map(
                        title ->
                                title.toLowerCase(Locale.ROOT)
                                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                                        .strip()
                                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    /** The line of each command, by its name. */
    private static Map<String, String> commands() throws IOException {
        Map<String, String> usages = new TreeMap<>();
        try (Stream<Path> files = Files.list(RUNTIME.resolve("resources/desk"))) {
            files.filter(file -> file.toString().endsWith(".sql"))
                    .map(file -> text(file).lines().findFirst().orElse("").substring(3))
                    .forEach(line -> usages.put(line.split("[ :]")[0], line));
        }
        String java = all(RUNTIME.resolve("java"), ".java").replaceAll("\"\\s*\\+\\s*\"", "");
        found("Usage\\.of\\(\\s*\"([^\"]+)\"", java)
                .forEach(line -> usages.put(line.split("[ :]")[0], line));
        for (String word : found("^    ([a-z]+)\\) ", text(HOME.resolve("caravan")))) {
            usages.putIfAbsent(word, word + " " + text(HOME.resolve("caravan")));
        }
        return usages;
    }

    @Test
    void everyCommandExistsWithItsOptions() throws IOException {
        Map<String, String> commands = commands();
        pages().forEach((page, text) -> ask(page, text, commands));
        assertThat(untrue).isEmpty();
    }

    private void ask(String page, String text, Map<String, String> commands) {
        for (String span : found("(?:\\./caravan |\\bcaravan:)([a-z][^`\n|#>;]*)", text)) {
            check(page, span, commands);
        }
        boolean table = false;
        for (String line : text.lines().toList()) {
            table = line.startsWith("|") && (table || line.matches("\\|.*\\| commands? \\|"));
            if (table) {
                String last = line.substring(line.lastIndexOf('|', line.length() - 2) + 1);
                SPAN.matcher(last)
                        .results()
                        .map(span -> span.group(1))
                        .filter(span -> span.matches("[a-z].*"))
                        .forEach(span -> check(page, span, commands));
            }
        }
    }

    private void check(String page, String words, Map<String, String> commands) {
        String name = words.split("[^a-z-]")[0];
        String usage = commands.get(name);
        must(usage != null, page, "there is no command " + name);
        for (String option : found("(--[a-z]+)", words)) {
            must(
                    usage == null || option.equals("--json") || usage.contains(option),
                    page,
                    name + " has no " + option);
        }
    }

    @Test
    void everySettingAndEveryViewExists() throws IOException {
        String cfg = all(HOME.resolve("config"), ".cfg") + all(HOME.resolve("sandbox"), ".cfg");
        cfg += all(HOME.resolve("features/distribution/src/main/resources"), ".cfg");
        Set<String> names = new HashSet<>(found("^([A-Za-z.0-9]+)\\s*=", cfg));
        names.addAll(found("\\$\\[secret:([a-z.]+)]", cfg));
        names.addAll(found("^([a-z.]+)\\s*=", all(HOME.resolve("routes"), ".properties")));
        // what the runtime reads by name, and private tables that a decision speaks of
        names.addAll(found("\"([a-z]+(?:\\.[a-z0-9]+)+)\"", all(RUNTIME.resolve("java"), ".java")));
        String schema = all(RUNTIME.resolve("resources/db/migration"), ".sql");
        found("(?:table|column) (caravan\\.[a-z_.]+)", schema).forEach(names::add);
        Set<String> views =
                new TreeSet<>(
                        found(
                                "create (?:or replace )?(?:view|function) ledger\\.([a-z_]+)",
                                schema));
        pages().forEach(
                        (page, text) -> {
                            for (String view : found("\\bledger\\.([a-z_]+)", text)) {
                                must(views.contains(view), page, "there is no ledger." + view);
                            }
                            SPAN.matcher(text)
                                    .results()
                                    .map(span -> span.group(1).split(" ?=")[0])
                                    .filter(span -> span.matches("[a-z0-9]+(\\.[a-z0-9]+)+"))
                                    .filter(span -> !span.startsWith("ledger."))
                                    .filter(span -> !FILE.matcher(span).matches())
                                    .filter(span -> !names.contains(span))
                                    // there words of the routes and of providers stand too
                                    .filter(span -> !page.startsWith("routes/"))
                                    .forEach(
                                            span ->
                                                    must(
                                                            false,
                                                            page,
                                                            "there is no setting " + span));
                        });
        assertThat(untrue).isEmpty();
    }

    @Test
    void everyErrorHasOneLineThatSaysWhatItMeansAndWhatToDo() throws IOException {
        List<String> lines =
                text(HOME.resolve("docs/errors.md"))
                        .lines()
                        .filter(line -> line.startsWith("| CARAVAN-"))
                        .toList();
        List<String> codes = lines.stream().map(line -> line.split(" ")[1]).toList();
        assertThat(codes).doesNotHaveDuplicates().isSorted();
        assertThat(lines)
                .allMatch(line -> line.matches("\\| \\S+ \\| .{15,} \\| .{7,} \\|"))
                .noneMatch(line -> line.matches(".*\\| (unknown|todo|-) \\|"));
    }

    @Test
    void everyDoorOfTheListenersExists() throws IOException {
        String intake = all(RUNTIME.resolve("resources/intake"), ".xml");
        String mounted = text(RUNTIME.resolve("java/dev/caravan/intake/WatchIntake.java"));
        List<Pattern> doors =
                Stream.of(
                                found("platform-http:([^?\"]+)", intake).stream(),
                                found("router\\.get\\(\"([^\"]+)\"", mounted).stream(),
                                Stream.of("/webhooks/{provider}/{secret}"))
                        .flatMap(each -> each)
                        .map(path -> Pattern.compile(path.replaceAll("\\{[^}]*}", "[^/]+")))
                        .toList();
        Map<String, String> pages = pages();
        // the pages of providers speak of the providers' own doors
        pages.keySet().removeIf(page -> page.matches("routes/.+/README.md"));
        pages.forEach(
                (page, text) ->
                        found("`(?:GET|POST|PUT|DELETE|GET\\|POST) (/[^`?\\s]+)[^`]*`", text)
                                .forEach(
                                        path ->
                                                must(
                                                        doors.stream()
                                                                .anyMatch(
                                                                        door ->
                                                                                door.matcher(path)
                                                                                        .matches()),
                                                        page,
                                                        "no listener has " + path)));
        assertThat(untrue).isEmpty();
    }
}
