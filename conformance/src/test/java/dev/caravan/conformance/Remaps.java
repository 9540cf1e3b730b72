package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.deploy.Deployer;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.desk.Answer;
import dev.caravan.desk.Desk;
import dev.caravan.store.Database;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Derives what a store holds again from its payloads, by the desk's own command. Stateless. */
public final class Remaps {
    private Remaps() {}

    /**
     * Nobody edited a mapping, so its rows are what their payloads make of them, every kind of
     * them.
     *
     * @param stay {@code kind file column} that a payload does not give again, each with a reason
     *     where it is named
     */
    public static void changeNothing(
            String provider, Database database, Deployer deployer, Clock clock, Set<String> stay) {
        Path home = Scratch.folder("remap");
        Desk desk =
                new Desk(
                        database,
                        deployer,
                        new ProviderFolders(home),
                        null,
                        home,
                        home,
                        clock,
                        List.of());
        List<String> kinds =
                database.query(
                        """
                        -- first which tables: the planner may count rows of others before it looks at their columns
                        with t as materialized (select table_name from information_schema.columns
                          where table_schema = 'caravan' and column_name = 'derivation_id')
                        select t.table_name from t where (xpath('/row/c/text()', query_to_xml(
                            format('select count(*) as c from caravan.%I where removed_at is null and digest is not null', t.table_name),
                            false, true, '')))[1]::text::bigint > 0
                        order by 1
                        """,
                        row -> row.getString(1));
        assertThat(kinds).as("kinds with rows").isNotEmpty();
        Set<String> stuck = new TreeSet<>();
        for (String kind : kinds) {
            Answer answer = desk.run(List.of("remap", provider, kind));
            assertThat(answer.code()).as(kind + ": " + answer.text()).isZero();
            assertThat(answer.parts().get("columns that would change").rows())
                    .as(kind + ": " + answer.text())
                    .isEmpty();
            assertThat(answer.remark()).contains(" 0 would change").doesNotStartWith("0 ");
            answer.parts()
                    .get("columns that stay as they are")
                    .rows()
                    .forEach(row -> stuck.add(kind + " " + row.get(0) + " " + row.get(3)));
        }
        assertThat(stuck).as("columns that a payload does not give again").isEqualTo(stay);
    }
}
