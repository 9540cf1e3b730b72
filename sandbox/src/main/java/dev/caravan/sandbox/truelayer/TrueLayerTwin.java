package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Journal;
import dev.caravan.sandbox.Timetable;
import dev.caravan.sandbox.http.LoopbackServer;
import dev.caravan.sandbox.http.Trust;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A stand-in for TrueLayer's auth server and Data API v1, written from the contract alone. Knows
 * the truth behind every answer and fails on demand. Safe for use by many threads; listens on
 * 127.0.0.1 from construction to close.
 */
public final class TrueLayerTwin implements AutoCloseable {
    private static final List<String> ALL_SCOPES =
            List.of(
                    "info",
                    "accounts",
                    "balance",
                    "cards",
                    "transactions",
                    "direct_debits",
                    "standing_orders",
                    "offline_access");
    private final AtomicReference<TwinSettings> settings;
    private final Journal journal = new Journal();
    private final Faults faults = new Faults();
    private final Secrets secrets = new Secrets();
    private final Connections connections;
    private final Bank bank;
    private final StateFile stateFile;
    private final Webhooks webhooks;
    private final SignedWebhooks signed;
    private final Tasks tasks;
    private final LoopbackServer server;

    private TrueLayerTwin(TwinSettings initial, Clock clock) {
        this.settings = new AtomicReference<>(initial);
        this.connections = new Connections(settings::get, clock, secrets);
        this.stateFile = new StateFile(initial.stateFile());
        LocalDate today = LocalDate.now(clock.withZone(BankAccount.LONDON));
        this.bank = new Bank(initial, stateFile.restore(connections).orElse(today), clock);
        this.webhooks =
                new Webhooks(
                        settings::get,
                        Trust.of(initial.webhookTrust(), initial.webhookTrustPassword()));
        this.signed = new SignedWebhooks(settings::get, this::base, clock, webhooks);
        Timetable timetable = new Timetable(clock, "truelayer-tasks");
        this.tasks =
                new Tasks(
                        settings::get,
                        this::base,
                        clock,
                        faults.tasks(),
                        new Callbacks(this::base, clock, faults.webhooks(), webhooks, timetable),
                        timetable);
        DataApi data = new DataApi(settings::get, bank, clock);
        AuthServer auth = new AuthServer(settings::get, this::base, clock, secrets);
        Desk.Desks desks =
                new Desk.Desks(
                        auth,
                        new TokenEndpoint(settings::get, auth, connections, clock),
                        new ConnectionEndpoints(settings::get, auth, connections, clock),
                        new DataDesk(
                                settings::get,
                                data,
                                new Batch(settings::get, bank, clock),
                                tasks,
                                clock),
                        signed,
                        tasks,
                        new ControlApi(this),
                        this::save);
        this.server =
                new LoopbackServer(
                        initial.port(),
                        initial.maxConnections(),
                        initial.gzip(),
                        new Desk(clock, connections, faults.table(), journal, desks));
        save();
    }

    public static TrueLayerTwin start(TwinSettings settings, Clock clock) {
        return new TrueLayerTwin(settings, clock);
    }

    /** Where both the auth server and the Data API are; the latter under {@code /data/v1}. */
    public URI base() {
        return server.base();
    }

    public Faults faults() {
        return faults;
    }

    public Journal journal() {
        return journal;
    }

    public TwinTruth truth() {
        return new TwinTruth(bank, connections, secrets, tasks, webhooks);
    }

    public TwinSettings settings() {
        return settings.get();
    }

    /**
     * Changes manners while the twin runs. Port, seed, volume and quirks are those of the start and
     * stay as they are.
     */
    public void change(TwinSettings now) {
        settings.set(now);
    }

    /** Connects a mock user with every scope, as if the browser dialogue had just ended. */
    public Tokens connect(String username, String password) {
        MockUser user =
                MockUser.login(username, password, settings().users())
                        .orElseThrow(() -> new IllegalArgumentException("no login " + username));
        Connection connection = connections.authenticate(user, ALL_SCOPES, Optional.empty());
        ObjectNode answer = connections.issueBoth(connection);
        save();
        return new Tokens(
                connection,
                answer.path("access_token").asText(),
                answer.path("refresh_token").asText());
    }

    /** The connections of a user, the oldest first. */
    public List<Connection> connections(String user) {
        return connections.all().stream().filter(one -> one.user().equals(user)).toList();
    }

    /** The newest connection of a user. */
    public Connection connection(String user) {
        List<Connection> all = connections(user);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no connection of " + user);
        }
        return all.get(all.size() - 1);
    }

    /**
     * The accounts, then the cards, of a user; {@code john3}, or {@code john-iban} and the like.
     */
    public List<BankAccount> accounts(String user) {
        return bank.accounts(user);
    }

    public BankAccount account(String id) {
        return bank.find(id).orElseThrow(() -> new IllegalArgumentException("no account " + id));
    }

    /** All pending rows of the account become booked under new ids. */
    public List<BookedRow> settlePending(String accountId) {
        return account(accountId).settlePending();
    }

    public BookedRow addTransaction(String accountId, Transaction row) {
        return account(accountId).add(row);
    }

    public void grow(String accountId, int rows) {
        account(accountId).grow(rows);
    }

    /** Every asynchronous call that was accepted, the oldest first. */
    public List<Task> tasks() {
        return tasks.all();
    }

    /** Keeps every task that would begin from now on in its queue. */
    public void holdTasks() {
        tasks.hold();
    }

    public void releaseTasks() {
        tasks.release();
    }

    /**
     * Posts a signed webhook of TrueLayer's other products (contract 7.2) and answers what came of
     * it; the keys are at {@code /.well-known/jwks}.
     */
    public WebhookDelivery signedWebhook(String url, String json) {
        return signedWebhook(url, json, Signing.TRUE);
    }

    public WebhookDelivery signedWebhook(String url, String json, Signing how) {
        return signed.send(URI.create(url), json, how);
    }

    /** Posts any JSON without a signature, as anybody could who knows the URL. */
    public WebhookDelivery webhook(String url, String json) {
        return signedWebhook(url, json, Signing.MISSING);
    }

    /** Signed webhooks have new keys from now on, and the key set knows only those. */
    public void rotateWebhookKeys() {
        signed.keys().rotate();
    }

    /** Every attempt to deliver a webhook, the oldest first. */
    public List<WebhookDelivery> deliveries() {
        return webhooks.deliveries();
    }

    /** Keeps all webhooks from now on, so that a test can change their order. */
    public void holdWebhooks() {
        webhooks.outbox().hold();
    }

    public void releaseWebhooks(boolean reversed) {
        webhooks.outbox().release(reversed);
    }

    /** Waits until no webhook is on its way; false when the limit comes first. */
    public boolean webhooksSettled(Duration limit) throws InterruptedException {
        return webhooks.outbox().settled(limit);
    }

    @Override
    public void close() {
        tasks.close();
        webhooks.close();
        server.close();
    }

    private void save() {
        stateFile.save(connections, bank.firstDay());
    }
}
