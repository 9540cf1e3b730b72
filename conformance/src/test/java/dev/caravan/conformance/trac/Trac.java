package dev.caravan.conformance.trac;

import dev.caravan.conformance.House;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.trac.AppKeys;
import dev.caravan.sandbox.trac.TracSettings;
import dev.caravan.sandbox.trac.TracTwin;
import dev.caravan.sandbox.trac.Transaction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;

/** Trac as shipped, against its twin, with one installation connected. Not thread-safe. */
final class Trac implements AutoCloseable {
    private static final java.time.format.DateTimeFormatter MILLIS =
            java.time.format.DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS")
                    .withZone(java.time.ZoneOffset.UTC);
    private static final AppKeys KEYS = AppKeys.generate(2048);
    private static final AppKeys NEXT = AppKeys.generate(2048);

    final House house;
    final TracTwin twin;
    final String installation;
    final UUID connection;

    private Trac(TracSettings manners, Map<String, String> changed) {
        Map<String, String> settings = new HashMap<>(Map.of("sign.app.claim.iss", "caravan"));
        settings.putAll(changed);
        house = House.of("trac", settings);
        twin =
                TracTwin.start(
                        manners.currentKey(KEYS.publicPem()).nextKey(NEXT.publicPem()),
                        house.clock);
        house.set("api.url", twin.api().toString())
                .set("sign.app.claim.aud", twin.audience())
                .secret("trac.key", KEYS.privatePem())
                .secret("trac.key.next", NEXT.privatePem());
        changed.forEach(house::set);
        house.start();
        installation = twin.installations().get(0).id();
        connection = house.connection(Map.of("installation", installation));
    }

    static TracSettings small() {
        return TracSettings.defaults().schools(2).transactions(60).members(8);
    }

    static Trac of(TracSettings manners, Map<String, String> changed) {
        return new Trac(manners, changed);
    }

    static Trac of(TracSettings manners) {
        return of(manners, Map.of());
    }

    void pull() {
        house.pull(connection);
    }

    /** What the store holds of the installation's transactions, a line each, sorted. */
    List<String> booked() {
        return house.texts(
                "select provider_transaction_id || ' ' || a.provider_account_id || ' ' || (amount *"
                    + " 100)::bigint || ' ' || to_char(booked_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS')"
                    + " || ' ' || category from ledger.transaction t join ledger.account a using"
                    + " (account_id) where t.connection_id = '"
                        + connection
                        + "' and t.removed_at is null order by 1");
    }

    /** The same as the twin knows it. */
    List<String> truth() {
        return twin.truth().of(installation).transactions().stream()
                .map(Trac::line)
                .sorted()
                .toList();
    }

    private static String line(Transaction row) {
        return row.id()
                + " "
                + row.accountId()
                + " "
                + row.amountMinor()
                + " "
                + MILLIS.format(row.createdAt())
                + " "
                + (row.category());
    }

    TreeSet<String> ids(String table, String column) {
        return new TreeSet<>(
                house.texts(
                        "select "
                                + column
                                + " from ledger."
                                + table
                                + " where connection_id = '"
                                + connection
                                + "' and removed_at is null"));
    }

    List<Exchange> asked(String endpoint) {
        return twin.journal().on(endpoint);
    }

    @Override
    public void close() {
        house.close();
        twin.close();
    }
}
