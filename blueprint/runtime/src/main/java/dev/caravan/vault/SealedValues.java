package dev.caravan.vault;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.caravan.faults.SetupFault;
import dev.caravan.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Everything in the store that is sealed: the columns whose names end in {@code _sealed}, found in
 * the catalog, so that none is forgotten. Safe for any number of threads and nodes.
 */
final class SealedValues {
    private static final int BATCH = 200;
    private static final String ONE_AT_A_TIME =
            "select pg_try_advisory_xact_lock(hashtext('caravan.vault'), 1)";

    private final Database database;
    private final Sealer sealer;

    SealedValues(Database database, Sealer sealer) {
        this.database = database;
        this.sealer = sealer;
    }

    /**
     * A table with sealed columns.
     *
     * @param key the columns of its primary key, with their types
     */
    private record Place(String table, List<String> key, List<String> types, List<String> columns) {
        String keys() {
            return String.join(", ", key);
        }

        /** One question mark of its type for each column of the key. */
        String marks() {
            return types.stream().map(type -> "?::" + type).collect(Collectors.joining(", "));
        }

        String stale(String header) {
            return columns.stream()
                    .map(column -> column + " not like '" + header + "%'")
                    .collect(Collectors.joining(" or ", "(", ")"));
        }
    }

    private static List<Place> places(Connection store) throws SQLException {
        return Database.query(
                store,
                """
                select c.relname, (select string_agg(k.attname, ' ' order by array_position(i.indkey::int[], k.attnum::int))
                    from pg_attribute k where k.attrelid = c.oid and k.attnum = any (i.indkey)),
                  (select string_agg(format_type(k.atttypid, null), ' ' order by array_position(i.indkey::int[], k.attnum::int))
                    from pg_attribute k where k.attrelid = c.oid and k.attnum = any (i.indkey)),
                  string_agg(a.attname, ' ' order by a.attnum)
                from pg_class c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped and right(a.attname, 7) = '_sealed'
                join pg_index i on i.indrelid = c.oid and i.indisprimary
                where c.relnamespace = 'caravan'::regnamespace and c.relkind = 'r'
                group by c.oid, c.relname, i.indkey order by c.relname
                """,
                row ->
                        new Place(
                                "caravan." + row.getString(1),
                                words(row.getString(2)),
                                words(row.getString(3)),
                                words(row.getString(4))));
    }

    private static List<String> words(String text) {
        return Arrays.asList(text.split(" "));
    }

    /** How many values each key seals, by its id. */
    Map<String, Long> counted() {
        return database.inTransaction(
                store -> {
                    Map<String, Long> counted = new TreeMap<>();
                    for (Place place : places(store)) {
                        for (String column : place.columns()) {
                            Database.query(
                                    store,
                                    "select split_part(%1$s, '.', 1), count(*) from %2$s where %1$s is not null group by 1"
                                            .formatted(column, place.table()),
                                    row ->
                                            counted.merge(
                                                    id(row.getString(1)),
                                                    row.getLong(2),
                                                    Long::sum));
                        }
                    }
                    return counted;
                });
    }

    private static String id(String header) {
        try {
            return String.valueOf(
                    JSONObjectUtils.parse(new Base64URL(header).decodeToString()).get("kid"));
        } catch (ParseException e) {
            return "?";
        }
    }

    /**
     * Seals anew under the current key what another one sealed, in small transactions, each whole
     * or not at all. Rows that somebody holds are left for the next time.
     *
     * @return whether it came to the end, and was not in another node's way
     */
    boolean walk() {
        List<Place> places = database.inTransaction(SealedValues::places);
        for (Place place : places) {
            List<String> last = null;
            do {
                List<String> from = last;
                List<List<String>> rows =
                        database.inTransaction(store -> batch(store, place, from));
                if (rows == null) {
                    return false;
                }
                last = rows.size() < BATCH ? null : rows.get(rows.size() - 1);
            } while (last != null && !Thread.currentThread().isInterrupted());
        }
        return true;
    }

    /** The keys of the rows that were looked at; null where another node is at it. */
    private List<List<String>> batch(Connection store, Place place, List<String> last)
            throws SQLException {
        if (!Database.query(store, ONE_AT_A_TIME, row -> row.getBoolean(1)).get(0)) {
            return null;
        }
        int keys = place.key().size();
        List<List<String>> rows =
                Database.query(
                        store,
                        "select %s, %s from %s where %s and %s order by %s limit %d for update skip locked"
                                .formatted(
                                        place.keys(),
                                        String.join(", ", place.columns()),
                                        place.table(),
                                        place.stale(sealer.header()),
                                        last == null
                                                ? "true"
                                                : "("
                                                        + place.keys()
                                                        + ") > ("
                                                        + place.marks()
                                                        + ")",
                                        place.keys(),
                                        BATCH),
                        row -> {
                            List<String> values = new ArrayList<>();
                            for (int i = 1; i <= keys + place.columns().size(); i++) {
                                values.add(row.getString(i));
                            }
                            return values;
                        },
                        last == null ? new Object[0] : last.toArray());
        for (List<String> row : rows) {
            renew(store, place, row.subList(0, keys), row.subList(keys, row.size()));
        }
        return rows.stream().map(row -> row.subList(0, keys)).toList();
    }

    private void renew(Connection store, Place place, List<String> key, List<String> sealed)
            throws SQLException {
        List<Object> values = new ArrayList<>();
        try {
            for (String value : sealed) {
                values.add(value == null ? null : sealer.seal(sealer.open(value)));
            }
        } catch (SetupFault e) {
            // a key that is missing here: the value stays as it is and is counted as what it is
            return;
        }
        values.addAll(key);
        Database.update(
                store,
                "update %s set %s where (%s) = (%s)"
                        .formatted(
                                place.table(),
                                place.columns().stream()
                                        .map(column -> column + " = ?")
                                        .collect(Collectors.joining(", ")),
                                place.keys(),
                                place.marks()),
                values.toArray());
    }
}
