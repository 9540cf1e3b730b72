package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.truelayer.FaultPoint;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A record that the store refuses is set aside with its reason; the rest of its page goes in. */
class PoisonTest {
    private static final String POINT = "accounts/{id}/transactions";
    private static World world;
    private static int users;

    @BeforeAll
    static void open() {
        world = World.of(World.smallBank().accountsPerConnection(1).cardsPerConnection(0));
    }

    @AfterAll
    static void close() {
        world.close();
    }

    private static String nextUser() {
        return "john" + ++users;
    }

    private static Fault poison(String user, Function<FaultPoint, Fault> kind) {
        return kind.apply(world.twin.faults().on(POINT)).forUser(user);
    }

    private static String rejects(UUID connection, String column) {
        return world.text(
                "select string_agg("
                        + column
                        + "::text, ' ') from ledger.rejected_record where connection_id = '"
                        + connection
                        + "'");
    }

    static Stream<Arguments> poisons() {
        return Stream.of(
                Arguments.of("numeric", (Function<FaultPoint, Fault>) FaultPoint::wordAsAmount),
                Arguments.of("money", (Function<FaultPoint, Fault>) FaultPoint::hugeAmount),
                Arguments.of(
                        "null value in column \"amount\"",
                        (Function<FaultPoint, Fault>) FaultPoint::nullAmount),
                Arguments.of("currency", (Function<FaultPoint, Fault>) FaultPoint::unknownCurrency),
                Arguments.of(
                        "Unicode", (Function<FaultPoint, Fault>) FaultPoint::nulInDescription));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("poisons")
    void aPoisonedRowIsSetAsideAndTheOthersAreIn(String reason, Function<FaultPoint, Fault> kind) {
        String user = nextUser();
        poison(user, kind);
        UUID connection = world.connected(user);

        new Oracle(world).holds(user);
        assertThat(rejects(connection, "1")).isEqualTo("1");
        assertThat(rejects(connection, "reason")).contains(reason);
        assertThat(rejects(connection, "kind")).isEqualTo("transactions");
        assertThat(rejects(connection, "payload")).startsWith("{").contains("amount");
        assertThat(
                        world.text(
                                "select outcome || ' ' || rejected from ledger.pull_run where kind"
                                        + " = 'transactions' and connection_id = '"
                                        + connection
                                        + "'"))
                .isEqualTo("complete 1");
    }

    @Test
    void theSameRejectedRowIsKeptOnceHoweverOftenItComes() {
        String user = nextUser();
        poison(user, FaultPoint::wordAsAmount);
        UUID connection = world.connected(user);
        world.pullAttended(connection);
        world.pullAttended(connection);

        new Oracle(world).holds(user);
        assertThat(rejects(connection, "times")).isEqualTo("3");
    }

    @Test
    void aCardNumberIsMaskedInARejectedPayloadToo() {
        String user = nextUser();
        world.twin
                .faults()
                .on(POINT)
                .extraRow(
                        "{\"transaction_id\":\"t\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"amount\":\"abc\",\"currency\":\"GBP\","
                            + "\"description\":\"d\",\"transaction_type\":\"DEBIT\",\"transaction_category\":\"PURCHASE\","
                            + "\"meta\":{\"cardNumber\":\"4929123412341234\"}}")
                .forUser(user);
        UUID connection = world.connected(user);

        assertThat(rejects(connection, "payload"))
                .contains("************1234")
                .doesNotContain("49291234");
    }

    @Test
    void aDateThatDoesNotParseKeepsItsRowAndNamesTheAnomaly() {
        String user = nextUser();
        poison(user, FaultPoint::impossibleDate);
        UUID connection = world.connected(user);

        assertThat(rejects(connection, "1")).isEqualTo("null");
        assertThat(
                        world.text(
                                "select count(*) || ' ' || count(booked_at) || ' ' ||"
                                    + " count(booking_date) from ledger.transaction where anomaly"
                                    + " like '%UNPARSABLE_TIMESTAMP%' and connection_id = '"
                                        + connection
                                        + "'"))
                .isEqualTo("1 0 0");
    }

    @Test
    void aDescriptionOfAMegabyteIsADescription() {
        String user = nextUser();
        poison(user, FaultPoint::longDescription);
        UUID connection = world.connected(user);

        assertThat(rejects(connection, "1")).isEqualTo("null");
        assertThat(
                        world.number(
                                "select max(length(description)) from ledger.transaction where"
                                        + " connection_id = '"
                                        + connection
                                        + "'"))
                .isGreaterThanOrEqualTo(1_000_000);
    }

    @ParameterizedTest
    @MethodSource("doubles")
    void aRowThatComesTwiceInAPageIsOneRowAndTheLastVersionWins(Function<FaultPoint, Fault> kind) {
        String user = nextUser();
        poison(user, kind);
        world.connected(user);

        new Oracle(world).holds(user);
    }

    static Stream<Function<FaultPoint, Fault>> doubles() {
        return Stream.of(FaultPoint::repeatsARow, FaultPoint::twoVersionsOfARow);
    }
}
