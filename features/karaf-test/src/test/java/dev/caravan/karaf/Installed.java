package dev.caravan.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * One installation of the real distribution, driven from outside: by its scripts, its shell and its
 * HTTP. Closing it leaves no process behind.
 */
final class Installed implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** A process of a minute or two never gets back what the second compiler costs it. */
    private static final Map<String, String> BRIEF =
            Map.of("EXTRA_JAVA_OPTS", "-XX:TieredStopAtLevel=1");

    private static final Path ARCHIVE = Path.of(System.getProperty("caravan.archive"));
    private static final Path FEATURES = Path.of(System.getProperty("caravan.features"));
    private static final Path LAUNCHER = Path.of(System.getProperty("caravan.launcher"));

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path home;
    private final Ports ports = Ports.free();
    private String store;

    private Installed(Path home) {
        this.home = home;
    }

    /** A place where {@code caravan demo} will make an installation. */
    static Installed byDemo(Path home) {
        return new Installed(home);
    }

    /**
     * The archive, unpacked by hand and moved to free ports, as someone without the launcher does.
     */
    static Installed byHand(Path home) throws IOException, InterruptedException {
        var installed = new Installed(home);
        Files.createDirectories(home);
        installed.tool(home, List.of("tar", "-xzf", ARCHIVE.toString(), "--strip-components=1"));
        installed.move("org.apache.karaf.shell", "sshPort", "CARAVAN_SSH_PORT");
        installed.move(
                "org.apache.karaf.management", "rmiRegistryPort", "CARAVAN_RMI_REGISTRY_PORT");
        installed.move("org.apache.karaf.management", "rmiServerPort", "CARAVAN_RMI_SERVER_PORT");
        installed.move("caravan.store", "embedded.port", "CARAVAN_STORE_PORT");
        installed.move("caravan.http", "public.port", "CARAVAN_PUBLIC_PORT");
        installed.move("caravan.http", "admin.port", "CARAVAN_ADMIN_PORT");
        return installed;
    }

    /**
     * Takes a provider out before the first start: its feature is no boot feature, and its bundle
     * is nowhere in the installation.
     */
    void takeOut(String provider) throws IOException {
        var boot = etc("org.apache.karaf.features.cfg");
        var changed = boot.replaceFirst("caravan-" + provider + "/[^,\\s]+(, )?", "");
        assertThat(changed).isNotEqualTo(boot);
        Files.writeString(home.resolve("etc/org.apache.karaf.features.cfg"), changed);
        try (var files = Files.walk(home.resolve("system/dev/caravan/caravan-" + provider))) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Puts a KAR of the build into {@code deploy/}, whole at once as an operator's mv does. */
    void deploy(String provider) throws IOException {
        var aside = home.resolve("data").resolve(provider + ".kar");
        Files.copy(kar(provider), aside);
        Files.move(aside, home.resolve("deploy").resolve(kar(provider).getFileName()));
    }

    /** Puts a file into {@code deploy/} under a name, in place of what was there under it. */
    void deploy(Path file, String name) throws IOException {
        var aside = home.resolve("data").resolve(name);
        Files.copy(file, aside);
        Files.move(
                aside,
                home.resolve("deploy").resolve(name),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Uses a PostgreSQL that others use too, as a node of several does.
     *
     * @param url with the login in it
     * @param vaultKey what all nodes of the store seal under
     */
    void share(String url, String vaultKey) throws IOException {
        store = url;
        set("caravan.store", "url", url);
        set("caravan.store", "user", "postgres");
        Files.writeString(home.resolve("etc/secrets/store.password"), "trusted");
        Files.writeString(home.resolve("etc/caravan.vault.key"), vaultKey);
    }

    /** The store of several nodes; null where it is this installation's own. */
    String store() {
        return store;
    }

    /** The KAR of a provider, as it was built. */
    static Path kar(String provider) throws IOException {
        try (var files = Files.list(FEATURES.resolve(provider).resolve("target"))) {
            return files.filter(file -> file.toString().endsWith(".kar"))
                    .reduce(
                            (one, other) -> {
                                throw new AssertionError(one + " and " + other);
                            })
                    .orElseThrow();
        }
    }

    Path home() {
        return home;
    }

    Ports ports() {
        return ports;
    }

    /** Runs {@code ./caravan} of the source tree for this installation, without a build. */
    Command caravan(String... arguments) throws IOException, InterruptedException {
        return Command.run(Path.of("/"), environment(), PATIENCE, "", line(arguments));
    }

    /** Starts {@code ./caravan} and does not wait for its end. */
    Process caravanInBackground(Path output, String... arguments) throws IOException {
        return Command.start(Path.of("/"), environment(), output, output, line(arguments));
    }

    /** Runs one line in the Karaf shell, as {@code bin/client} does for a person. */
    String shell(String command) throws IOException, InterruptedException {
        var client = home.resolve("bin/client").toString();
        return Command.run(
                        home,
                        Map.of(),
                        Duration.ofMinutes(1),
                        command + "\n",
                        List.of(client, "-b"))
                .output();
    }

    /** One of the scripts of {@code bin/}. */
    Command script(String name, String... arguments) throws IOException, InterruptedException {
        var line = new ArrayList<>(List.of(home.resolve("bin").resolve(name).toString()));
        line.addAll(List.of(arguments));
        return Command.run(home, BRIEF, PATIENCE, "", line);
    }

    /** The running Karaf of this installation. */
    ProcessHandle karaf() throws IOException {
        var pid = Long.parseLong(Files.readString(home.resolve("karaf.pid")).strip());
        return ProcessHandle.of(pid).orElseThrow();
    }

    /** Karaf and its PostgreSQL, which is no child of it: pg_ctl lets it go. */
    List<ProcessHandle> processes() throws IOException {
        var postmaster = home.resolve("data/postgres/postmaster.pid");
        var pid = Long.parseLong(Files.readAllLines(postmaster).get(0).strip());
        return List.of(karaf(), ProcessHandle.of(pid).orElseThrow());
    }

    boolean runs() throws IOException {
        var file = home.resolve("karaf.pid");
        return Files.exists(file)
                && !Files.readString(file).isBlank()
                && ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                        .map(ProcessHandle::isAlive)
                        .orElse(false);
    }

    /** kill -9, and nothing else: its PostgreSQL is left as an orphan. */
    void kill() throws IOException {
        var karaf = karaf();
        karaf.destroyForcibly();
        karaf.onExit().join();
    }

    HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        var address = URI.create("http://127.0.0.1:" + port + path);
        var request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(30)).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Posts JSON to the admin listener with its key. */
    String admin(String path, String body) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.admin() + path))
                        .timeout(Duration.ofSeconds(30))
                        .header("Authorization", "Bearer " + etc("caravan.admin.key").strip())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /**
     * Makes a connection.
     *
     * @param wish provider, user, settings and secrets as JSON
     * @return its id
     */
    String connect(String wish) throws IOException, InterruptedException {
        var answer = admin("/connections", wish);
        var connection = new ObjectMapper().readTree(answer).path("connection");
        assertThat(connection.isTextual()).as(answer).isTrue();
        return connection.asText();
    }

    /** The state of a provider as the desk tells it, for example {@code runs}. */
    String state(String provider) throws IOException, InterruptedException {
        var rows =
                new ObjectMapper().readTree(caravan("providers", "--json").output()).path("rows");
        for (var row : rows) {
            if (row.path("provider").asText().equals(provider)) {
                return row.path("state").asText();
            }
        }
        return "none";
    }

    boolean ready() {
        try {
            return get(ports.admin(), "/health/ready").statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    String etc(String name) throws IOException {
        return Files.readString(home.resolve("etc").resolve(name));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (runs()) {
            caravan("stop");
        }
    }

    private Map<String, String> environment() {
        var environment = new java.util.HashMap<String, String>();
        ports.byVariable().forEach((name, port) -> environment.put(name, port.toString()));
        environment.put("CARAVAN_HOME", home.toString());
        environment.put("CARAVAN_ARCHIVE", ARCHIVE.toString());
        environment.putAll(BRIEF);
        return environment;
    }

    private static List<String> line(String... arguments) {
        var line = new ArrayList<>(List.of(LAUNCHER.toString()));
        line.addAll(List.of(arguments));
        return line;
    }

    private void tool(Path folder, List<String> line) throws IOException, InterruptedException {
        var ended = Command.run(folder, Map.of(), Duration.ofMinutes(1), "", line);
        if (ended.status() != 0) {
            throw new AssertionError(line + " ended with " + ended);
        }
    }

    private void move(String pid, String key, String variable) throws IOException {
        set(pid, key, String.valueOf(ports.of(variable)));
    }

    /** Writes a setting of a cfg of {@code etc/}, whole at once. */
    void set(String pid, String key, String value) throws IOException {
        var file = home.resolve("etc").resolve(pid + ".cfg");
        var text = Files.exists(file) ? Files.readString(file) : "";
        var line = key + " = " + value;
        var pattern = "(?m)^" + key.replace(".", "\\.") + "\\s*=.*$";
        var moved = text.replaceAll(pattern, java.util.regex.Matcher.quoteReplacement(line));
        Files.writeString(file, moved.contains(line) ? moved : text + "\n" + line + "\n");
    }
}
