package dev.caravan.store;

import dev.caravan.connections.Pull;
import dev.caravan.connections.Tryout;
import dev.caravan.watch.Meters;
import dev.caravan.windows.PageWalk;
import dev.caravan.windows.Walk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;

/**
 * The verb that stores a page. Rows, cursor, lease and run record of the page commit together or
 * not at all; a record that the store refuses is set aside with its reason and the others go in.
 * Safe for any number of threads.
 */
public final class Store {
    private final Database database;
    private final String provider;
    private final Map<String, String> files;
    private final PageWriter writer;
    private final Meters meters;
    private final Replays replays;
    private final String settings;
    private final String today;
    private final String match;
    private final Map<String, Deployed> deployed = new ConcurrentHashMap<>();

    /** A mapping as the store has checked it, for one table and part. */
    record Deployed(
            Mapping mapping, PageStatement statement, Table table, Part part, AccountMatch match) {}

    /**
     * @param match how accounts are found again whose ids changed, null where they do not
     * @param files the mappings by name
     */
    public Store(
            Database database,
            String provider,
            Envelope envelope,
            StoreContext context,
            String match,
            Map<String, String> files,
            Meters meters) {
        this.meters = meters;
        this.match = match;
        this.database = database;
        this.provider = provider;
        this.files = files;
        this.settings = context.known();
        this.today = context.today();
        this.writer = new PageWriter(provider, envelope, context, Version.ofRoutes(files));
        this.replays =
                new Replays(database, provider, context, Version.ofRoutes(files), this::deployed);
    }

    /** Stores a page of records that stay: what it does not name is left alone. */
    public PageResult save(Exchange exchange, String kind, String file) {
        return page(exchange, kind, file, "", false);
    }

    /** Stores a whole set, told in one answer or in a walk: what it does not name is gone. */
    public PageResult replace(Exchange exchange, String kind, String file) {
        return page(exchange, kind, file, "", true);
    }

    /**
     * Stores a whole set of a part of the kind.
     *
     * @param part {@code status=pending}, {@code provider_party_id={member}} (what the exchange is
     *     about) or {@code provider_party_id=*} (a set for each that the page names)
     */
    public PageResult replace(Exchange exchange, String kind, String file, String part) {
        return page(exchange, kind, file, part, true);
    }

    /** Has the next page stored by this mapping too, in its transaction. */
    public void also(Exchange exchange, String kind, String file) {
        Companion.add(exchange, new Companion(kind, file, "", false));
    }

    /** The same for a whole set of a part of the kind, told by this page or by those of a walk. */
    public void also(Exchange exchange, String kind, String file, String part) {
        Companion.add(exchange, new Companion(kind, file, part, false));
    }

    /** Has what the next page refers to made known first, where the store does not have it yet. */
    public void stub(Exchange exchange, String kind, String file) {
        Companion.add(exchange, new Companion(kind, file, "", true));
    }

    /** A part of the kind is gone, without an answer that says what is left of it. */
    public void remove(Exchange exchange, String kind, String part) {
        tombstones(exchange, kind, part, false);
    }

    /**
     * The same for several kinds, with what they said: a tombstone keeps only what no row may lack.
     * What events told of the part and refused records of it are erased too.
     *
     * @param kinds comma separated
     */
    public void erase(Exchange exchange, String kinds, String part) {
        tombstones(exchange, kinds, part, true);
    }

    private void tombstones(Exchange exchange, String kinds, String part, boolean blank) {
        Pull pull = Pull.of(exchange);
        database.patiently(
                store -> {
                    pull.hold(store);
                    PageMark.forget(store, exchange);
                    if (blank) {
                        Hearsay.erase(
                                store,
                                pull.connection(),
                                Part.parse(provider, kinds, part).of(exchange));
                    }
                    for (String kind : kinds.split(",")) {
                        Table table = Table.read(store, provider, kind.strip(), kind.strip());
                        Part which = Part.parse(provider, kind, part);
                        Tombstones.set(
                                store,
                                table,
                                table.column(provider, which.column()),
                                writer.scope(table, exchange),
                                which.of(exchange),
                                pull.connection(),
                                pull.id(),
                                blank);
                    }
                    return null;
                });
    }

    /** Sends a refused record through its mapping again; who did it is kept. */
    public Replayed replay(long rejected, String who) {
        return replays.replay(rejected, who);
    }

    /** Derives rows again from the payloads that are kept, with the mappings of today. */
    public Remapped remap(Remap.Wanted wanted, BooleanSupplier goOn) {
        return new Remap(database, provider, today, this::deployed).run(wanted, goOn);
    }

    /**
     * Has PostgreSQL parse and check a mapping for a kind.
     *
     * @throws dev.caravan.faults.SetupFault with file, line and column where it is refused
     */
    public void prepare(String kind, String file, String part) {
        deployed(kind, file, part);
    }

    /**
     * Looks whether the mappings that were prepared know the rows of the store by the keys they
     * have.
     *
     * @throws dev.caravan.faults.SetupFault with file and line where rows would be doubled
     */
    public void known() {
        database.inTransaction(
                store -> {
                    new KeyCheck(store, provider, today, deployed.values()).run();
                    return null;
                });
    }

    /** Writes down that the mappings that were prepared are those that run. */
    public void live() {
        database.inTransaction(
                store -> {
                    new KeyCheck(store, provider, today, deployed.values()).live();
                    return null;
                });
    }

    private PageResult page(
            Exchange exchange, String kind, String file, String part, boolean whole) {
        List<PageWriter.Further> further = new ArrayList<>();
        for (Companion also : Companion.take(exchange)) {
            further.add(
                    new PageWriter.Further(deployed(also.kind(), also.file(), also.part()), also));
        }
        PageWriter.Page page =
                new PageWriter.Page(
                        deployed(kind, file, part),
                        further,
                        whole,
                        part,
                        exchange.getMessage().getBody(byte[].class),
                        exchange);
        PageResult result;
        try {
            result = commit(page, false);
        } catch (SqlFault e) {
            if (!Rejects.blamesData(e.state())) {
                throw e;
            }
            result = commit(page, true);
        }
        exchange.setProperty("stored", result);
        PageWalk pages = PageWalk.of(exchange);
        if (pages != null) {
            pages.met(result.identities());
        }
        Walk walk = Walk.of(exchange);
        try {
            if (walk != null) {
                walk.stored(result);
            }
        } finally {
            if (Pull.of(exchange).tryout() != null) {
                tried(Pull.of(exchange).tryout(), page, result, walk);
            }
        }
        page.pull().goOn();
        return result;
    }

    private PageResult commit(PageWriter.Page page, boolean apart) {
        PageResult result =
                database.patiently(
                        store -> {
                            // an attempt that was rolled back counts for nothing
                            page.pull().counted();
                            return writer.commit(store, page, apart);
                        });
        page.pull()
                .counted()
                .forEach(
                        each -> {
                            String kind = each.getKey();
                            meters.rows(provider, kind, "inserted", each.getValue().inserted());
                            meters.rows(provider, kind, "changed", each.getValue().changed());
                            meters.rows(provider, kind, "removed", each.getValue().removed());
                            meters.rows(provider, kind, "rejected", each.getValue().rejected());
                        });
        return result;
    }

    /** Tells who looks on, and stops a walk that went far enough for a try. */
    private void tried(Tryout tryout, PageWriter.Page page, PageResult result, Walk walk) {
        Exchange exchange = page.exchange();
        boolean more = walk != null && walk.isOpen();
        tryout.saw(
                new Tryout.Page(
                        Pull.kind(exchange),
                        String.valueOf(exchange.getProperty("request")),
                        result.seen(),
                        result.inserted(),
                        result.changed(),
                        result.removed(),
                        result.rejected(),
                        more,
                        mapped(page, tryout.bounds().rows())));
        if (!tryout.page(Pull.resource(exchange) + " " + Pull.accountKey(exchange)) && more) {
            walk.stop();
            tryout.cut();
        }
    }

    private Map<String, List<String>> mapped(PageWriter.Page page, int most) {
        try {
            return database.inTransaction(store -> writer.mapped(store, page, most));
        } catch (SqlFault refused) {
            // a record of the page does not fit; it is told among the rejected ones
            return Map.of();
        }
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
                    Mapping mapping = Mapping.read(store, provider, file, text, settings);
                    Database.update(
                            store,
                            "insert into caravan.mapping_text (version, file, body) values (?, ?,"
                                    + " ?) on conflict do nothing",
                            mapping.version(),
                            file,
                            text);
                    Table table = Table.read(store, provider, file, kind);
                    table.accept(provider, mapping);
                    Part which = Part.parse(provider, file, part);
                    table.accept(provider, mapping, which);
                    PageStatement statement = new PageStatement(mapping, table, which);
                    statement.prepare(store);
                    if (mapping.again() != null) {
                        Derivation.of(store, table, mapping, mapping)
                                .prepare(store, provider, mapping);
                    }
                    AccountMatch found = AccountMatch.of(provider, match, mapping, table, which);
                    if (found != null) {
                        found.prepare(store);
                    }
                    return new Deployed(mapping, statement, table, which, found);
                });
    }
}
