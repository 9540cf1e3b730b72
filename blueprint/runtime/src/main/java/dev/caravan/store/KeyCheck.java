package dev.caravan.store;

import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Looks before a new version of a mapping runs whether it would know the rows of the store again: a
 * sample of them goes through the mapping that ran last and through the new one, from the payloads
 * that are kept. Rows that the old one gives the identity they have and the new one another would
 * be doubled, so the new one is refused. Bounded by the sample; for one thread.
 */
final class KeyCheck {
    private static final int CONNECTIONS = 10;
    private static final int ACCOUNTS = 4;
    private static final int ROWS = 5;
    private static final int EQUALS = 50;

    private static final String SAMPLE =
            """
            select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'identity', t.identity, 'item', t.raw, 'context', jsonb_build_object(
              'connection', c.id, 'institution', coalesce(c.institution, ''), 'kind', ?::text, 'own', c.settings${about}${account}))
              order by t.id), '[]')::text
            from (select id, institution, settings from caravan.connection where provider = ? order by last_ok_at desc nulls last, id limit %d) c
            ${owner}
            cross join lateral (
              (select * from ${t} x where x.${scope} = ${of} and ${which} order by x.identity limit %d)
              union (select * from ${t} x where x.${scope} = ${of} and ${which} order by x.identity desc limit %d)) t
            """
                    .formatted(CONNECTIONS, ROWS, ROWS);

    private static final String KEYS =
            """
            with page as materialized (
              select r -> 'item' as item, nth::int as position, (r -> 'context') || jsonb_build_object('settings', ?::jsonb, 'part', ?::jsonb) as context
              from jsonb_array_elements(?::jsonb) with ordinality e(r, nth))
            select (e.r ->> 'id')::bigint, e.r ->> 'identity', m.provider_key, m.fingerprint, m.former_key, m.former_fingerprint
            from (select position, ${keys} from (${select}) mapped) m
            join jsonb_array_elements(?::jsonb) with ordinality e(r, nth) on e.nth = m.position
            """;

    private final Connection store;
    private final String provider;
    private final String settings;
    private final Collection<Store.Deployed> deployed;

    /**
     * @param settings those that mappings know, as JSON
     * @param deployed all mappings of the new version
     */
    KeyCheck(
            Connection store,
            String provider,
            String settings,
            Collection<Store.Deployed> deployed) {
        this.store = store;
        this.provider = provider;
        this.settings = settings;
        this.deployed = deployed;
    }

    /** A mapping that ran last. */
    private record Live(
            String kind, String part, String file, String version, String text, String settings) {}

    /** What a mapping makes of a row of the store. */
    private record Keyed(
            long id,
            String identity,
            String key,
            String print,
            String formerKey,
            String formerPrint) {
        boolean is(String prefix) {
            return named(prefix, key) || key == null && numbered(prefix, print);
        }

        boolean was(String prefix) {
            return named(prefix, formerKey) || numbered(prefix, formerPrint);
        }

        boolean any() {
            return key != null || print != null;
        }

        private boolean named(String prefix, String of) {
            return of != null && identity.equals(prefix + of);
        }

        private boolean numbered(String prefix, String of) {
            if (of == null || !identity.startsWith(prefix + "f:")) {
                return false;
            }
            for (int nth = 1; nth <= EQUALS; nth++) {
                if (identity.equals(prefix + "f:" + hash(of + "|" + nth))) {
                    return true;
                }
            }
            return false;
        }

        private static String hash(String of) {
            try {
                return HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(of.getBytes(StandardCharsets.UTF_8)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /**
     * Compares with what ran last.
     *
     * @throws SetupFault with file and line of the first mapping that gives rows other keys
     */
    void run() throws SQLException {
        Map<String, List<Live>> before =
                Database.query(
                                store,
                                "select kind, part, file, version, text, settings::text from"
                                        + " caravan.live_mapping where provider = ?",
                                row ->
                                        new Live(
                                                row.getString(1),
                                                row.getString(2),
                                                row.getString(3),
                                                row.getString(4),
                                                row.getString(5),
                                                row.getString(6)),
                                provider)
                        .stream()
                        .collect(Collectors.groupingBy(live -> live.kind() + "|" + live.part()));
        Map<String, List<Store.Deployed>> now =
                deployed.stream().collect(Collectors.groupingBy(KeyCheck::set));
        for (Map.Entry<String, List<Store.Deployed>> each : now.entrySet()) {
            List<Live> lives = before.getOrDefault(each.getKey(), List.of());
            if (!lives.isEmpty() && !same(lives, each.getValue())) {
                compare(lives, each.getValue());
            }
        }
    }

    private static String set(Store.Deployed each) {
        return each.table().name() + "|" + each.part().written();
    }

    private boolean same(List<Live> lives, List<Store.Deployed> now) throws SQLException {
        Set<String> old =
                lives.stream().map(l -> l.file() + l.version()).collect(Collectors.toSet());
        Set<String> wanted =
                now.stream()
                        .map(d -> d.mapping().file() + d.mapping().version())
                        .collect(Collectors.toSet());
        String known = lives.get(0).settings();
        return old.equals(wanted)
                && Database.query(
                                store,
                                "select ?::jsonb = ?::jsonb",
                                row -> row.getBoolean(1),
                                known,
                                settings)
                        .get(0);
    }

    private void compare(List<Live> lives, List<Store.Deployed> now) throws SQLException {
        Store.Deployed first = now.get(0);
        String sample = sample(first);
        String part = first.part().json();
        String prefix = first.part().prefix();
        Set<Long> known = new java.util.HashSet<>();
        for (Live live : lives) {
            Savepoint before = store.setSavepoint();
            try {
                Mapping was = Mapping.read(store, provider, live.file(), live.text(), "");
                known.addAll(
                        ids(keys(was, live.settings(), part, sample), keyed -> keyed.is(prefix)));
            } catch (SetupFault e) {
                // the store has moved on and it would not run any more: nothing to compare with
                store.rollback(before);
            }
        }
        Set<Long> good = new java.util.HashSet<>();
        Map<Long, Mapping> other = new HashMap<>();
        for (Store.Deployed each : now) {
            List<Keyed> keyed = keys(each.mapping(), settings, part, sample);
            good.addAll(ids(keyed, one -> one.is(prefix) || one.was(prefix)));
            keyed.stream()
                    .filter(Keyed::any)
                    .forEach(one -> other.putIfAbsent(one.id(), each.mapping()));
        }
        List<Long> lost =
                other.keySet().stream()
                        .filter(id -> known.contains(id) && !good.contains(id))
                        .sorted()
                        .toList();
        if (!lost.isEmpty()) {
            throw refused(other.get(lost.get(0)), first.table().name(), lost, known.size());
        }
    }

    private static Set<Long> ids(List<Keyed> keyed, Predicate<Keyed> which) {
        return keyed.stream().filter(which).map(Keyed::id).collect(Collectors.toSet());
    }

    private SetupFault refused(Mapping mapping, String kind, List<Long> lost, int of) {
        String place = mapping.place("provider_key");
        return new SetupFault(
                new Fault.Account(
                        "CARAVAN-REKEY",
                        provider,
                        mapping.file(),
                        (place.isEmpty() ? mapping.place("fingerprint") : place)
                                + "gives "
                                + lost.size()
                                + " of "
                                + of
                                + " sampled rows of "
                                + kind
                                + " another identity, "
                                + kind
                                + ":"
                                + lost.get(0)
                                + " is one: all of them would be doubled",
                        "keep the key, or yield the old one as former_key or former_fingerprint;"
                                + " what ran before runs on",
                        null));
    }

    /** Some rows of some connections, those that a mapping made and that are there. */
    private String sample(Store.Deployed of) throws SQLException {
        Table table = of.table();
        boolean owned = table.scope().equals("account_id");
        StringBuilder about = new StringBuilder();
        deployed.stream()
                .map(Store.Deployed::part)
                .filter(part -> part.asks() != null && table.columns().contains(part.column()))
                .collect(Collectors.toMap(Part::asks, Part::column, (one, two) -> one))
                .forEach(
                        (name, column) ->
                                about.append(about.isEmpty() ? "" : ", ")
                                        .append("'" + name + "', t." + column));
        String sql =
                SAMPLE.replace("${t}", "caravan." + table.name())
                        .replace(
                                "${about}",
                                about.isEmpty()
                                        ? ""
                                        : ", 'about', jsonb_build_object(" + about + ")")
                        .replace(
                                "${account}",
                                owned
                                        ? ", 'account', a.provider_account_id, 'family', a.family,"
                                                + " 'currency', a.currency"
                                        : "")
                        .replace(
                                "${owner}",
                                owned
                                        ? "cross join lateral (select * from caravan.account y"
                                              + " where y.connection_id = c.id and y.removed_at is"
                                              + " null order by y.id desc limit "
                                                + ACCOUNTS
                                                + ") a"
                                        : "")
                        .replace("${scope}", table.scope())
                        .replace("${of}", owned ? "a.id" : "c.id")
                        .replace("${which}", which(of));
        return Database.query(store, sql, row -> row.getString(1), table.name(), provider).get(0);
    }

    /** What a stub made has no digest; other parts of the kind have names of their own. */
    private String which(Store.Deployed of) {
        String prefix = of.part().prefix();
        List<String> all = new ArrayList<>(List.of("x.digest is not null"));
        if (!prefix.isEmpty()) {
            all.add(range(prefix));
        } else {
            deployed.stream()
                    .filter(each -> each.table().equals(of.table()))
                    .map(each -> each.part().prefix())
                    .filter(each -> !each.isEmpty())
                    .distinct()
                    .forEach(each -> all.add("not (" + range(each) + ")"));
        }
        return String.join(" and ", all);
    }

    private static String range(String prefix) {
        String end = prefix.substring(0, prefix.length() - 1) + ";";
        return "x.identity >= '" + prefix + "' and x.identity < '" + end + "'";
    }

    /** What a mapping calls the rows; one by one where it stumbles over one of them. */
    private List<Keyed> keys(Mapping mapping, String known, String part, String sample)
            throws SQLException {
        Savepoint before = store.setSavepoint();
        try {
            return ask(mapping, known, part, sample);
        } catch (SQLException e) {
            if (!Rejects.blamesData(String.valueOf(e.getSQLState()))) {
                throw e;
            }
            store.rollback(before);
        }
        List<Keyed> all = new ArrayList<>();
        for (String one :
                Database.query(
                        store,
                        "select jsonb_build_array(r)::text from jsonb_array_elements(?::jsonb) r",
                        row -> row.getString(1),
                        sample)) {
            try {
                all.addAll(ask(mapping, known, part, one));
            } catch (SQLException e) {
                store.rollback(before);
            }
        }
        return all;
    }

    private List<Keyed> ask(Mapping mapping, String known, String part, String sample)
            throws SQLException {
        String sql =
                KEYS.replace(
                                "${keys}",
                                List.of(
                                                "provider_key",
                                                "fingerprint",
                                                "former_key",
                                                "former_fingerprint")
                                        .stream()
                                        .map(
                                                column ->
                                                        (mapping.yields(column)
                                                                        ? column + "::text"
                                                                        : "null::text")
                                                                + " as "
                                                                + column)
                                        .collect(Collectors.joining(", ")))
                        .replace("${select}", mapping.select());
        return Database.query(
                store,
                sql,
                row ->
                        new Keyed(
                                row.getLong(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5),
                                row.getString(6)),
                known,
                part,
                sample,
                sample);
    }

    /** Writes down that they run. */
    void live() throws SQLException {
        Database.update(store, "delete from caravan.live_mapping where provider = ?", provider);
        for (Store.Deployed each : deployed) {
            Database.update(
                    store,
                    "insert into caravan.live_mapping (provider, kind, part, file, version, text,"
                        + " settings) values (?, ?, ?, ?, ?, ?, ?::jsonb) on conflict do nothing",
                    provider,
                    each.table().name(),
                    each.part().written(),
                    each.mapping().file(),
                    each.mapping().version(),
                    each.mapping().select(),
                    settings);
        }
    }
}
