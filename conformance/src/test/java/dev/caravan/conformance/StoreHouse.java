package dev.caravan.conformance;

import dev.caravan.connections.Connections;
import dev.caravan.connections.ProviderAccount;
import dev.caravan.connections.Pull;
import dev.caravan.connections.Schedules;
import dev.caravan.connections.Shift;
import dev.caravan.store.Database;
import dev.caravan.store.Envelope;
import dev.caravan.store.Store;
import dev.caravan.store.StoreContext;
import dev.caravan.watch.Meters;
import dev.caravan.windows.PageWalk;
import dev.caravan.windows.Windows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/**
 * The verbs that store, with the mappings of a provider as shipped and a real PostgreSQL, and pages
 * that a test hands over where a route would ask for them. Not thread-safe.
 */
final class StoreHouse implements AutoCloseable {
    private static final String TRANSACTIONS = "transactions.sql";

    final Database database = new Database(TestServer.database(), 1);
    private final CamelContext camel = new DefaultCamelContext();
    private final String provider;
    private final Map<String, String> settings;
    private final Map<String, String> files = new HashMap<>();
    private final Connections connections;
    private final Windows windows;
    private Store store;
    private int days;

    /**
     * @param changed names and values of settings that are not as shipped
     */
    StoreHouse(String provider, String... changed) {
        this.provider = provider;
        settings = new HashMap<>(World.shipped(provider));
        for (int i = 0; i < changed.length; i += 2) {
            settings.put(changed[i], changed[i + 1]);
        }
        try (Stream<Path> all = Files.list(World.ROUTES.resolve(provider))) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(file.getFileName().toString(), Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connections =
                new Connections(
                        database, provider, "test", new Schedules(provider, settings), new Shift());
        windows = new Windows(database, provider, Clock.systemUTC(), settings);
        database.update(
                "with c as (insert into caravan.connection (provider, user_ref, state) values (?,"
                        + " 'test', 'active') returning id) insert into caravan.task"
                        + " (connection_id, kind, provider, due_at) select id, 'pull', ?,"
                        + " caravan.now() from c",
                provider,
                provider);
        store = deployed(files);
        store.live();
    }

    /** A version of the files as it would be deployed; refused where it would not. */
    private Store deployed(Map<String, String> texts) {
        java.util.Properties answers = new java.util.Properties();
        try {
            answers.load(new java.io.StringReader(texts.get("answers.properties")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> lines = new HashMap<>();
        answers.forEach((key, value) -> lines.put((String) key, (String) value));
        Store made =
                new Store(
                        database,
                        provider,
                        Envelope.of(lines),
                        new StoreContext(settings),
                        lines.get("account.match"),
                        texts,
                        new Meters(Clock.systemUTC()));
        made.prepare("account", "accounts.sql", "family=account");
        made.prepare("transaction", TRANSACTIONS, "");
        made.prepare("transaction", TRANSACTIONS, "status=pending");
        made.known();
        return made;
    }

    /** Deploys a version of the mapping of transactions with texts replaced. */
    void edit(String... replaced) {
        Map<String, String> edited = new HashMap<>(files);
        String text = files.get(TRANSACTIONS);
        for (int i = 0; i < replaced.length; i += 2) {
            if (!text.contains(replaced[i])) {
                throw new IllegalArgumentException("there is no " + replaced[i]);
            }
            text = text.replace(replaced[i], replaced[i + 1]);
        }
        edited.put(TRANSACTIONS, text);
        store = deployed(edited);
        store.live();
        files.putAll(edited);
    }

    /** A day later by the clock of the store. */
    void nextDay() {
        // of the only session there is
        database.query(
                "select set_config('caravan.clock_shift', ? || ' days', false)",
                row -> row.getString(1),
                String.valueOf(++days));
    }

    List<Long> accountIds() {
        return database.query(
                "select account_id from ledger.account where removed_at is null order by 1",
                row -> row.getLong(1));
    }

    /** A pull that is told the accounts. */
    void accounts(byte[] page) {
        under(
                pull -> {
                    Exchange exchange = exchange(pull, "accounts", page);
                    exchange.setProperty("items", "results|Data.Account");
                    store.replace(exchange, "account", "accounts.sql", "family=account");
                });
    }

    /** A pull of one account, as the provider calls it. */
    void pull(String account, Consumer<OnePull> pages) {
        under(pull -> pages.accept(new OnePull(pull, account)));
    }

    private void under(Consumer<Pull> work) {
        database.update("update caravan.task set due_at = caravan.now()");
        Pull pull = connections.claim("pull", 1).get(0);
        Exchange exchange = exchange(pull, "none", new byte[0]);
        connections.begin(exchange);
        work.accept(pull);
        connections.done(exchange, "6h");
    }

    private Exchange exchange(Pull pull, String endpoint, byte[] page) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.setProperty("pull", pull);
        exchange.setProperty("endpoint", endpoint);
        exchange.getMessage().setBody(page);
        return exchange;
    }

    /** The pages of one account. */
    final class OnePull {
        private final Pull pull;
        private final ProviderAccount account;

        OnePull(Pull pull, String external) {
            this.pull = pull;
            this.account =
                    connections.accounts(exchange(pull, "accounts", new byte[0])).stream()
                            .filter(each -> each.external().equals(external))
                            .findFirst()
                            .orElseThrow();
        }

        private Exchange of(String endpoint, byte[] page) {
            Exchange exchange = exchange(pull, endpoint, page);
            exchange.setProperty("account", account);
            return exchange;
        }

        void save(byte[] page) {
            store.save(of("accounts/{id}/transactions", page), "transaction", TRANSACTIONS);
        }

        void replacePending(byte[] page) {
            store.replace(
                    of("accounts/{id}/transactions/pending", page),
                    "transaction",
                    TRANSACTIONS,
                    "status=pending");
        }

        void walk(List<byte[]> pages) {
            Exchange exchange = of("accounts/{id}/transactions", new byte[0]);
            exchange.setProperty("items", "Data.Transaction");
            windows.pages(exchange, "14d");
            for (int i = 0; PageWalk.of(exchange).isOpen(); i++) {
                exchange.getMessage().setBody(pages.get(i));
                windows.next(exchange, i + 1 < pages.size() ? "page " + (i + 2) : null);
                store.also(exchange, "transaction", TRANSACTIONS, "status=pending");
                store.save(exchange, "transaction", TRANSACTIONS);
            }
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
