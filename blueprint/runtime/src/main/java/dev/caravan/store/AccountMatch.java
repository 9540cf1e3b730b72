package dev.caravan.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds accounts again whose id at the provider changed, by the columns that {@code account.match}
 * of its {@code answers.properties} names. An account that is found keeps our id and its rows;
 * where several fit, none is touched, and both are written down. Immutable.
 */
final class AccountMatch {
    static final String TABLE = "account";

    /** Columns that agree; {@code unsure} where that does not prove that the two are one. */
    private record Way(List<String> columns, boolean unsure) {
        static Way parse(String written) {
            boolean unsure = written.startsWith("?");
            return new Way(
                    Arrays.stream(written.substring(unsure ? 1 : 0).split("\\+"))
                            .map(String::strip)
                            .toList(),
                    unsure);
        }

        String name() {
            return String.join("+", columns);
        }

        private String row(String alias) {
            return columns.stream()
                    .map(column -> alias + "." + column)
                    .collect(Collectors.joining(", ", "row(", ")"));
        }

        /** Where they are known on both sides and differ, no weaker way may overrule them. */
        String cases(int rank) {
            String fresh = row("f");
            String old = row("o");
            return " when %1$s = %2$s then %3$d when %1$s is not null and %2$s is not null then null"
                    .formatted(fresh, old, rank);
        }
    }

    private final String sql;

    private AccountMatch(String sql) {
        this.sql = sql;
    }

    /**
     * The match for a mapping, null where there is none.
     *
     * @param rule ways from the surest to the weakest with {@code |}, columns of one with {@code +}
     * @throws dev.caravan.faults.SetupFault where one names a column that accounts lack
     */
    static AccountMatch of(String provider, String rule, Mapping mapping, Table table, Part part) {
        if (rule == null || !table.name().equals(TABLE) || !mapping.yields("provider_key")) {
            return null;
        }
        List<Way> ways =
                Arrays.stream(rule.split("\\|"))
                        .map(String::strip)
                        .map(Way::parse)
                        .filter(
                                way ->
                                        way.columns().stream()
                                                .map(column -> table.column(provider, column))
                                                .allMatch(mapping::yields))
                        .toList();
        return ways.isEmpty() ? null : new AccountMatch(sql(mapping, part, ways));
    }

    private static String sql(Mapping mapping, Part part, List<Way> ways) {
        Set<String> columns = new LinkedHashSet<>();
        ways.forEach(way -> columns.addAll(way.columns()));
        StringBuilder cases = new StringBuilder();
        StringBuilder names = new StringBuilder();
        StringBuilder unsure = new StringBuilder();
        for (Way way : ways) {
            cases.append(way.cases(ways.indexOf(way) + 1));
            names.append(names.isEmpty() ? "" : ", ").append("'" + way.name() + "'");
            unsure.append(unsure.isEmpty() ? "" : ", ").append(way.unsure());
        }
        String blank =
                columns.stream()
                        .map(column -> "nullif(" + column + "::text, '') as " + column)
                        .collect(Collectors.joining(", "));
        return """
        with body as materialized (select convert_from(?, 'UTF8')::jsonb as whole),
        given as materialized (select ?::text[] as items, ?::jsonb as context, ?::uuid as connection, ?::boolean as whole,
          ?::bigint as pull),
        listed as materialized (
          select (select found from unnest(g.items) with ordinality p(path, nth)
                  cross join lateral (select b.whole #> string_to_array(path, '.') as found offset 0) f
                  where jsonb_typeof(found) in ('array', 'object') order by nth limit 1) as items
          from body b, given g),
        page as materialized (
          select e.item, e.position::int as position, (select context from given) as context
          from listed, jsonb_array_elements(case jsonb_typeof(items)
            when 'array' then items when 'object' then jsonb_build_array(items) else '[]' end)
            with ordinality e(item, position)),
        told as materialized (
          select ${prefix} || provider_key as identity, provider_account_id, family, currency, ${blank}
          from (${select}) mapped where provider_key is not null),
        known as materialized (
          select id, identity, provider_account_id, family, currency, ${blank}
          from caravan.account where connection_id = (select connection from given)),
        pair as (
          select f.identity as new_identity, f.provider_account_id as new_id, o.id, o.provider_account_id as old_id,
            case${cases} end as way
          from told f join known o on o.family = f.family and o.currency = f.currency
          where not exists (select from known k where k.identity = f.identity)
            and not exists (select from told t where t.identity = o.identity)),
        best as (
          select *, min(way) over (partition by new_identity) as of_new, min(way) over (partition by id) as of_old
          from pair where way is not null),
        found as materialized (
          select *, (select whole from given) and count(*) over (partition by new_identity) = 1
            and count(*) over (partition by id) = 1 as alone
          from best where way = of_new and way = of_old),
        taken as (
          update caravan.account a set identity = m.new_identity, provider_account_id = m.new_id, digest = null,
            changed_at = caravan.now(), changed_xid = pg_current_xact_id()
          from found m where m.alone and a.id = m.id),
        logged as (
          insert into caravan.change (connection_id, pull_id, kind, op, row_id, was)
          select g.connection, g.pull, 'account', 'update', m.id, jsonb_build_object('provider_account_id', m.old_id)
          from found m, given g where m.alone),
        walked as (
          update caravan.walk w set account = m.new_id from found m
          where m.alone and w.connection_id = (select connection from given) and w.account = m.old_id)
        insert into caravan.account_match (connection_id, account_id, old_provider_account_id, new_provider_account_id, matched_by, outcome)
        select (select connection from given), id, old_id, new_id, (array[${names}])[way],
          case when not alone then 'ambiguous' when (array[${unsure}])[way] then 'unsure' else 'merged' end
        from found
        """
                .replace("${prefix}", part.identityPrefix())
                .replace("${blank}", blank)
                .replace("${cases}", cases)
                .replace("${names}", names)
                .replace("${unsure}", unsure)
                .replace("${select}", mapping.select());
    }

    /**
     * Gives accounts of a page that come back under other ids what was theirs.
     *
     * @param whole whether the page is all there is; else nothing is merged, only written down
     */
    void find(
            Connection store,
            byte[] body,
            String[] items,
            String context,
            Object connection,
            boolean whole,
            long pull)
            throws SQLException {
        try (PreparedStatement statement = store.prepareStatement(sql)) {
            statement.setBytes(1, body);
            statement.setArray(2, store.createArrayOf("text", items));
            statement.setString(3, context);
            statement.setObject(4, connection);
            statement.setBoolean(5, whole);
            statement.setLong(6, pull);
            statement.executeUpdate();
        }
    }

    /** Makes the server parse and check the statement, without running it. */
    void prepare(Connection store) throws SQLException {
        try (PreparedStatement statement = store.prepareStatement(sql)) {
            statement.getParameterMetaData();
        }
    }
}
