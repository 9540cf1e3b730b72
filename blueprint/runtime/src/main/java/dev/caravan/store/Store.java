package dev.caravan.store;

import dev.caravan.connections.Pull;
import dev.caravan.faults.BodyFault;
import dev.caravan.faults.Fault;
import dev.caravan.windows.Walk;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;

/**
 * The verb that stores a page. Rows, cursor, lease and run record of the page commit together or
 * not at all; a record that the store refuses is set aside with its reason and the others go in.
 * Safe for any number of threads.
 */
public final class Store {
    private static final String SEARCH_MASKED =
            "with page as (select convert_from(?, 'UTF8')::jsonb as item, 1 as position, ?::jsonb"
                    + " as context) select mapped.raw::text from (%s) mapped";

    private final Database database;
    private final String provider;
    private final Envelope envelope;
    private final StoreContext context;
    private final Map<String, String> files;
    private final Map<String, Deployed> deployed = new ConcurrentHashMap<>();

    private record Deployed(Mapping mapping, PageStatement statement, Table table) {}

    public Store(
            Database database,
            String provider,
            Envelope envelope,
            StoreContext context,
            Map<String, String> files) {
        this.database = database;
        this.provider = provider;
        this.envelope = envelope;
        this.context = context;
        this.files = files;
    }

    /** Stores a page of records that stay: what it does not name is left alone. */
    public PageResult save(Exchange exchange, String kind, String file) {
        return page(exchange, kind, file, "", false);
    }

    /** Stores a whole set: what it does not name is gone. */
    public PageResult replace(Exchange exchange, String kind, String file) {
        return page(exchange, kind, file, "", true);
    }

    /** Stores a whole set of a part of the kind, for example {@code status=pending}. */
    public PageResult replace(Exchange exchange, String kind, String file, String part) {
        return page(exchange, kind, file, part, true);
    }

    /**
     * Has PostgreSQL parse and check a mapping for a kind.
     *
     * @throws dev.caravan.faults.SetupFault with file, line and column where it is refused
     */
    public void prepare(String kind, String file, String part) {
        deployed(kind, file, part);
    }

    private PageResult page(
            Exchange exchange, String kind, String file, String part, boolean whole) {
        Pull pull = Pull.of(exchange);
        byte[] body = exchange.getMessage().getBody(byte[].class);
        Deployed statement = deployed(kind, file, part);
        Page page = new Page(pull, Walk.of(exchange), statement, whole, kind, part, body, exchange);
        PageResult result;
        try {
            result = database.patiently(store -> commit(store, page, false));
        } catch (SqlFault e) {
            if (!Rejects.blamesData(e.state())) {
                throw e;
            }
            result = database.patiently(store -> commit(store, page, true));
        }
        Walk walk = Walk.of(exchange);
        if (walk != null) {
            walk.stored(result);
        }
        exchange.setProperty("stored", result);
        return result;
    }

    private record Page(
            Pull pull,
            Walk walk,
            Deployed deployed,
            boolean whole,
            String kind,
            String part,
            byte[] body,
            Exchange exchange) {}

    private PageResult commit(Connection store, Page page, boolean apart) throws SQLException {
        page.pull().hold(store);
        byte[] digest =
                PageMark.digest(
                        page.deployed().mapping().seed(),
                        context.of(page.exchange(), page.part()),
                        page.body());
        PageMark last = PageMark.last(store, page.exchange());
        PageResult result = stored(store, page, apart, digest, last);
        if (page.walk() != null) {
            page.walk().advance(store, result);
        }
        PageMark.keep(
                store,
                page.exchange(),
                digest,
                result,
                page.walk() == null || page.walk().endsWith(result));
        if (page.kind().equals(Settlement.KIND) && result.inserted() + result.removed() > 0) {
            Settlement.link(store, Pull.account(page.exchange()).id());
        }
        page.pull().count(store, Pull.kind(page.exchange()), result);
        return result;
    }

    private PageResult stored(
            Connection store, Page page, boolean apart, byte[] digest, PageMark last)
            throws SQLException {
        if (last != null && Arrays.equals(last.digest(), digest)) {
            return last.again();
        }
        return apart ? apart(store, page) : run(store, page, page.body(), true);
    }

    private PageResult run(Connection store, Page page, byte[] body, boolean enveloped)
            throws SQLException {
        PageStatement.Scope scope =
                new PageStatement.Scope(
                        page.deployed().table().scope().equals("account_id")
                                ? Pull.account(page.exchange()).id()
                                : page.pull().connection(),
                        context.of(page.exchange(), page.part()),
                        enveloped ? envelope.items() : new String[0],
                        envelope.status(),
                        page.pull().id());
        PageResult result =
                page.deployed().statement().run(store, body, scope, page.whole() && enveloped);
        if (enveloped) {
            whole(page, result);
        }
        return result;
    }

    /**
     * A page with refused records: they are set aside, the others go in, and nothing counts as
     * gone.
     */
    private PageResult apart(Connection store, Page page) throws SQLException {
        List<byte[]> items;
        try {
            items = JsonItems.at(envelope.items(), page.body());
        } catch (IOException e) {
            throw broken(page, "no JSON: " + page.body().length + " bytes that do not parse");
        }
        List<Rejects.Reject> rejects =
                Rejects.among(store, items, some -> run(store, page, JsonItems.array(some), false));
        Set<byte[]> refused = new HashSet<>();
        for (Rejects.Reject reject : rejects) {
            refused.add(reject.item());
            keep(store, page, reject);
        }
        List<byte[]> good = new ArrayList<>(items);
        good.removeIf(refused::contains);
        return run(store, page, JsonItems.array(good), false)
                .rejecting(items.size(), rejects.size());
    }

    private void keep(Connection store, Page page, Rejects.Reject reject) throws SQLException {
        Database.update(
                store,
                """
                insert into caravan.rejected_record as r (provider, connection_id, account_id, kind, pull_id, page,
                  position, reason, sqlstate, payload, payload_hash)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, sha256(?))
                on conflict (connection_id, coalesce(account_id, 0), kind, payload_hash) do update
                  set last_seen_at = caravan.now(), times = r.times + 1, pull_id = excluded.pull_id,
                    page = excluded.page, position = excluded.position, reason = excluded.reason
                """,
                provider,
                page.pull().connection(),
                Pull.accountId(page.exchange()),
                Pull.kind(page.exchange()),
                page.pull().id(),
                String.valueOf(page.exchange().getProperty("request")),
                reject.position(),
                reject.reason(),
                reject.state(),
                masked(store, page, reject),
                reject.item());
    }

    /**
     * The payload as the mapping masks it; where not even that works, with every long number cut.
     */
    private String masked(Connection store, Page page, Rejects.Reject reject) throws SQLException {
        Savepoint before = store.setSavepoint();
        try {
            return Database.query(
                            store,
                            SEARCH_MASKED.formatted(page.deployed().mapping().select()),
                            row -> row.getString(1),
                            Rejects.storable(reject.item()),
                            context.of(page.exchange(), page.part()))
                    .get(0);
        } catch (SQLException e) {
            store.rollback(before);
            return JsonItems.text(reject.item()).replaceAll("\\d{9,15}(?=\\d{4})", "************");
        }
    }

    private void whole(Page page, PageResult result) {
        if (!"array".equals(result.shape()) && !"object".equals(result.shape())) {
            throw broken(page, "no records at " + String.join(".", envelope.items()));
        }
        if (result.envelope() != null && !result.envelope().equals(envelope.complete())) {
            throw broken(page, "status " + result.envelope() + ", not " + envelope.complete());
        }
    }

    private BodyFault broken(Page page, String found) {
        return new BodyFault(
                new Fault.Account(
                        "CARAVAN-BODY",
                        provider,
                        String.valueOf(page.exchange().getProperty("request")),
                        "answered with " + found,
                        "nothing of the page was stored; it is asked again",
                        null));
    }

    private Deployed deployed(String kind, String file, String part) {
        return deployed.computeIfAbsent(
                kind + "|" + file + "|" + part, key -> deploy(kind, file, part));
    }

    private Deployed deploy(String kind, String file, String part) {
        String text = files.get(file);
        if (text == null) {
            throw Mapping.refused(provider, file, "is not in the provider's folder");
        }
        return database.inTransaction(
                store -> {
                    Mapping mapping = Mapping.read(store, provider, file, text);
                    Table table = Table.read(store, provider, file, kind);
                    table.accept(provider, mapping);
                    PageStatement statement =
                            new PageStatement(mapping, table, Part.parse(provider, file, part));
                    statement.prepare(store);
                    return new Deployed(mapping, statement, table);
                });
    }
}
