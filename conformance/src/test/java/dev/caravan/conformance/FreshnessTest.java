package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.connections.Holds;
import dev.caravan.sandbox.Fault;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of every account says how fresh it is, and the one cause where it is not. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FreshnessTest {
    /** Longer than eight hours, a tenth for the spread and a quarter for the grace. */
    private static final Duration LONG = Duration.ofHours(12);

    private static World world;
    private static UUID good;

    @BeforeAll
    static void open() {
        world = World.of(World.smallBank().accountsPerConnection(1).cardsPerConnection(1));
        good = world.connected("john1");
    }

    @AfterAll
    static void close() {
        world.close();
    }

    private static List<String> rows(UUID connection, String column, String which) {
        return world.texts(
                "select "
                        + column
                        + " from ledger.freshness f left join ledger.account a using (account_id)"
                        + " where f.connection_id = '"
                        + connection
                        + "' and "
                        + which
                        + " order by 1");
    }

    private static String only(UUID connection, String column, String which) {
        String text = "coalesce((" + column + ")::text, '-')";
        return String.join(", ", new TreeSet<>(rows(connection, text, which)));
    }

    @Test
    @Order(1)
    void whatWasPulledWholeIsFreshByAccountAndKindAndPart() {
        assertThat(rows(good, "concat_ws(' ', a.family, f.kind, nullif(f.part, ''))", "is_fresh"))
                .containsExactly(
                        "account account",
                        "account balance",
                        "account card",
                        "account direct_debit",
                        "account standing_order",
                        "account transaction",
                        "account transaction pending",
                        "card balance",
                        "card transaction",
                        "card transaction pending",
                        "holder");
    }

    @Test
    @Order(2)
    void itIsAsOfWhenTheFirstPageWasAskedForAndPromisesTheNextByItsSchedule() {
        assertThat(
                        only(
                                good,
                                "last_complete_at >= as_of and as_of > now() - interval '1 minute'"
                                        + " and age >= '0' and cause is null and detail is null",
                                "true"))
                .isEqualTo("true");
        assertThat(only(good, "f.kind || ' ' || every", "f.kind in ('balance', 'holder')"))
                .isEqualTo("balance 08:48:00, holder 26:24:00");
        assertThat(only(good, "fresh_until - as_of", "f.kind = 'balance'")).isEqualTo("11:00:00");
        assertThat(
                        only(
                                good,
                                "next_at between now() + interval '7 hours' and as_of + every",
                                "f.kind = 'balance'"))
                .isEqualTo("true");
    }

    @Test
    @Order(3)
    void whoNeverConnectedHasARowAllTheSame() {
        UUID connection = world.journeys.begin("truelayer", "john2").connection();
        assertThat(rows(connection, "concat_ws('|', f.kind, is_fresh, cause, detail, age)", "true"))
                .containsExactly("connection|f|never_connected|the user has not connected yet");
    }

    @Test
    @Order(4)
    void aRefusedRecordMakesItsAccountAndKindStaleAtOnceAndNoOther() {
        world.twin.faults().on("accounts/{id}/transactions").wordAsAmount().forUser("john3");
        UUID connection = world.connected("john3");
        assertThat(rows(connection, "concat_ws(' ', a.family, f.kind, cause)", "not is_fresh"))
                .containsExactly("account transaction rejected_rows");
        assertThat(only(connection, "detail", "not is_fresh")).startsWith("1 record was refused");
    }

    @Test
    @Order(5)
    void eachCauseIsNamedOnceThePullsStayAway() {
        UUID paused = world.connected("john4");
        UUID spent = world.connected("john5");
        UUID down = world.connected("john6");
        for (int i = 0; i < 4; i++) {
            world.pull(spent);
        }
        Instant until = world.clock.instant().plus(Duration.ofHours(20));
        new Holds(world.database).pause("truelayer", paused, until, "Mary", "audit");
        Fault broken =
                world.twin
                        .faults()
                        .on("accounts/{id}/balance")
                        .internalServerError()
                        .forUser("john6");

        String balance = "f.kind = 'balance' and a.family = 'account'";
        world.advance(LONG);
        World.until(
                () ->
                        only(good, "is_fresh", "true").equals("true")
                                && only(down, "cause", balance).equals("provider_down"));
        assertThat(only(good, "is_fresh", "true")).isEqualTo("true");
        assertThat(only(paused, "cause", balance)).isEqualTo("paused");
        assertThat(only(paused, "detail", balance)).startsWith("paused by Mary since 20");
        assertThat(only(paused, "floor(extract(epoch from until))::bigint", balance))
                .isEqualTo("" + until.getEpochSecond());
        assertThat(only(spent, "cause", balance)).isEqualTo("budget_spent");
        assertThat(
                        only(
                                spent,
                                "until between caravan.now() + interval '11 hours' and"
                                        + " caravan.now() + interval '13 hours'",
                                balance))
                .isEqualTo("true");
        assertThat(only(down, "cause", balance)).isEqualTo("provider_down");
        assertThat(only(down, "detail", balance)).contains("CARAVAN-PROVIDER");
        assertThat(only(down, "is_fresh", "not (" + balance + ")")).isEqualTo("true");
        // asked for daily, so what was read twelve hours ago is still what was promised
        assertThat(only(paused, "f.kind", "is_fresh"))
                .isEqualTo("direct_debit, holder, standing_order");

        broken.lift();
        world.pull(down);
        assertThat(only(down, "is_fresh", "true")).isEqualTo("true");
    }

    static Stream<Arguments> states() {
        return Stream.of(
                Arguments.of(
                        "update caravan.connection set state = 'declined'", "consent_declined"),
                Arguments.of("update caravan.connection set state = 'revoked'", "consent_revoked"),
                Arguments.of(
                        "update caravan.connection set state = 'reauth_required'",
                        "reauth_required"),
                Arguments.of(
                        "update caravan.connection set consent_expires_at = caravan.now()",
                        "consent_expired"),
                Arguments.of(
                        "insert into caravan.disconnection (connection_id, provider, data) select"
                                + " id, provider, 'keep' from caravan.connection; update"
                                + " caravan.connection set state = 'revoked'",
                        "disconnected"),
                Arguments.of(
                        "insert into caravan.provider values ('truelayer', now(), 'bad key') on"
                                + " conflict (name) do update set stopped_at = now(), stop_reason ="
                                + " 'bad key'",
                        "provider_stopped"),
                Arguments.of(
                        "update caravan.account set removed_at = caravan.now()", "account_gone"),
                Arguments.of(
                        """
                        update caravan.connection set institution = 'bank'; insert into caravan.absence values
                        ('truelayer', 'bank', 'accounts/{id}/balance', 'infinity', 'none')
                        """,
                        "not_offered"),
                Arguments.of(ban("CARAVAN-QUOTA"), "budget_spent"),
                Arguments.of(ban("CARAVAN-LOGIN"), "login_wanted"),
                Arguments.of(ban("CARAVAN-WITHHELD"), "not_offered"),
                Arguments.of(
                        "update caravan.connection set last_fault = 'busy', paused_until ="
                                + " caravan.now() + interval '1 hour'",
                        "throttled"),
                Arguments.of(
                        "update caravan.connection set rested = true, paused_until = caravan.now()"
                                + " + interval '1 hour'",
                        "provider_down"),
                Arguments.of(fault("CARAVAN-DEFERRED"), "result_awaited"),
                Arguments.of(fault("CARAVAN-BODY"), "pull_failed"),
                Arguments.of(
                        "update caravan.task set failures = 3; update caravan.connection set"
                                + " last_fault = 'CARAVAN-PROVIDER no answer'",
                        "provider_down"),
                Arguments.of(
                        "delete from caravan.reading where account_id is not null", "never_pulled"),
                Arguments.of("update caravan.task set due_at = null", "not_planned"),
                Arguments.of("update caravan.task set kinds = '{\"x\": null}'", "not_planned"),
                Arguments.of(
                        "update caravan.task set due_at = caravan.now() - interval '1 day'",
                        "overdue"));
    }

    private static String ban(String reason) {
        return """
        insert into caravan.call_ban select connection_id, 'accounts/{id}/balance', provider_account_id, caravan.now() + interval '1 hour', '%s'
        from caravan.account
        """
                .formatted(reason);
    }

    private static String fault(String code) {
        return "update caravan.reading set fault_at = caravan.now(), fault = '" + code + " x: y'";
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource("states")
    @Order(6)
    void theCauseIsWhatKeepsPullsAway(String state, String cause) {
        String quiet =
                """
                delete from caravan.hold; delete from caravan.call_ban;
                update caravan.reading set as_of = as_of - interval '30 days', fault = null, fault_at = null;
                update caravan.task set failures = 0;
                """;
        assertThat(meanwhile(quiet + state)).isEqualTo(cause);
    }

    /** What the cause of the account is, in a transaction that leaves no trace. */
    private static String meanwhile(String state) {
        return world.database.inTransaction(
                store -> {
                    try (Statement statement = store.createStatement()) {
                        statement.execute(state);
                        String cause = cause(store);
                        statement.execute("rollback and chain");
                        return cause;
                    }
                });
    }

    private static String cause(Connection store) throws java.sql.SQLException {
        try (Statement statement = store.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "select distinct f.cause from ledger.freshness f join"
                                        + " ledger.account a using (account_id) where"
                                        + " f.connection_id = '"
                                        + good
                                        + "' and a.family = 'account' and f.kind in ('balance',"
                                        + " 'account')")) {
            assertThat(row.next()).isTrue();
            String cause = row.getString(1);
            assertThat(row.next()).isFalse();
            return cause;
        }
    }

    @Test
    @Order(7)
    void theCausesThatTheCommentListsAreThoseThatAreTriedHere() {
        String comment =
                world.text(
                        """
                        select d.description from pg_description d join pg_attribute a on a.attrelid = d.objoid and a.attnum = d.objsubid
                        where d.objoid = 'ledger.freshness'::regclass and a.attname = 'cause'
                        """);
        Stream<String> tried =
                Stream.concat(
                        states().map(each -> (String) each.get()[1]),
                        Stream.of("paused", "rejected_rows", "never_connected"));
        assertThat(comment.replaceAll(".*One of: |\\.$", "").split(", "))
                .containsExactlyInAnyOrderElementsOf(tried.collect(Collectors.toSet()));
    }

    @Test
    @Order(8)
    void aConsentThatEndedIsTheCauseOfEveryKind() {
        world.advance(Duration.ofDays(91));
        World.until(() -> world.state(good).equals("expired"));
        assertThat(only(good, "cause", "true")).isEqualTo("consent_expired");
        assertThat(only(good, "detail", "true")).startsWith("the consent is expired since 20");
    }
}
