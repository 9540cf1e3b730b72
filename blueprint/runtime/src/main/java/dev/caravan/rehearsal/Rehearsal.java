package dev.caravan.rehearsal;

import dev.caravan.connections.Tryout;
import dev.caravan.deploy.Deployer;
import dev.caravan.deploy.Provider;
import dev.caravan.deploy.Verbs;
import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import dev.caravan.store.Database;
import dev.caravan.store.OneTransaction;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Runs one pull of a connection against its provider, with files that need not be live, and undoes
 * all it did to the store. Two things are real because they are real at the provider: the calls
 * that its budget counts, and tokens that follow each other. Safe for any number of threads.
 */
public final class Rehearsal {
    private final Database database;
    private final Deployer deployer;

    public Rehearsal(Database database, Deployer deployer) {
        this.database = database;
        this.deployer = deployer;
    }

    /**
     * What to try.
     *
     * @param files the provider's folder as it is to be tried
     * @param patience how long it may take in all
     */
    public record Wanted(
            String provider,
            Map<String, String> files,
            UUID connection,
            Tryout.Bounds bounds,
            Duration patience) {}

    /**
     * Tries it; what goes wrong with the pull is part of the report.
     *
     * @throws Fault where it cannot even begin: the folder would be refused, or the connection may
     *     not be pulled now
     */
    public Report of(Wanted wanted) {
        Tryout tryout = new Tryout(wanted.bounds());
        return on(wanted, tryout, new Tape(false, wanted.provider(), tryout), provider -> {});
    }

    Report on(Wanted wanted, Tryout tryout, Tape tape, Consumer<Provider> built) {
        long began = System.nanoTime();
        AtomicReference<Provider> provider = new AtomicReference<>();
        AtomicReference<Verbs> verbs = new AtomicReference<>();
        Set<String> secrets = new HashSet<>();
        String before = tokens(wanted.connection());
        Database rows = new Database(new OneTransaction(database));
        try (rows) {
            Admission.of(rows, wanted.provider(), wanted.connection());
            String broken =
                    deployer.aside(
                            wanted.provider(),
                            wanted.files(),
                            (words, tried) -> {
                                provider.set(tried);
                                built.accept(tried);
                                verbs.set(words);
                                secrets.addAll(words.secrets(tried, wanted.connection()));
                                return words.tried(tried, rows, tape);
                            },
                            (camel, words) -> OnePull.on(camel, words, wanted, tryout, rows));
            secrets.addAll(verbs.get().secrets(provider.get(), wanted.connection()));
            Discreet discreet = new Discreet(secrets);
            String fault = broken != null ? broken : tryout.fault();
            boolean whole = broken == null;
            return new Report(
                    wanted.provider(),
                    wanted.connection(),
                    fault == null ? null : discreet.of(fault),
                    (System.nanoTime() - began) / 1e9,
                    tryout.spentCalls(),
                    !before.equals(tokens(wanted.connection())),
                    tryout.wasCut(),
                    calls(tape, discreet, bases(provider.get(), wanted.connection())),
                    pages(tryout, discreet),
                    whole ? changes(rows, wanted, discreet) : List.of(),
                    whole ? refused(rows, wanted, discreet) : List.of());
        }
    }

    /** The addresses of a provider and those of one connection. */
    Bases bases(Provider provider, UUID connection) {
        Map<String, String> all = new HashMap<>(provider.settings());
        database.query(
                        "select key, value from caravan.connection c, jsonb_each_text(c.settings)"
                                + " where c.id = ?",
                        row -> Map.entry(row.getString(1), row.getString(2)),
                        connection)
                .forEach(own -> all.put(own.getKey(), own.getValue()));
        return Bases.of(all);
    }

    private String tokens(UUID connection) {
        return database.first(
                        "select generation::text from caravan.token_set where connection_id = ?",
                        row -> row.getString(1),
                        connection)
                .orElse("");
    }

    private static List<Report.Call> calls(Tape tape, Discreet discreet, Bases bases) {
        return tape.all().stream()
                .map(
                        one ->
                                new Report.Call(
                                        one.method(),
                                        discreet.of(bases.named(one.url())),
                                        one.status() == 0 ? null : one.status(),
                                        one.millis(),
                                        one.bytes(),
                                        one.failure() == null ? "" : discreet.of(one.failure())))
                .toList();
    }

    private static List<Tryout.Page> pages(Tryout tryout, Discreet discreet) {
        return tryout.pages().stream().map(page -> page.shown(discreet::of)).toList();
    }

    private List<Report.Row> changes(Database rows, Wanted wanted, Discreet discreet) {
        return Differences.of(rows, database, wanted.connection()).stream()
                .map(
                        row ->
                                new Report.Row(
                                        row.table(),
                                        row.what(),
                                        row.identity(),
                                        discreet.of(String.valueOf(row.changes()))))
                .toList();
    }

    private static List<Report.Refused> refused(Database rows, Wanted wanted, Discreet discreet) {
        return rows.query(
                """
                select kind, page, position, reason from caravan.rejected_record
                where connection_id = ? and pull_id = 0 order by id
                """,
                row ->
                        new Report.Refused(
                                row.getString(1),
                                discreet.of(String.valueOf(row.getString(2))),
                                row.getInt(3),
                                discreet.of(row.getString(4))),
                wanted.connection());
    }

    static Fault refused(String provider, String attempted, String found, String next) {
        return new SetupFault(
                new Fault.Account("CARAVAN-TRY", provider, attempted, found, next, null));
    }
}
