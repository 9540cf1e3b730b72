package dev.caravan.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.postgresql.util.PSQLException;

/**
 * Derives rows of one table from their payloads twice, by the mapping that made them and by the one
 * of today, and writes what differs. A column that the payload does not give again as it is stored
 * is never touched. Immutable.
 */
final class Derivation {
    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true));

    /** Each row is a page of its own, as wide as its payload: a mapping may look at all of it. */
    private static final String LOOK =
            """
            with asked as materialized (select ?::bigint[] as ids, ?::jsonb as settings),
            kept as materialized (
              select t.id, t.identity, t.digest, t.changed_xid, t.derivation_id, t.kept_whole, to_jsonb(t) as stored, c.id as connection,
                r.seed, r.part_value, r.context || jsonb_build_object('now', coalesce(t.told_at, t.changed_at)) as then_knew,
                r.context || jsonb_build_object('own', c.settings, 'settings', a.settings) as knows, ${items} as items,
                coalesce(t.told_at, t.changed_at) as told
              from asked a, caravan.${kind} t join caravan.derivation r on r.id = t.derivation_id
                join caravan.connection c on c.id = r.connection_id
              where t.id = any (a.ids) and t.removed_at is null and t.digest is not null)
            select k.id, case when o.is_there is null then 'LOST' when n.is_there is null then 'DROPPED'
                when not n.is_same or ${leaves} then 'REKEYED' else 'SAME' end as fate,
              d.changes::text, d.was::text, d.stuck::text, ${violated} as violated,
              jsonb_build_object('id', k.id, 'xid', k.changed_xid::text, 'digest', k.digest, 'connection', k.connection,
                'value', k.part_value, 'knows', k.knows,
                'next', case when k.kept_whole and d.stuck = '[]' then n.digest else k.digest end)::text as write
            from kept k
            left join lateral (
              with page as (
                select e.item, e.position::int as position, k.then_knew as context from jsonb_array_elements(k.items) with ordinality e(item, position))
              select true as is_there, x.* from (select count(*) over () as many, ${then} from (${thenSelect}) m) x
              where x.many = 1 or x.identity = k.identity order by x.identity = k.identity desc nulls last, x.nth desc limit 1) o on true
            left join lateral (
              with page as (
                select e.item, e.position::int as position, k.knows || jsonb_build_object('now', k.told) as context
                from jsonb_array_elements(k.items) with ordinality e(item, position))
              select true as is_there, x.*, (x.key, x.named, x.account_key) is not distinct from (o.key, o.named, o.account_key) as is_same
              from (select ${now} from (${nowSelect}) m) x
              order by (x.key, x.named, x.account_key) is not distinct from (o.key, o.named, o.account_key) desc, x.nth desc limit 1) n on true
            cross join lateral (
              select coalesce(jsonb_agg(f.key order by f.key), '[]') as stuck from jsonb_each(o.made) f
              where f.value is distinct from k.stored -> f.key) s
            cross join lateral (
              select s.stuck, coalesce(jsonb_object_agg(f.key, f.value) filter (where f.key is not null), '{}') as changes,
                coalesce(jsonb_object_agg(f.key, k.stored -> f.key) filter (where f.key is not null), '{}') as was
              from (select 1) one left join jsonb_each(n.made) f on f.value is distinct from k.stored -> f.key
                and not jsonb_exists(s.stuck, f.key)) d
            left join lateral jsonb_populate_record(null::caravan.${kind}, k.stored || d.changes) v on true
            order by k.id
            """;

    private static final String WRITE =
            """
            with given as materialized (select caravan.now() as at),
            todo as materialized (
              select (e ->> 'id')::bigint as id, (e ->> 'xid')::xid8 as xid, (e ->> 'digest')::bigint as digest, (e ->> 'next')::bigint as next,
                (e ->> 'connection')::uuid as connection, e -> 'changes' as changes, e -> 'was' as was,
                caravan.derivation_of((e ->> 'connection')::uuid, '${kind}', '${file}', '${version}', ${seed}, '${part}', e ->> 'value', e -> 'knows') as derivation
              from jsonb_array_elements(?::jsonb) e),
            written as (
              update caravan.${kind} t set (${columns}) = (select ${values} from jsonb_populate_record(t, d.changes) v),
                digest = d.next, derivation_id = d.derivation,
                told_at = case when d.changes = '{}' then t.told_at else coalesce(t.told_at, t.changed_at) end,
                changed_at = case when d.changes = '{}' then t.changed_at else (select at from given) end,
                changed_xid = case when d.changes = '{}' then t.changed_xid else pg_current_xact_id() end
              from todo d
              where t.id = d.id and t.removed_at is null and t.digest = d.digest and t.changed_xid = d.xid
                and (d.changes <> '{}' or (t.digest, t.derivation_id) is distinct from (d.next, d.derivation))
              returning t.id),
            logged as (
              insert into caravan.change (connection_id, kind, op, row_id, was)
              select d.connection, '${kind}', 'update', d.id, d.was from written w join todo d using (id) where d.changes <> '{}')
            select (select count(*) from todo d join written w using (id) where d.changes <> '{}') as changed,
              (select count(*) from todo d where d.changes <> '{}' and not exists (select from written w where w.id = d.id)) as newer
            """;

    private final String look;
    private final String write;

    private Derivation(String look, String write) {
        this.look = look;
        this.write = write;
    }

    /** Rows that were written, and rows that something newer was written over meanwhile. */
    record Written(int changed, int newer) {}

    static Derivation of(Connection store, Table table, Mapping then, Mapping now)
            throws SQLException {
        return of(store, table, new Part(null, null), then, now);
    }

    static Derivation of(Connection store, Table table, Part part, Mapping then, Mapping now)
            throws SQLException {
        Map<String, String> types = types(store, table);
        String look =
                LOOK.replace("${items}", items(now))
                        .replace("${leaves}", leaves(part))
                        .replace("${violated}", violated(store, table))
                        .replace("${then}", yielded(then, part, types, "k.seed"))
                        .replace("${now}", yielded(now, part, types, String.valueOf(now.seed())))
                        .replace("${thenSelect}", then.selectAsOf())
                        .replace("${nowSelect}", now.selectAsOf())
                        .replace("${kind}", table.name());
        String columns = String.join(", ", now.canonical());
        String write =
                WRITE.replace("${columns}", columns)
                        .replace(
                                "${values}",
                                now.canonical().stream()
                                        .map("v."::concat)
                                        .collect(Collectors.joining(", ")))
                        .replace("${kind}", table.name())
                        .replace("${file}", now.file().replace("'", "''"))
                        .replace("${version}", now.version())
                        .replace("${seed}", String.valueOf(now.seed()))
                        .replace("${part}", part.written());
        return new Derivation(look, write);
    }

    private static String items(Mapping mapping) {
        return mapping.again() == null
                ? "case jsonb_typeof(t.raw) when 'array' then t.raw else jsonb_build_array(t.raw)"
                        + " end"
                : "(select jsonb_build_array(%s) from (select t.*) self)"
                        .formatted(mapping.again());
    }

    /** What is fixed by the part of a row is no matter of its mapping. */
    private static String leaves(Part part) {
        return part.column() == null || part.each() || part.value().startsWith("{")
                ? "false"
                : "coalesce(jsonb_exists(d.changes, '" + part.column() + "'), false)";
    }

    private static String yielded(
            Mapping mapping, Part part, Map<String, String> types, String seed) {
        String key = "coalesce(m.provider_key::text, m.fingerprint::text)";
        String named = "m.provider_key is not null";
        if (!mapping.yields("fingerprint")) {
            key = "m.provider_key::text";
        } else if (!mapping.yields("provider_key")) {
            key = "m.fingerprint::text";
            named = "false";
        }
        return """
        %1$s as key, %2$s as named, case when %2$s then %3$s || (%1$s) end as identity, %4$s as account_key,
        jsonb_hash_extended(m.%5$s, %6$s) as digest, (select to_jsonb(c) from (select %7$s) c) as made,
        row_number() over () as nth\
        """
                .formatted(
                        key,
                        named,
                        part.identityPrefix(),
                        mapping.yields("account_key") ? "m.account_key::text" : "null::text",
                        mapping.yields("content") ? "content" : "raw",
                        seed,
                        mapping.canonical().stream()
                                .map(
                                        column ->
                                                "m.%1$s::%2$s as %1$s"
                                                        .formatted(column, types.get(column)))
                                .collect(Collectors.joining(", ")));
    }

    private static Map<String, String> types(Connection store, Table table) throws SQLException {
        Map<String, String> types = new TreeMap<>();
        Database.query(
                        store,
                        "select attname, format_type(atttypid, atttypmod) from pg_attribute where"
                                + " attrelid = to_regclass(?) and attnum > 0 and not attisdropped",
                        row -> Map.entry(row.getString(1), row.getString(2)),
                        "caravan." + table.name())
                .forEach(each -> types.put(each.getKey(), each.getValue()));
        return types;
    }

    /** SQL that names the first truth of the table which row v would break. */
    private static String violated(Connection store, Table table) throws SQLException {
        return Database.query(
                        store,
                        """
                        select format('when not %s then %L', substr(pg_get_constraintdef(oid), 7), replace(conname, '_', ' '))
                        from pg_constraint where conrelid = to_regclass($1) and contype = 'c'
                        union all
                        select format('when %I is null then %L', attname, attname || ' is not told') from pg_attribute
                        where attrelid = to_regclass($1) and attnum > 0 and attnotnull and not attisdropped
                        """
                                .replace("$1", "'caravan." + table.name() + "'"),
                        row -> row.getString(1))
                .stream()
                .collect(
                        Collectors.joining(
                                " ", "(select case ", " end from (select v.*) checked)"));
    }

    /** Derives rows; fails as the store fails where a record does not fit. */
    List<Derived> look(Connection store, List<Long> ids, String settings) throws SQLException {
        return Database.query(
                store,
                look,
                row ->
                        new Derived(
                                row.getLong("id"),
                                Derived.Fate.valueOf(
                                        row.getString("fate").toUpperCase(Locale.ROOT)),
                                row.getString("violated") == null
                                        ? null
                                        : "violates: " + row.getString("violated"),
                                parsed(row.getString("changes")),
                                parsed(row.getString("was")),
                                parsed(row.getString("stuck")),
                                parsed(row.getString("write"))),
                store.createArrayOf("bigint", ids.toArray()),
                settings);
    }

    /** Writes rows as they were derived, but none that was written since. */
    Written write(Connection store, List<Derived> rows) throws SQLException {
        var todo = JSON.createArrayNode();
        for (Derived row : rows) {
            ObjectNode each = row.write().deepCopy();
            each.set("changes", row.changes());
            each.set("was", row.was());
            todo.add(each);
        }
        return Database.query(
                        store,
                        write,
                        row -> new Written(row.getInt("changed"), row.getInt("newer")),
                        todo.toString())
                .get(0);
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("PostgreSQL writes JSON", e);
        }
    }

    /** Has the line that makes an item again checked. */
    void prepare(Connection store, String provider, Mapping mapping) throws SQLException {
        try (var statement = store.prepareStatement(look)) {
            statement.getMetaData();
        } catch (PSQLException e) {
            throw Mapping.refused(
                    provider,
                    mapping.file(),
                    "has a line again that does not fit: " + Rejects.reason(e));
        }
    }
}
