package dev.caravan.deploy;

import dev.caravan.budget.Budget;
import dev.caravan.connections.Connections;
import dev.caravan.connections.Schedules;
import dev.caravan.deferred.Batches;
import dev.caravan.deferred.Deferred;
import dev.caravan.faults.Classes;
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
import java.util.Map;
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
        this.inboxes = new Inboxes(database, clock, new OwnValues(database, sealer)::of);
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
            ConnectionTls tls) {

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

    public Vocabulary of(Provider provider) {
        String name = provider.name();
        Map<String, String> settings = provider.settings();
        Map<String, String> answers = provider.answers();
        Secrets secrets = new Secrets(name, secretsFolder, System::getenv, settings);
        References references = new References(name, settings, secrets, database, sealer, clock);
        Connections connections =
                new Connections(database, name, node, new Schedules(name, settings));
        Budget budget = new Budget(database, name, meters);
        return new Vocabulary(
                connections,
                new Vault(database, sealer, references, name, answers, clock),
                new Signer(name, settings, references, clock),
                budget,
                new Windows(database, name, clock, settings),
                new Store(
                        database,
                        name,
                        Envelope.of(answers),
                        new StoreContext(settings),
                        answers.get("account.match"),
                        provider.files(),
                        meters),
                new Faults(name, new Classes(name, answers), connections, budget, clock),
                inboxes.of(
                        name,
                        settings,
                        secrets,
                        new Connections(database, name, node, new Schedules(name, settings))),
                new Payments(database, name, settings, answers),
                Deferred.of(
                        database,
                        name,
                        settings,
                        answers,
                        new Connections(database, name, node, new Schedules(name, settings)),
                        clock),
                new Batches(database, name, settings),
                new CallGuard(
                        name,
                        Duration.ofSeconds(number(settings, "call.deadline.seconds", 60)),
                        number(settings, "call.most.megabytes", 64) * MEGABYTE),
                database.dataSource(),
                new ConnectionTls(name, new OwnValues(database, sealer), meters, clock));
    }

    private static int number(Map<String, String> settings, String name, int otherwise) {
        return Integer.parseInt(settings.getOrDefault(name, String.valueOf(otherwise)).strip());
    }
}
