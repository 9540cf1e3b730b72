package dev.caravan.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What readers of schema {@code ledger} build on: the views and functions with their columns in
 * order, under the major version of the promise. Tells a break of it from an addition. Immutable.
 */
record PromisedShape(int version, Map<String, List<String>> columns) {
    private static final String HEAD =
            """
            # What readers of schema ledger may build on: every view and function, its columns in their order with their types.
            # Inside a major version columns, views and functions are only added, columns at the end. A test compares this file
            # with the store; `select version from ledger.promise` is the number below.
            """;

    static PromisedShape parse(String text) {
        int version = 0;
        Map<String, List<String>> columns = new LinkedHashMap<>();
        List<String> own = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (line.startsWith("promise ")) {
                version = Integer.parseInt(line.substring("promise ".length()));
            } else if (line.startsWith("  ")) {
                own.add(line.strip());
            } else if (line.startsWith("ledger.")) {
                own = new ArrayList<>();
                columns.put(line, own);
            }
        }
        return new PromisedShape(version, columns);
    }

    static PromisedShape of(Database database) {
        int version =
                database.first("select version from ledger.promise", row -> row.getInt(1))
                        .orElseThrow();
        String shape =
                String.join(
                        "\n",
                        database.query(
                                """
                                select name || string_agg(E'\\n  ' || line, '' order by nth) from (
                                  select 'ledger.' || c.relname as name, a.attnum as nth,
                                    a.attname || ' ' || format_type(a.atttypid, a.atttypmod) as line
                                  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
                                  where c.relnamespace = 'ledger'::regnamespace and c.relkind = 'v'
                                  union all
                                  select 'ledger.' || p.proname || '(' || pg_get_function_arguments(p.oid) || ')', r.nth, r.line
                                  from pg_proc p cross join lateral (
                                    select 1 as nth, 'result ' || format_type(p.prorettype, null) as line where not p.proretset
                                    union all
                                    select nth, p.proargnames[nth] || ' ' || format_type(p.proallargtypes[nth], null)
                                    from generate_subscripts(p.proargmodes, 1) nth where p.proargmodes[nth] = 't') r
                                  where p.pronamespace = 'ledger'::regnamespace) known
                                group by name order by name collate "C"
                                """,
                                row -> row.getString(1)));
        return parse("promise " + version + "\n" + shape);
    }

    /** As the file says it. */
    String written() {
        return HEAD
                + "promise "
                + version
                + "\n"
                + columns.entrySet().stream()
                        .map(
                                view ->
                                        "\n"
                                                + view.getKey()
                                                + "\n  "
                                                + String.join("\n  ", view.getValue())
                                                + "\n")
                        .collect(Collectors.joining());
    }

    /** What a reader of this promise would trip over in a store; none where its version is new. */
    List<String> brokenBy(PromisedShape store) {
        List<String> broken = new ArrayList<>();
        if (store.version < version) {
            broken.add("the version of the promise went back to " + store.version);
        }
        if (store.version <= version) {
            columns.forEach(
                    (view, promised) -> {
                        List<String> found = store.columns.get(view);
                        if (found == null) {
                            broken.add(view + " is gone");
                        } else {
                            broken.addAll(broken(view, promised, found));
                        }
                    });
        }
        return broken.stream().map(what -> what + next()).toList();
    }

    private String next() {
        return ": readers of promise "
                + version
                + " break. Leave it as it was and add beside it, at the end, or set"
                + " caravan.promise.version to "
                + (version + 1)
                + " in the migration, write this file anew and tell readers in CHANGELOG.md";
    }

    private static List<String> broken(String view, List<String> promised, List<String> found) {
        List<String> broken = new ArrayList<>();
        Map<String, String> types = types(found);
        for (String column : promised) {
            String name = name(column);
            if (!types.containsKey(name)) {
                broken.add(view + ": column " + name + " was removed or renamed");
            } else if (!types.get(name).equals(column)) {
                broken.add(view + ": column " + column + " was retyped, found " + types.get(name));
            }
        }
        List<String> before = names(promised);
        before.retainAll(types.keySet());
        List<String> now = names(found);
        int last = -1;
        for (String name : before) {
            last = Math.max(last, now.indexOf(name));
        }
        for (String name : now.subList(0, last + 1)) {
            if (!before.contains(name)) {
                broken.add(view + ": column " + name + " was added in the middle");
            }
        }
        now.retainAll(before);
        for (int i = 0; i < now.size(); i++) {
            if (!now.get(i).equals(before.get(i))) {
                broken.add(view + ": column " + before.get(i) + " was moved");
                break;
            }
        }
        return broken;
    }

    /** What a store has beyond this promise, which is no break but belongs into it. */
    List<String> lacks(PromisedShape store) {
        List<String> lacking = new ArrayList<>();
        store.columns.forEach(
                (view, found) -> {
                    List<String> more = new ArrayList<>(found);
                    more.removeAll(columns.getOrDefault(view, List.of()));
                    if (!columns.containsKey(view)) {
                        lacking.add(view);
                    } else {
                        more.forEach(column -> lacking.add(view + " " + column));
                    }
                });
        return lacking.stream()
                .map(what -> what + " is new and kept for good: run with -Dgolden.write=true")
                .toList();
    }

    private static Map<String, String> types(List<String> columns) {
        return columns.stream().collect(Collectors.toMap(PromisedShape::name, column -> column));
    }

    private static List<String> names(List<String> columns) {
        return columns.stream()
                .map(PromisedShape::name)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static String name(String column) {
        return column.substring(0, column.indexOf(' '));
    }
}
