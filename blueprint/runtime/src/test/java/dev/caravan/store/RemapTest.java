package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.faults.SetupFault;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Rows are derived again from what is kept of them, as ordinary changes, and never made wrong. */
class RemapTest {
    private static final String TRANSACTIONS =
            """
            select position, 'i:' || (item ->> 'id') as provider_key, concat_ws('|', item ->> 'day', item ->> 'amount') as fingerprint,
              coalesce(context #>> '{part,status}', 'booked') as status, (item ->> 'day')::date as booking_date,
              (item ->> 'amount')::numeric as amount, item ->> 'currency' as currency, 'credit' as direction,
              item ->> 'text' as description, right(item ->> 'pan', 4) as counterparty_account,
              caravan.masked(item, '{pan}') as raw
            from page
            """;

    private static final String HOLDERS =
            "select position, 'one' as provider_key, item #>> '{who,name}' as full_name, item -"
                    + " 'who' as raw, item as content from page";

    private static EmbeddedPostgres server;
    private static Database database;

    private final Map<String, String> files = new HashMap<>();
    private String bank;
    private UUID connection;
    private long account;

    @BeforeAll
    static void migrate() throws Exception {
        server = EmbeddedPostgres.start();
        database =
                new Database(
                        new StoreLogin(
                                "jdbc:postgresql://localhost:" + server.getPort() + "/postgres",
                                "postgres",
                                ""),
                        4);
        new Migrations(database).run();
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
        server.close();
    }

    @BeforeEach
    void connect() {
        bank = "bank" + UUID.randomUUID();
        connection = connection();
        account = account(connection);
        files.put("transactions.sql", TRANSACTIONS);
        files.put("holders.sql", HOLDERS);
    }

    private UUID connection() {
        return database.first(
                        "insert into caravan.connection (provider, user_ref, state) values (?,"
                                + " 'one', 'active') returning id",
                        row -> row.getObject(1, UUID.class),
                        bank)
                .orElseThrow();
    }

    private static long account(UUID connection) {
        return database.first(
                        "insert into caravan.account (connection_id, identity, provider_account_id,"
                            + " family, currency, raw) values (?, 'a', 'a', 'account', 'GBP', '{}')"
                            + " returning id",
                        row -> row.getLong(1),
                        connection)
                .orElseThrow();
    }

    /** As {@link Store} does it, with the files as they are now. */
    private Store.Deployed deployed(String kind, String file, String part) {
        if (!files.containsKey(file)) {
            throw Mapping.refused(bank, file, "is not in the provider's folder");
        }
        return database.inTransaction(
                store -> {
                    Mapping mapping = Mapping.read(store, bank, file, files.get(file), "");
                    Database.update(
                            store,
                            "insert into caravan.mapping_text (version, file, body) values (?, ?,"
                                    + " ?) on conflict do nothing",
                            mapping.version(),
                            file,
                            files.get(file));
                    Table table = Table.read(store, bank, file, kind);
                    Part which = Part.parse(bank, file, part);
                    return new Store.Deployed(
                            mapping, new PageStatement(mapping, table, which), table, which, null);
                });
    }

    private PageResult page(String kind, String file, String part, String... items) {
        Store.Deployed with = deployed(kind, file, part);
        String knows =
                "{\"part\": {%s}, \"about\": {}, \"own\": {}, \"settings\": {}}"
                        .formatted(part.isEmpty() ? "" : "\"status\": \"pending\"");
        return database.inTransaction(
                store ->
                        with.statement()
                                .run(
                                        store,
                                        ("[" + String.join(",", items) + "]")
                                                .getBytes(StandardCharsets.UTF_8),
                                        new PageStatement.Scope(
                                                kind.equals("holder") ? connection : account,
                                                connection,
                                                knows,
                                                new String[] {""},
                                                new String[0],
                                                part.isEmpty() ? null : "pending",
                                                "{}",
                                                1),
                                        PageStatement.Mode.MERGE));
    }

    private PageResult told(String... items) {
        return page("transaction", "transactions.sql", "", items);
    }

    private static String item(String id, String day, String amount, String more) {
        return "{\"id\": \"%s\", \"day\": \"%s\", \"amount\": \"%s\", \"currency\": \"GBP\"%s}"
                .formatted(id, day, amount, more);
    }

    private void edit(String from, String to) {
        assertThat(files.get("transactions.sql")).contains(from);
        files.merge("transactions.sql", "", (was, none) -> was.replace(from, to));
    }

    private Remapped remap(String kind, boolean applies) {
        return remap(new Remap.Wanted(kind, null, null, null, applies, "alice"), () -> true);
    }

    private Remapped remap(Remap.Wanted wanted, BooleanSupplier goOn) {
        return new Remap(database, bank, "{}", this::deployed).run(wanted, goOn);
    }

    private List<String> rows(String columns) {
        return database.query(
                "select concat_ws(' ', %s) from caravan.transaction where account_id = ? order by id"
                        .formatted(columns),
                row -> row.getString(1),
                account);
    }

    private static void unchanged(java.util.function.Supplier<Object> state, Executable work)
            throws Throwable {
        Object before = state.get();
        work.execute();
        assertThat(state.get()).isEqualTo(before);
    }

    private static Map<String, Long> counts(Map<String, Remapped.Count> counted) {
        Map<String, Long> counts = new HashMap<>();
        counted.forEach((what, count) -> counts.put(what, count.rows()));
        return counts;
    }

    @Test
    void nothingDiffersWhereNoMappingWasEdited() {
        told(
                item("1", "2026-11-01", "1.50", ", \"pan\": \"5555444433332222\""),
                item("2", "2026-11-01", "2", ""));
        page(
                "transaction",
                "transactions.sql",
                "status=pending",
                item("3", "2026-11-02", "3.00", ""));

        Remapped remapped = remap("transaction", true);

        assertThat(remapped.looked()).isEqualTo(3);
        assertThat(remapped.columns()).isEmpty();
        assertThat(remapped.stuck()).isEmpty();
        assertThat(remapped.changed()).isZero();
        assertThat(rows("status, counterparty_account, told_at"))
                .containsExactly("booked 2222", "booked", "pending");
    }

    @Test
    void anAddedValueIsShownFirstAndAppliedAsAnOrdinaryChangeThatTheNextPullKeeps()
            throws Throwable {
        String[] page = {
            item("1", "2026-11-01", "1.50", ", \"kind\": \"FOOD\""),
            item("2", "2026-11-02", "2.00", "")
        };
        told(page);
        String pending = item("9", "2026-11-03", "9.00", ", \"kind\": \"FUEL\"");
        page("transaction", "transactions.sql", "status=pending", pending);
        edit(
                "item ->> 'text' as description",
                "item ->> 'text' as description, item ->> 'kind' as category");

        unchanged(
                () -> rows("xmin, ctid, id"),
                () -> {
                    Remapped shown = remap("transaction", false);
                    assertThat(counts(shown.columns()))
                            .isEqualTo(Map.of("transactions.sql\ncategory", 2L));
                    assertThat(shown.columns().get("transactions.sql\ncategory").examples().get(0))
                            .endsWith(": null -> FOOD");
                    assertThat(shown.differing()).isEqualTo(2);
                });

        List<String> ids = rows("id, identity, first_seen_at");
        List<String> changed = rows("changed_at");
        Remapped applied = remap("transaction", true);
        assertThat(applied.changed()).isEqualTo(2);
        assertThat(rows("id, identity, first_seen_at")).isEqualTo(ids);
        assertThat(rows("status, amount, category"))
                .containsExactly("booked 1.50 FOOD", "booked 2.00", "pending 9.00 FUEL");
        assertThat(rows("changed_at").get(0)).isNotEqualTo(changed.get(0));
        assertThat(rows("changed_at").get(1)).isEqualTo(changed.get(1));
        assertThat(
                        database.query(
                                "select op || ' ' || was::text || coalesce(pull_id::text, '') from"
                                        + " caravan.change where connection_id = ? and op ="
                                        + " 'update' order by seq",
                                row -> row.getString(1),
                                connection))
                .containsExactly("update {\"category\": null}", "update {\"category\": null}");
        assertThat(
                        database.query(
                                "select m.who || ' ' || m.changed || ' ' || b.file || ' ' ||"
                                    + " (b.version_was <> b.version) from caravan.remap_run m join"
                                    + " caravan.remap_batch b on b.remap_id = m.id join"
                                    + " caravan.change c on (c.era, c.xid) = (b.era, b.xid) where"
                                    + " m.provider = ? and m.ended_at is not null",
                                row -> row.getString(1),
                                bank))
                .containsExactly("alice 2 transactions.sql true", "alice 2 transactions.sql true");

        // the rows are as a pull with this mapping would have left them, and so is the second time
        unchanged(
                () -> rows("xmin, ctid, digest, changed_at"),
                () -> {
                    assertThat(told(page).changed()).isZero();
                    page("transaction", "transactions.sql", "status=pending", pending);
                    assertThat(remap("transaction", true).changed()).isZero();
                });
    }

    @Test
    void whatIsGoneOrErasedStaysAsItIs() throws Throwable {
        told(
                item("1", "2026-11-01", "1.00", ", \"text\": \"a\""),
                item("2", "2026-11-01", "2.00", ""));
        database.update(
                "update caravan.transaction set removed_at = now(), digest = null where account_id"
                        + " = ? and identity = 'i:1'",
                account);
        new Erasure(database).records(connection);
        edit("item ->> 'text' as description", "'new' as description");

        unchanged(
                () -> rows("xmin, identity, description, removed_at"),
                () -> assertThat(remap("transaction", true).looked()).isZero());
        assertThat(
                        database.query(
                                "select 1 from caravan.derivation where connection_id = ?",
                                row -> 1,
                                connection))
                .isEmpty();
    }

    @Test
    void aRowThatWouldBeAnotherRecordIsToldApartAndLeftAlone() throws Throwable {
        told(item("1", "2026-11-01", "1.00", ", \"text\": \"a\""));
        edit("'i:' || (item ->> 'id')", "'j:' || (item ->> 'id')");
        edit("item ->> 'text' as description", "'new' as description");

        unchanged(
                () -> rows("xmin, identity, description"),
                () -> {
                    Remapped remapped = remap("transaction", true);
                    assertThat(counts(remapped.rekeyed()))
                            .isEqualTo(Map.of("transactions.sql\nit would be another record", 1L));
                    assertThat(remapped.columns()).isEmpty();
                });
    }

    @Test
    void aRecordWithoutAnIdKeepsItsPlaceAmongEquals() {
        String same = "{\"day\": \"2026-11-01\", \"amount\": \"5.00\", \"currency\": \"GBP\"}";
        told(same, same);
        List<String> identities = rows("identity");
        edit("item ->> 'text' as description", "'coffee' as description");

        assertThat(remap("transaction", true).changed()).isEqualTo(2);
        assertThat(rows("identity")).isEqualTo(identities).doesNotHaveDuplicates();
        assertThat(told(same, same).inserted()).isZero();
    }

    @Test
    void whatWouldBeRefusedIsSaidWithItsReasonAndTheOthersGoIn() {
        told(
                item("1", "2026-11-01", "1.00", ", \"text\": \"12\""),
                item("2", "2026-11-01", "2.00", ", \"text\": \"word\""),
                item("3", "2026-11-01", "3.00", ", \"text\": \"-7\""),
                item("4", "2026-11-01", "4.00", ", \"text\": \"0\""));
        edit("(item ->> 'amount')::numeric as amount", "(item ->> 'text')::numeric as amount");
        edit("from page", "from page where item ->> 'text' <> '0'");

        Remapped shown = remap("transaction", false);
        assertThat(counts(shown.refused()))
                .isEqualTo(
                        Map.of(
                                "transactions.sql\n"
                                        + "invalid input syntax for type numeric: \"word\"",
                                1L,
                                "transactions.sql\n"
                                        + "violates: transaction direction agrees with the sign",
                                1L,
                                "transactions.sql\nits mapping makes no row of it",
                                1L));
        Remapped applied = remap("transaction", true);
        assertThat(applied.changed()).isEqualTo(1);
        assertThat(counts(applied.refused())).isEqualTo(counts(shown.refused()));
        assertThat(rows("amount")).containsExactly("12", "2.00", "3.00", "4.00");
    }

    @Test
    void aColumnThatThePayloadDoesNotGiveAgainStaysAndTheNextPullDecides() {
        String secretive = "{\"who\": {\"name\": \"Ada Byron\"}, \"since\": \"1815\"}";
        page("holder", "holders.sql", "", secretive);
        files.merge(
                "holders.sql",
                "",
                (was, none) ->
                        was.replace("item #>> '{who,name}'", "upper(item #>> '{who,name}')"));

        Remapped remapped = remap("holder", true);

        assertThat(counts(remapped.stuck())).isEqualTo(Map.of("holders.sql\nfull_name", 1L));
        assertThat(remapped.changed()).isZero();
        assertThat(name()).isEqualTo("Ada Byron");
        page("holder", "holders.sql", "", secretive);
        assertThat(name()).isEqualTo("ADA BYRON");
    }

    private String name() {
        return database.first(
                        "select full_name from caravan.holder where connection_id = ?",
                        row -> row.getString(1),
                        connection)
                .orElseThrow();
    }

    @Test
    void aLineOfTheMappingMakesTheItemOfARowAgain() {
        files.merge(
                "holders.sql",
                "",
                (was, none) ->
                        "-- again: raw || jsonb_build_object('who', jsonb_build_object('name',"
                                + " full_name))\n"
                                + was);
        page("holder", "holders.sql", "", "{\"who\": {\"name\": \"Ada Byron\"}}");
        files.merge(
                "holders.sql",
                "",
                (was, none) ->
                        was.replace("item #>> '{who,name}'", "upper(item #>> '{who,name}')"));

        Remapped remapped = remap("holder", true);

        assertThat(remapped.stuck()).isEmpty();
        assertThat(name()).isEqualTo("ADA BYRON");
    }

    @Test
    void whatAMappingTakesFromTheClockIsWhatItTookThen() {
        String balances =
                "select position, to_char(caravan.now(), 'YYYY-MM-DD HH24:MI:SS.US') as"
                        + " provider_key, caravan.now() as as_of, item ->> 'currency' as currency,"
                        + " (item ->> 'amount')::numeric as current_amount, item as raw from page";
        files.put("balances.sql", balances);
        page("balance", "balances.sql", "", "{\"currency\": \"GBP\", \"amount\": 7}");
        for (int times = 1; times <= 2; times++) {
            files.put("balances.sql", balances.replace("::numeric", "::numeric + " + times));
            Remapped remapped = remap("balance", true);
            assertThat(counts(remapped.columns()))
                    .isEqualTo(Map.of("balances.sql\ncurrent_amount", 1L));
            assertThat(remapped.rekeyed()).isEmpty();
        }
        assertThat(
                        database.query(
                                "select current_amount || ' ' || (as_of = told_at) || ' ' ||"
                                        + " (changed_at > told_at) from caravan.balance where"
                                        + " account_id = ?",
                                row -> row.getString(1),
                                account))
                .containsExactly("9 true true");
    }

    @Test
    void whatAPullWroteMeanwhileIsNotWrittenOver() {
        told(item("1", "2026-11-01", "1.00", ", \"text\": \"old\""));
        Store.Deployed then = deployed("transaction", "transactions.sql", "");
        edit("item ->> 'text' as description", "upper(item ->> 'text') as description");
        Store.Deployed now = deployed("transaction", "transactions.sql", "");
        List<Long> ids = rows("id").stream().map(Long::valueOf).toList();
        Derivation.Written written =
                database.inTransaction(
                        store -> {
                            Derivation derivation =
                                    Derivation.of(
                                            store,
                                            now.table(),
                                            now.part(),
                                            then.mapping(),
                                            now.mapping());
                            List<Derived> looked = derivation.look(store, ids, "{}");
                            assertThat(looked).allMatch(Derived::differs);
                            told(item("1", "2026-11-01", "1.00", ", \"text\": \"newer\""));
                            return derivation.write(store, looked);
                        });
        assertThat(written).isEqualTo(new Derivation.Written(0, 1));
        assertThat(rows("description")).containsExactly("NEWER");
    }

    @Test
    void itGoesOnWhereItWasStopped() {
        for (int i = 0; i < 3; i++) {
            connection = connection();
            account = account(connection);
            told(item("1", "2026-11-01", "1.00", ", \"text\": \"x\""));
        }
        edit("item ->> 'text' as description", "'y' as description");
        AtomicInteger left = new AtomicInteger(1);

        Remapped first =
                remap(
                        new Remap.Wanted("transaction", null, null, null, true, "alice"),
                        () -> left.getAndDecrement() > 0);
        assertThat(first.stoppedAt()).isNotNull();
        Remapped second =
                remap(
                        new Remap.Wanted(
                                "transaction", null, first.stoppedAt(), null, true, "alice"),
                        () -> true);

        assertThat(first.changed()).isPositive();
        assertThat(first.changed() + second.changed()).isEqualTo(3);
        assertThat(second.stoppedAt()).isNull();
    }

    @Test
    void onlyTheRowsThatWereAskedForAreLookedAt() {
        told(item("1", "2026-11-01", "1.00", ""));
        UUID first = connection;
        connection = connection();
        account = account(connection);
        told(item("1", "2026-11-01", "1.00", ""), item("2", "2026-11-01", "1.00", ""));

        assertThat(
                        remap(
                                        new Remap.Wanted(
                                                "transaction", first, null, null, false, "a"),
                                        () -> true)
                                .looked())
                .isEqualTo(1);
        assertThat(
                        remap(
                                        new Remap.Wanted(
                                                "transaction",
                                                null,
                                                null,
                                                Instant.now().plusSeconds(60),
                                                false,
                                                "a"),
                                        () -> true)
                                .looked())
                .isZero();
    }

    @Test
    void aRowOfAnEarlierVersionOrOfAMappingThatIsGoneSaysSo() {
        told(item("1", "2026-11-01", "1.00", ""), item("2", "2026-11-01", "2.00", ""));
        database.update(
                "update caravan.transaction set derivation_id = null where account_id = ? and"
                        + " identity = 'i:1'",
                account);
        files.remove("transactions.sql");

        Remapped remapped = remap("transaction", true);

        assertThat(remapped.unread()).hasSize(2);
        assertThat(remapped.unread().keySet())
                .anyMatch(why -> why.contains("an earlier version stored it"))
                .anyMatch(why -> why.contains("is not in the provider's folder"));
    }

    @Test
    void anUnknownKindIsRefused() {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> remap("nosuch", false))
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("nosuch");
    }
}
