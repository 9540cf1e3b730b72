package dev.caravan.conformance.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.Remaps;
import dev.caravan.sandbox.pockit.PockitSettings;
import dev.caravan.sandbox.pockit.Transaction;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever shape and spelling an answer has, the rows are the same; what has none is kept raw. */
class ShapeTest {
    private static Pockit pockit;
    private static PockitSettings usual;
    private static int users = 1;

    @BeforeAll
    static void open() {
        usual = PockitSettings.defaults().with("users", 40);
        pockit = Pockit.of(usual, Map.of());
    }

    @AfterAll
    static void close() {
        Remaps.changeNothing(
                "pockit",
                pockit.house.database,
                pockit.house.deployer(),
                pockit.house.clock,
                Set.of());
        pockit.close();
    }

    private static String nextUser() {
        return "user" + ++users;
    }

    @ParameterizedTest
    @CsvSource({
        "O, NAMED, PASCAL, false, false, LINKS_NEXT",
        "O, LONE_OBJECT, SNAKE, true, false, LINKS_NEXT",
        "O, BARE, KEBAB, false, false, LINK_HEADER",
        "O, NAMED, LOWER, true, false, LINK_HEADER",
        "F, NAMED, PASCAL, false, false, LINKS_NEXT",
        "F, NAMED, SNAKE, true, true, LINK_HEADER",
        "F, LONE_OBJECT, KEBAB, false, true, LINKS_NEXT",
        "F, BARE, LOWER, true, false, LINK_HEADER",
    })
    void theRowsAreTheSame(
            String shape,
            String list,
            String style,
            boolean numeric,
            boolean signed,
            String paging) {
        String user = nextUser();
        pockit.twin.change(
                usual.with("shape", shape)
                        .with("listForm", list)
                        .with("fieldStyle", style)
                        .with("numericAmounts", numeric)
                        .with("signedAmounts", signed)
                        .with("paging", paging));
        UUID connection = pockit.connected(user);

        pockit.holds(connection, user);
        assertThat(pockit.seen("accounts/{id}/transactions", user)).hasSize(4);
        assertThat(rejected(connection, "reason")).isNullOrEmpty();
        pockit.twin.change(usual);
    }

    @ParameterizedTest
    @CsvSource({"InterimAvailable", "ClosingBooked", "Expected", "'InterimBooked,Expected'"})
    void oneBalanceIsBothAndTwoAreTheirOwn(String types) {
        String user = nextUser();
        pockit.twin.change(usual.with("balanceTypes", types));
        UUID connection = pockit.connected(user);

        pockit.holds(connection, user);
        pockit.twin.change(usual);
    }

    @Test
    void anAccountIdOfAnyLettersIsOneSegmentOfThePath() {
        try (Pockit escaped =
                Pockit.of(PockitSettings.defaults().with("escapedIds", true), Map.of())) {
            UUID connection = escaped.connected("user3");

            escaped.holds(connection, "user3");
        }
    }

    @Test
    void aRowThatComesTwiceIsOneRowAndOfTwoVersionsTheLastIsKept() {
        String user = nextUser();
        pockit.twin
                .faults()
                .pages("accounts/{id}/transactions")
                .repeatsARow()
                .forUser(user)
                .times(1);
        pockit.twin
                .faults()
                .pages("accounts/{id}/transactions")
                .twoVersionsOfARow()
                .forUser(user)
                .times(1);
        UUID connection = pockit.connected(user);

        pockit.holds(connection, user);
    }

    @ParameterizedTest
    @CsvSource({
        "wordAsAmount, numeric",
        "hugeAmount, money",
        "nullAmount, null value",
        "tooManyDecimals, money",
        "unknownCurrency, 4217",
        "nulInDescription, Unicode",
        "impossibleDate, unreadable 2026-02-30",
        "unknownStatus, status is known",
    })
    void aPoisonedRowIsSetAsideAndTheOthersAreIn(String kind, String reason) throws Exception {
        String user = nextUser();
        Object pages = pockit.twin.faults().pages("accounts/{id}/transactions");
        dev.caravan.sandbox.Fault poison =
                (dev.caravan.sandbox.Fault) pages.getClass().getMethod(kind).invoke(pages);
        poison.forUser(user).times(1);
        UUID connection = pockit.connected(user);

        pockit.holds(connection, user);
        assertThat(rejected(connection, "reason")).contains(reason);
        assertThat(rejected(connection, "kind")).isEqualTo("transactions");
        assertThat(pockit.run(connection, "transactions")).isEqualTo("complete");
    }

    @Test
    void aPoisonedPendingRowIsSetAsideToo() {
        String user = nextUser();
        pockit.twin
                .faults()
                .pages("accounts/{id}/transactions")
                .extraRow(row -> row.put("Status", "Pending").put("BookingDateTime", "yesterday"))
                .forUser(user)
                .times(1);
        UUID connection = pockit.connected(user);

        pockit.holds(connection, user);
        assertThat(rejected(connection, "payload")).contains("yesterday");
    }

    @Test
    void anAnswerOfNoKnownShapeIsKeptRawAndNothingCountsAsGone() {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        pockit.twin
                .faults()
                .on("accounts")
                .error(200, Map.of("Result", Map.of("Things", 3)))
                .forUser(user)
                .times(1);
        pockit.pullAttended(connection);

        pockit.holds(connection, user);
        assertThat(rejected(connection, "payload")).contains("Things");
    }

    @Test
    void cardNumbersOfTransactionsAreMasked() {
        String user = nextUser();
        pockit.twin
                .faults()
                .pages("accounts/{id}/transactions")
                .extraRow(
                        row ->
                                row.putObject("CardInstrument")
                                        .put("Identification", "4929123412341234"))
                .forUser(user)
                .times(1);
        UUID connection = pockit.connected(user);

        assertThat(
                        pockit.house.text(
                                "select raw::text from ledger.transaction where"
                                        + " provider_transaction_id = 'EXTRA' and connection_id = '"
                                        + connection
                                        + "'"))
                .contains("************1234")
                .doesNotContain("49291234");
    }

    @Test
    void aRejectedTransactionIsSeenAndNotKept() {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        String account = pockit.twin.id(pockit.twin.accounts(user).get(0));

        assertThat(pockit.twin.truth().rejected(account)).isNotEmpty();
        assertThat(pockit.twin.account(account).rows(Transaction.Status.Rejected)).isNotEmpty();
        assertThat(
                        pockit.house.number(
                                "select seen from ledger.pull_run where kind = 'transactions' and"
                                        + " connection_id = '"
                                        + connection
                                        + "'"))
                .isEqualTo(
                        pockit.twin.accounts(user).stream()
                                .mapToInt(one -> one.rows().size())
                                .sum());
    }

    private static String rejected(UUID connection, String column) {
        return pockit.house.text(
                "select string_agg("
                        + column
                        + ", ' ') from ledger.rejected_record where connection_id = '"
                        + connection
                        + "'");
    }
}
