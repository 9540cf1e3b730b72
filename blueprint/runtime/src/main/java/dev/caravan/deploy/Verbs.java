package dev.caravan.deploy;

import dev.caravan.budget.Budget;
import dev.caravan.connections.Connections;
import dev.caravan.connections.Schedules;
import dev.caravan.connections.Shift;
import dev.caravan.deferred.Batches;
import dev.caravan.deferred.Deferred;
import dev.caravan.faults.Classes;
import dev.caravan.faults.Fault;
import dev.caravan.faults.Faults;
import dev.caravan.inbox.Inbox;
import dev.caravan.inbox.Inboxes;
import dev.caravan.payments.Payments;
import dev.caravan.signer.Signer;
import dev.caravan.store.Database;
import dev.caravan.store.Envelope;
import dev.caravan.store.Store;
import dev.caravan.store.StoreContext;
import dev.caravan.tls.ConnectionTls;
import dev.caravan.vault.OwnValues;
import dev.caravan.vault.References;
import dev.caravan.vault.Sealer;
import dev.caravan.vault.Secrets;
import dev.caravan.vault.Vault;
import dev.caravan.watch.Calls;
import dev.caravan.watch.Meters;
import dev.caravan.windows.Windows;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Makes the verbs of a provider: the whole Java vocabulary of a route. Safe for any number of
 * threads.
 */
public final class Verbs {
    private static final int MEGABYTE = 1_048_576;

    private final Database database;
    private final Sealer sealer;
    private final Path secretsFolder;
    private final Clock clock;
    private final String node;
    private final Inboxes inboxes;
    private final Calls calls;
    private final Meters meters;

    public Verbs(Database database, Sealer sealer, Path secretsFolder, Clock clock, String node) {
        this.database = database;
        this.sealer = sealer;
        this.secretsFolder = secretsFolder;
        this.clock = clock;
        this.node = node;
        this.calls = new Calls(clock);
        this.meters = new Meters(clock);
        this.inboxes = inboxes(database);
    }

    /** What the providers of this node were asked, until it is written down. */
    public Calls calls() {
        return calls;
    }

    /** What the verbs measure into. */
    public Meters meters() {
        return meters;
    }

    /** The verbs of one deployment of a provider, under the names that a route calls them by. */
    public record Vocabulary(
            Connections connections,
            Vault vault,
            Signer signer,
            Budget budget,
            Windows windows,
            Store store,
            Faults faults,
            Inbox inbox,
            Payments payments,
            Deferred deferred,
            Batches batches,
            CallGuard guard,
            DataSource ledger,
            ConnectionTls tls,
            Shift shift) {

        Map<String, Object> byName() {
            return Map.ofEntries(
                    Map.entry("connections", connections),
                    Map.entry("vault", vault),
                    Map.entry("signer", signer),
                    Map.entry("budget", budget),
                    Map.entry("windows", windows),
                    Map.entry("store", store),
                    Map.entry("faults", faults),
                    Map.entry("inbox", inbox),
                    Map.entry("payments", payments),
                    Map.entry("deferred", deferred),
                    Map.entry("batches", batches),
                    Map.entry("guard", guard),
                    Map.entry("ledger", ledger));
        }
    }

    /** Where deployments of this node are written down. */
    DeploymentLog deployments(ProviderFolders folders) {
        return new DeploymentLog(database, node, folders::shipped);
    }

    private Inboxes inboxes(Database store) {
        return new Inboxes(store, clock, new OwnValues(store, sealer)::of);
    }

    /** Where the work of a vocabulary goes, and what its calls go over. */
    private record Places(
            Database rows,
            Database tokens,
            Database calls,
            Inboxes inboxes,
            Wire wire,
            Meters meters) {}

    public Vocabulary of(Provider provider) {
        return of(provider, new Places(database, database, database, inboxes, Wire.PLAIN, meters));
    }

    /**
     * Verbs of a provider that is only tried, against rows that nobody keeps. What a provider keeps
     * count of itself is not tried but real: its calls, and tokens that follow each other.
     */
    public Vocabulary tried(Provider provider, Database rows, Wire wire) {
        return of(
                provider,
                new Places(rows, database, database, inboxes(rows), wire, new Meters(clock)));
    }

    /** The same where no call leaves, so that nothing at all is real. */
    public Vocabulary replayed(Provider provider, Database rows, Wire recording) {
        return of(
                provider,
                new Places(rows, rows, rows, inboxes(rows), recording, new Meters(clock)));
    }

    /** What must never be shown of a provider and one of its connections, as it is now. */
    public Set<String> secrets(Provider provider, UUID connection) {
        Set<String> values = new HashSet<>();
        Secrets secrets =
                new Secrets(provider.name(), secretsFolder, System::getenv, provider.settings());
        provider.settings()
                .keySet()
                .forEach(
                        setting -> {
                            if (Secrets.names(setting)) {
                                try {
                                    values.add(secrets.get(setting));
                                } catch (Fault notThere) {
                                    // what cannot be read cannot be shown
                                }
                            }
                        });
        values.addAll(new OwnValues(database, sealer).secrets(connection));
        database.query(
                        "select access_sealed, refresh_sealed from caravan.token_set where"
                                + " connection_id = ?",
                        row -> Arrays.asList(row.getString(1), row.getString(2)),
                        connection)
                .forEach(
                        set ->
                                set.stream()
                                        .filter(Objects::nonNull)
                                        .map(sealer::open)
                                        .forEach(values::add));
        return values;
    }

    private Vocabulary of(Provider provider, Places places) {
        String name = provider.name();
        Map<String, String> settings = provider.settings();
        Map<String, String> answers = provider.answers();
        Secrets secrets = new Secrets(name, secretsFolder, System::getenv, settings);
        References references =
                new References(name, settings, secrets, places.tokens(), sealer, clock);
        Shift shift = new Shift();
        Connections connections =
                new Connections(places.rows(), name, node, new Schedules(name, settings), shift);
        Budget budget = new Budget(places.rows(), places.calls(), name, places.meters());
        return new Vocabulary(
                connections,
                new Vault(places.tokens(), places.rows(), sealer, references, name, answers, clock),
                new Signer(name, settings, references, clock),
                budget,
                new Windows(places.rows(), name, clock, settings),
                new Store(
                        places.rows(),
                        name,
                        Envelope.of(answers),
                        new StoreContext(settings),
                        answers.get("account.match"),
                        provider.files(),
                        places.meters()),
                new Faults(name, new Classes(name, answers), connections, budget, clock),
                places.inboxes()
                        .of(
                                name,
                                settings,
                                secrets,
                                new Connections(
                                        places.rows(),
                                        name,
                                        node,
                                        new Schedules(name, settings),
                                        shift)),
                new Payments(places.rows(), name, settings, answers),
                Deferred.of(
                        places.rows(),
                        name,
                        settings,
                        answers,
                        new Connections(
                                places.rows(), name, node, new Schedules(name, settings), shift),
                        clock),
                new Batches(places.rows(), name, settings),
                new CallGuard(
                        name,
                        Duration.ofSeconds(number(settings, "call.deadline.seconds", 60)),
                        number(settings, "call.most.megabytes", 64) * MEGABYTE,
                        places.wire()),
                places.rows().dataSource(),
                new ConnectionTls(
                        name, new OwnValues(places.tokens(), sealer), places.meters(), clock),
                shift);
    }

    static int number(Map<String, String> settings, String name, int otherwise) {
        return Integer.parseInt(settings.getOrDefault(name, String.valueOf(otherwise)).strip());
    }
}
