package dev.caravan.vault;

import dev.caravan.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the nodes tell each other of the vault's keys: their ids, which one seals and who has which;
 * never a key. A node that has not been heard of for two minutes is gone. Immutable.
 */
final class KeyBoard {
    private static final String ALIVE = "seen_at > caravan.now() - interval '2 minutes'";
    private static final String LOCKED =
            "select pg_advisory_xact_lock(hashtext('caravan.vault'), 0)";

    private final String node;

    KeyBoard(String node) {
        this.node = node;
    }

    /**
     * The keys by what they are.
     *
     * @param handed not used for sealing yet
     * @param replaced not used for sealing any more
     * @param retired to be taken out of the files
     */
    record Keys(String current, List<String> handed, List<String> replaced, List<String> retired) {}

    private record Key(String id, boolean used, boolean replaced, boolean retired) {}

    /** Tells which keys are here; the very first of a store is the one that seals. */
    Keys told(Connection store, Collection<String> ids, String seals) throws SQLException {
        Database.query(store, LOCKED, row -> 0);
        for (String id : ids) {
            Database.update(
                    store,
                    "insert into caravan.vault_key (kid) values (?) on conflict do nothing",
                    id);
        }
        Database.update(
                store,
                "update caravan.vault_key set current_at = caravan.now() where kid = ? and not"
                        + " exists (select from caravan.vault_key where current_at is not null)",
                seals);
        Database.update(
                store,
                """
                insert into caravan.vault_node (node, kids, seals_under, seen_at) values (?, ?, ?, caravan.now())
                on conflict (node) do update set kids = excluded.kids, seals_under = excluded.seals_under, seen_at = excluded.seen_at
                """,
                node,
                store.createArrayOf("text", ids.toArray()),
                seals);
        Database.update(
                store,
                "delete from caravan.vault_node where seen_at < caravan.now() - interval '1 day'");
        return keys(store);
    }

    private static Keys keys(Connection store) throws SQLException {
        List<Key> all =
                Database.query(
                        store,
                        "select kid, current_at is not null, replaced_at is not null, retired_at is"
                                + " not null from caravan.vault_key order by known_at, kid",
                        row ->
                                new Key(
                                        row.getString(1),
                                        row.getBoolean(2),
                                        row.getBoolean(3),
                                        row.getBoolean(4)));
        return new Keys(
                ids(all, key -> key.used() && !key.replaced()).get(0),
                ids(all, key -> !key.used() && !key.retired()),
                ids(all, key -> key.replaced() && !key.retired()),
                ids(all, Key::retired));
    }

    private static List<String> ids(List<Key> keys, Predicate<Key> which) {
        return keys.stream().filter(which).map(Key::id).toList();
    }

    /** Running nodes without a key; also such that work and never told of theirs. */
    List<String> lacking(Connection store, String id) throws SQLException {
        return Database.query(
                store,
                """
                select node from caravan.vault_node where %1$s and not ? = any (kids)
                union
                select distinct lease_owner from caravan.connection where lease_owner is not null and lease_until > caravan.now()
                  and not exists (select from caravan.vault_node n where n.node = lease_owner and n.%1$s)
                order by 1
                """
                        .formatted(ALIVE),
                row -> row.getString(1),
                id);
    }

    List<String> sealingOtherwise(Connection store, String id) throws SQLException {
        return Database.query(
                store,
                "select node from caravan.vault_node where "
                        + ALIVE
                        + " and seals_under <> ? order by 1",
                row -> row.getString(1),
                id);
    }

    /** This key seals from now on. */
    int promote(Connection store, String id) throws SQLException {
        Database.query(store, LOCKED, row -> 0);
        Database.update(
                store,
                "update caravan.vault_key set replaced_at = caravan.now() where current_at is not"
                        + " null and replaced_at is null and kid <> ?",
                id);
        return Database.update(
                store,
                "update caravan.vault_key set current_at = caravan.now(), replaced_at = null where"
                        + " kid = ? and current_at is null",
                id);
    }

    int retire(Connection store) throws SQLException {
        return Database.update(
                store,
                "update caravan.vault_key set retired_at = caravan.now() where replaced_at is not"
                        + " null and retired_at is null");
    }

    int gone(Connection store) throws SQLException {
        return Database.update(store, "delete from caravan.vault_node where node = ?", node);
    }

    /** How a row is made. */
    @FunctionalInterface
    interface Row<T> {
        T of(String id, String is, String since, String nodes);
    }

    <T> List<T> shown(Connection store, Row<T> made) throws SQLException {
        return Database.query(
                store,
                """
                select kid, case when retired_at is not null then 'retired' when replaced_at is not null then 'replaced'
                    when current_at is not null then 'current' else 'handed out' end,
                  date_trunc('second', coalesce(retired_at, replaced_at, current_at, known_at))::text,
                  (select string_agg(n.node, ' ' order by n.node) from caravan.vault_node n where n.%s and k.kid = any (n.kids))
                from caravan.vault_key k order by known_at desc, kid
                """
                        .formatted(ALIVE),
                row ->
                        made.of(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4)));
    }
}
