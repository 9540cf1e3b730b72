package dev.caravan.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes {@code sources.yml} of the example dbt project from the comments and the constraints of
 * the store, so that dbt describes and tests what is really promised. Not thread-safe.
 */
final class DbtSources {
    private static final String HEAD =
            """
            # The views of schema ledger as a dbt source, with what the store itself says of them. Written by SchemaTest
            # (-Dgolden.write=true) from comments and constraints, never by hand: a test compares it with the store.
            version: 2

            sources:
              - name: ledger
                schema: ledger
                description: "Financial records of many providers, carried by Caravan. docs/reading-the-store.md"
                tables:
            """;

    /**
     * How old the newest row of a view may be: column, warning, error; others may rest for long.
     */
    private static final Map<String, String[]> FRESH =
            Map.of(
                    "heartbeat", new String[] {"at", "2 minute", "10 minute", ""},
                    "pull_run",
                            new String[] {"ended_at", "12 hour", "24 hour", "outcome = 'complete'"},
                    "transaction", new String[] {"changed_at", "2 day", "7 day", ""},
                    "balance", new String[] {"changed_at", "2 day", "7 day", ""});

    /**
     * Where the column of a view comes from: the server keeps the origin of each column in the
     * view's parse tree. One that a left join brings may be null, whatever its table says.
     */
    private static final String COLUMNS =
            """
            with origin as (
              select v.oid as view, m[1]::int as nth, m[3]::oid as tab, m[4]::int as col
              from pg_class v join pg_rewrite r on r.ev_class = v.oid
              cross join lateral regexp_matches(r.ev_action::text,
                ':resno (\\d+) :resname (\\w+) :ressortgroupref \\d+ :resorigtbl (\\d+) :resorigcol (\\d+) :resjunk false', 'g') m
              join pg_attribute a on a.attrelid = v.oid and a.attnum = m[1]::int and a.attname = m[2]
              where v.relnamespace = 'ledger'::regnamespace and m[3] <> '0'
              group by 1, 2, 3, 4),
            known as (
              select v.relname::text as view, a.attname::text as name, a.attnum as nth, col_description(v.oid, a.attnum) as says,
                obj_description(v.oid) as view_says, t.oid as tab, t.relname::text as tab_name, b.attnum as col, b.attname::text as col_name,
                b.attnotnull and (t.relname in (v.relname, 'account', 'connection') or pg_get_viewdef(v.oid) !~* 'left join')
                  and (b.attname = a.attname or b.attname = 'id') as filled,
                b.attname = 'id' and (t.relname = v.relname or t.relname not in ('account', 'connection')) as own,
                row_number() over (partition by v.oid, t.oid, b.attname order by a.attnum) as copy,
                count(*) over (partition by v.oid, a.attnum) as origins
              from pg_class v join pg_attribute a on a.attrelid = v.oid and a.attnum > 0
              left join origin o on o.view = v.oid and o.nth = a.attnum
              left join pg_class t on t.oid = o.tab and t.relnamespace = 'caravan'::regnamespace
              left join pg_attribute b on b.attrelid = t.oid and b.attnum = o.col
              where v.relnamespace = 'ledger'::regnamespace and v.relkind = 'v')
            select view, view_says, name, says,
              coalesce(origins = 1 and copy = 1 and filled, false) as not_null,
              coalesce(origins = 1 and copy = 1 and own and filled, false) as is_key,
              case when origins = 1 and copy = 1 and view <> tab_name and tab_name in ('account', 'connection') and col_name = 'id'
                then tab_name
                else (select g.relname::text from pg_constraint f join pg_class g on g.oid = f.confrelid
                  where origins = 1 and f.conrelid = tab and f.contype = 'f' and f.conkey = array[col] and view = tab_name
                    and g.relname in ('account', 'connection', 'payment') and g.relname || '_id' = name) end as refers,
              coalesce((select array_agg(word[1] order by nth) from pg_constraint c,
                 regexp_matches(pg_get_constraintdef(c.oid), '''([^'']+)''::text', 'g') with ordinality w(word, nth)
               where origins = 1 and c.conrelid = tab and c.contype = 'c' and c.conkey = array[col]
                 and pg_get_constraintdef(c.oid) ~ ('^CHECK \\(\\(' || col_name || ' = ANY')),
                -- a column that a view works out lists its words in its comment
                string_to_array(substring(says from 'One of: ([a-z_, ]+)\\.'), ', ')) as words
            from known order by view collate "C", known.nth
            """;

    private final Database database;

    DbtSources(Database database) {
        this.database = database;
    }

    private record Column(
            String view,
            String viewSays,
            String name,
            String says,
            boolean filled,
            boolean key,
            String refers,
            List<String> words) {}

    String written() {
        StringBuilder yaml = new StringBuilder(HEAD);
        String view = "";
        for (Column column : columns()) {
            if (!column.view().equals(view)) {
                view = column.view();
                table(yaml, column);
            }
            column(yaml, column);
        }
        return yaml.toString();
    }

    private List<Column> columns() {
        return database.query(
                COLUMNS,
                row ->
                        new Column(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getBoolean(5),
                                row.getBoolean(6),
                                row.getString(7),
                                row.getArray(8) == null
                                        ? List.of()
                                        : List.of((String[]) row.getArray(8).getArray())));
    }

    private static void table(StringBuilder yaml, Column column) {
        yaml.append("      - name: ").append(column.view()).append('\n');
        yaml.append("        description: ").append(quoted(column.viewSays())).append('\n');
        String[] fresh = FRESH.get(column.view());
        if (fresh != null) {
            yaml.append("        config:\n          loaded_at_field: ").append(fresh[0]);
            yaml.append("\n          freshness:\n");
            yaml.append("            warn_after: ").append(age(fresh[1]));
            yaml.append("            error_after: ").append(age(fresh[2]));
            if (!fresh[3].isEmpty()) {
                yaml.append("            filter: ").append(quoted(fresh[3])).append('\n');
            }
        }
        yaml.append("        columns:\n");
    }

    private static String age(String words) {
        String[] age = words.split(" ");
        return "{count: " + age[0] + ", period: " + age[1] + "}\n";
    }

    private static void column(StringBuilder yaml, Column column) {
        yaml.append("          - name: ").append(column.name()).append('\n');
        yaml.append("            description: ").append(quoted(column.says())).append('\n');
        List<String> tests = new ArrayList<>();
        if (column.filled()) {
            tests.add("not_null\n");
        }
        if (column.key()) {
            tests.add("unique\n");
        }
        if (!column.words().isEmpty()) {
            tests.add(
                    "accepted_values:\n                  arguments:\n                    values: ["
                            + column.words().stream()
                                    .map(DbtSources::quoted)
                                    .collect(Collectors.joining(", "))
                            + "]\n");
        }
        if (column.refers() != null) {
            String to = column.refers();
            tests.add(
                    "relationships:\n"
                            + "                  arguments:\n"
                            + "                    to: source('ledger', '"
                            + to
                            + "')\n                    field: "
                            + to
                            + "_id\n");
        }
        if (!tests.isEmpty()) {
            yaml.append("            data_tests:\n");
            tests.forEach(test -> yaml.append("              - ").append(test));
        }
    }

    private static String quoted(String text) {
        return '"' + text.replaceAll("\\s+", " ").replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
