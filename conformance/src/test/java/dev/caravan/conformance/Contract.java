package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.deploy.Deployer;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.desk.Answer;
import dev.caravan.desk.Desk;
import dev.caravan.rehearsal.Case;
import dev.caravan.rehearsal.Recording;
import dev.caravan.rehearsal.Rehearsal;
import dev.caravan.sandbox.Canaries;
import dev.caravan.sandbox.pockit.Application;
import dev.caravan.sandbox.trac.AppKeys;
import dev.caravan.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Recorded cases of providers: made with the desk's own tool, and replayed by a plain server to the
 * shipped routes and mappings. For one thread.
 */
public final class Contract {
    private static final Pattern TELLING =
            Pattern.compile(
                    "(.*_)?name|iban|account_number|email|phone|street|postcode|.*birth.*|description|reference|details|provider_(account|party)_id");

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AppKeys KEYS = AppKeys.generate(2048);

    /** What an installation has to fill in before a provider runs; none of it is anybody's. */
    private static final Map<String, Map<String, String>> SET =
            Map.of(
                    "truelayer",
                    Map.of("client.id", "ours", "async", "off"),
                    "pockit",
                    Map.of("client.id", "ours", "sign.request.member.app", "app"),
                    "leatherback",
                    Map.of(
                            "auth.url",
                            "http://127.0.0.1/authorize",
                            "register.name",
                            "Ours",
                            "register.address",
                            "1 Silk Road",
                            "register.email",
                            "ops@caravan.example"),
                    "trac",
                    Map.of("sign.app.claim.iss", "caravan"),
                    "pliance",
                    Map.of("url.form", "http://127.0.0.1:[0-9]+/url", "subjects.rest", "0s"));

    private static final Map<String, String> SECRETS =
            Map.of(
                    "truelayer.client.secret",
                    "not-a-secret",
                    "pockit.client.secret",
                    "not-a-secret",
                    "pockit.certificate",
                    Application.pem("not-a-secret"),
                    "leatherback.client.id",
                    "ours",
                    "leatherback.password",
                    "not-a-secret",
                    "leatherback.key",
                    KEYS.privatePem(),
                    "trac.key",
                    KEYS.privatePem(),
                    "trac.key.next",
                    KEYS.privatePem());

    private Contract() {}

    /** All cases of all providers, and of the providers under this folder. */
    static List<Path> cases(Path routes) {
        try (Stream<Path> all = Files.walk(routes)) {
            return all.filter(file -> file.endsWith("case.json"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .map(Path::getParent)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The shipped provider pulls from a server that says what the case says.
     *
     * @param changed files of the provider that differ from the shipped ones
     */
    static Recording.Replayed replayed(Path folder, Map<String, String> changed) {
        String provider = folder.getParent().getParent().getFileName().toString();
        Case recorded = Case.read(folder);
        try (ReplayServer server = new ReplayServer(Case.exchanges(folder));
                House house = house(provider, recorded, server)) {
            UUID connection = connection(house, recorded, server);
            Map<String, String> files =
                    new TreeMap<>(ProviderFolders.read(World.ROUTES.resolve(provider)));
            files.putAll(changed);
            house.advance(Duration.between(house.clock.instant(), recorded.recorded()));
            return new Recording(house.database, house.deployer(), house.clock)
                    .replayed(
                            new Rehearsal.Wanted(
                                    provider, files, connection, recorded.bounds(), PATIENCE));
        }
    }

    private static House house(String provider, Case recorded, ReplayServer server) {
        Map<String, String> settings = new HashMap<>(recorded.settings());
        settings.putAll(SET.getOrDefault(provider, Map.of()));
        World.shipped(provider)
                .forEach(
                        (name, value) -> {
                            if (name.endsWith(".url") && value.startsWith("http")) {
                                settings.put(name, server.addressOf(name));
                            }
                        });
        server.bases()
                .forEach(
                        (name, base) -> {
                            if (!recorded.own().containsKey(name)) {
                                settings.put(name, base);
                            }
                        });
        House house = House.of(provider, settings);
        SECRETS.forEach(house::secret);
        return house.start();
    }

    private static UUID connection(House house, Case recorded, ReplayServer server) {
        Map<String, String> own = new HashMap<>(recorded.own());
        own.replaceAll((name, value) -> server.addressed(value));
        UUID connection = house.connection(own);
        house.database.update(
                "update caravan.connection set institution = nullif(?, ''), scopes = nullif(?, ''),"
                        + " authorised_at = caravan.now(), secrets_sealed = ? where id = ?",
                recorded.institution(),
                recorded.scopes(),
                house.sealer.seal(
                        "{\"secret\": \"not-a-secret-0123456789abcdef0123456789\","
                                + " \"webhook.secret\": \"not-a-secret\"}"),
                connection);
        house.database.update(
                """
                insert into caravan.token_set (connection_id, generation, access_sealed, access_expires_at, refreshed_at)
                values (?, 1, ?, 'infinity', caravan.now())
                """,
                connection,
                house.sealer.seal("token"));
        return connection;
    }

    /**
     * Records what a twin tells, with the desk's own command, sees that nobody can be known by it,
     * and replays it; with {@code -Drecord.write=true} it becomes the provider's case {@code
     * from-twin}.
     */
    public static void recorded(
            String provider,
            Database database,
            Deployer deployer,
            Clock clock,
            UUID connection,
            Collection<String> secrets,
            String... options) {
        Path home = Scratch.folder("record");
        ProviderFolders folders = new ProviderFolders(home.resolve("routes"));
        folders.ship(provider, ProviderFolders.read(World.ROUTES.resolve(provider)));
        Desk desk = new Desk(database, deployer, folders, null, home, home, clock, List.of());
        List<String> words =
                new ArrayList<>(List.of("try", provider, "--connection", connection.toString()));
        words.addAll(List.of("--record", "from-twin", "--seconds", "120", "--rows", "1000"));
        words.addAll(List.of(options));
        Answer answer = desk.run(words);
        assertThat(answer.code()).as(answer.text()).isZero();
        assertThat(desk.run(words).text()).contains("is there already");

        Path folder = home.resolve("routes").resolve(provider).resolve("contract/from-twin");
        assertThat(new Canaries(secrets).in(texts(folder))).as("secrets").isEmpty();
        assertThat(telling(answer)).as("what tells of people").isNotEmpty();
        String all = String.join("\n", texts(folder));
        assertThat(telling(answer).stream().filter(all::contains).toList()).as("people").isEmpty();
        Recording.Replayed replayed = replayed(folder, Map.of());
        assertThat(replayed.fault()).isNull();
        assertThat(replayed.rows()).isEqualTo(Case.rows(folder));
        if (Boolean.getBoolean("record.write")) {
            keep(folder, World.ROUTES.resolve(provider).resolve("contract/from-twin"));
        }
    }

    /** What the real rows of a try say of people, from the table that it shows of them. */
    private static Set<String> telling(Answer answer) {
        Set<String> telling = new TreeSet<>();
        answer.parts()
                .forEach(
                        (holds, part) -> {
                            for (int i = 0; i < part.columns().size(); i++) {
                                int column = i;
                                if (holds.startsWith("mapped ")
                                        && !holds.endsWith(" product")
                                        && TELLING.matcher(part.columns().get(i)).matches()) {
                                    part.rows().stream()
                                            .map(row -> String.valueOf(row.get(column)))
                                            .filter(value -> value.length() >= 6)
                                            .filter(value -> value.matches(".*[ \\d].*"))
                                            .forEach(telling::add);
                                }
                            }
                        });
        return telling;
    }

    /** Every file of a case as text. */
    static List<String> texts(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<String> texts = new ArrayList<>();
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                texts.add(Files.readString(file));
            }
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void keep(Path from, Path to) {
        try (Stream<Path> files = Files.list(from)) {
            Files.createDirectories(to);
            try (Stream<Path> old = Files.list(to)) {
                for (Path file : (Iterable<Path>) old::iterator) {
                    Files.delete(file);
                }
            }
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
            Path readme = to.resolve("README.md");
            Files.writeString(
                    readme,
                    Files.readString(readme)
                            + "\nIt was recorded from our twin of the provider, not from the"
                            + " provider itself.\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
