package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.deploy.ProviderFolders;
import dev.caravan.desk.Answer;
import dev.caravan.desk.Desk;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A day without a transaction has one cause, and the desk names it. */
class WhyNotTest {
    private static final String QUIET =
            """
            update caravan.connection set state = 'active', last_fault = null, paused_until = null, institution = 'bank';
            update caravan.account set removed_at = null; delete from caravan.call_ban; delete from caravan.absence;
            update caravan.provider set stopped_at = null, stop_reason = null;
            update caravan.pull_run set outcome = 'complete', message = null; delete from caravan.hold;
            """;

    private static World world;
    private static UUID connection;
    private static String account;
    private static Desk desk;

    @BeforeAll
    static void open() {
        world = World.of(World.smallBank().accountsPerConnection(1).cardsPerConnection(0));
        connection = world.connected("john1");
        account = world.text("select account_id from ledger.account");
        desk = world.desk(new ProviderFolders(World.ROUTES), world.home);
        // the first full day of calls; nothing is pulled from here on but by the test of the budget
        world.advance(Duration.ofDays(1));
        world.database.update("update caravan.task set due_at = caravan.now() + interval '9 days'");
    }

    @AfterAll
    static void close() {
        world.close();
    }

    private static String cause(String day) {
        Answer answer = desk.run(List.of("why-not", account, day));
        assertThat(answer.rows()).as(answer.text()).hasSize(1);
        return (String) answer.rows().get(0).get(answer.columns().indexOf("cause"));
    }

    private static String today() {
        return world.clock.instant().toString().substring(0, 10);
    }

    private static String day(String which) {
        return world.text("select (" + which + ")::text from ledger.transaction");
    }

    @Test
    void aDayThatHasSomeSaysSoAndThatAnotherWasRefused() {
        String day = day("max(booking_date)");
        assertThat(cause(day)).startsWith("it has ").endsWith(" of that day");
        refused(day);
        assertThat(cause(day)).startsWith("it has ").endsWith("see rejects");
        world.database.update("delete from caravan.rejected_record");
    }

    @Test
    void aRecordThatWasRefusedIsTheCause() {
        String day = none(1);
        refused(day);
        assertThat(cause(day))
                .isEqualTo("the store refused a record that names the day: see rejects");
        world.database.update("delete from caravan.rejected_record");
        assertThat(cause(day))
                .startsWith("the provider told of none: the day was fetched whole on ");
    }

    @Test
    void whatTheProviderNoLongerTellsIsTheCause() {
        String day = day("min(booking_date)");
        world.database.update(
                "update caravan.transaction set removed_at = caravan.now() where booking_date ="
                        + " ?::date",
                day);
        assertThat(cause(day)).startsWith("the provider no longer tells of ");
        world.database.update("update caravan.transaction set removed_at = null");
    }

    @Test
    void aDayBeforeTheWindowIsNotTakenForAnEmptyOne() {
        assertThat(cause("1990-01-01"))
                .startsWith("the day is before the window: no day before 20");
        assertThat(cause("2999-01-01")).isEqualTo("the day is to come");
    }

    static Stream<Arguments> causes() {
        return Stream.of(
                Arguments.of(
                        "update caravan.provider set stopped_at = now(), stop_reason = 'bad key'",
                        "the provider is stopped: bad key"),
                Arguments.of(
                        "update caravan.connection set state = 'expired'",
                        "the consent is expired since 20"),
                Arguments.of(
                        "update caravan.connection set state = 'revoked'",
                        "the consent is revoked"),
                Arguments.of(
                        "update caravan.connection set state = 'pending'",
                        "the user has not connected yet"),
                Arguments.of(
                        "update caravan.account set removed_at = caravan.now()",
                        "the provider no longer tells of the account since 20"),
                Arguments.of(
                        """
                        insert into caravan.absence (provider, institution, endpoint, until, reason)
                        values ('truelayer', 'bank', 'accounts/{id}/transactions', 'infinity', 'none')
                        """,
                        "bank does not offer transactions here"),
                Arguments.of(
                        "insert into caravan.hold (provider, held_by, why) values ('truelayer',"
                                + " 'Mary', 'audit')",
                        "paused by Mary since 20"),
                Arguments.of(ban("CARAVAN-QUOTA"), "the budget of calls is spent until 20"),
                Arguments.of(ban("CARAVAN-LOGIN"), "the provider wants a login of the user"),
                Arguments.of(ban("CARAVAN-THROTTLED"), "the provider refuses the call until 20"),
                Arguments.of(
                        "update caravan.connection set paused_until = caravan.now() + interval '1"
                                + " hour', last_fault = 'busy'",
                        "the connection rests until 20"),
                Arguments.of(
                        "update caravan.pull_run set outcome = 'partial', message = 'cut short'",
                        "the last pull of transactions was partial: cut short"),
                Arguments.of(
                        "update caravan.connection set last_fault = 'no answer'",
                        "the last pull failed: no answer"),
                Arguments.of("select 1", "none was told so far: last read on 20"));
    }

    private static String ban(String reason) {
        return """
        insert into caravan.call_ban (connection_id, endpoint, account, until, reason)
        select c.connection_id, 'accounts/{id}/transactions', a.provider_account_id, caravan.now() + interval '1 hour', '%s'
        from caravan.connection n join ledger.account a on a.connection_id = n.id cross join lateral (select n.id as connection_id) c
        """
                .formatted(reason);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("causes")
    void eachCauseIsNamed(String state, String cause) {
        quietBut(state);
        assertThat(cause(today())).startsWith(cause);
    }

    private static void quietBut(String state) {
        world.database.inTransaction(
                store -> {
                    try (Statement statement = store.createStatement()) {
                        statement.execute(QUIET);
                        statement.execute(state);
                    }
                    return null;
                });
    }

    @Test
    void anAccountThatWasNeverReadSaysWhenItWillBe() {
        String other =
                world.text(
                        """
                        insert into caravan.account (connection_id, identity, provider_account_id, family, currency, raw)
                        select id, 'new', 'new', 'account', 'GBP', '{}' from caravan.connection returning id
                        """);
        quietBut("select 1");
        Answer answer = desk.run(List.of("why-not", other, today()));
        assertThat(answer.rows().get(0).get(answer.columns().indexOf("cause")).toString())
                .startsWith("not pulled yet; next at 20");
        world.database.update("delete from caravan.account where identity = 'new'");
    }

    private static void refused(String day) {
        world.database.update(
                """
                insert into caravan.rejected_record (provider, connection_id, account_id, kind, page, position, reason, sqlstate,
                  payload, payload_hash)
                values ('truelayer', ?, ?::bigint, 'transactions', 'GET x', 1, 'no amount', '23502', ?, '\\x00')
                """,
                connection,
                account,
                "{\"timestamp\": \"" + day + "T10:00:00Z\"}");
    }

    /** A day of the last weeks that has none. */
    private static String none(int weeks) {
        return world.text(
                """
                select min(d)::date::text from generate_series(caravan.now() - interval '%d weeks', caravan.now() - interval '2 days', '1 day') d
                where not exists (select from caravan.transaction where booking_date = d::date)
                """
                        .formatted(weeks * 8));
    }
}
