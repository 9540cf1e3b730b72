package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A break of the promise to readers is told from an addition to it. */
class PromisedShapeTest {
    private static final PromisedShape PROMISE =
            shape("1", "account_id bigint", "provider text", "iban text");

    private static PromisedShape shape(String version, String... columns) {
        return PromisedShape.parse(
                "promise " + version + "\nledger.account\n  " + String.join("\n  ", columns));
    }

    private static void breaks(PromisedShape store, String... what) {
        assertThat(PROMISE.brokenBy(store))
                .hasSize(what.length)
                .allMatch(line -> line.contains("caravan.promise.version to 2"));
        for (int i = 0; i < what.length; i++) {
            assertThat(PROMISE.brokenBy(store).get(i)).startsWith(what[i]);
        }
    }

    @Test
    void theSameShapeKeepsItAndReadsAsItWasWritten() {
        assertThat(PROMISE.brokenBy(PROMISE)).isEmpty();
        assertThat(PROMISE.lacks(PROMISE)).isEmpty();
        assertThat(PromisedShape.parse(PROMISE.written())).isEqualTo(PROMISE);
    }

    @Test
    void aColumnThatIsGoneBreaksIt() {
        breaks(
                shape("1", "account_id bigint", "provider text"),
                "ledger.account: column iban was removed or renamed");
    }

    @Test
    void aColumnOfAnotherNameBreaksIt() {
        breaks(
                shape("1", "account_id bigint", "provider_name text", "iban text"),
                "ledger.account: column provider was removed or renamed",
                "ledger.account: column provider_name was added in the middle");
    }

    @Test
    void aColumnOfAnotherTypeBreaksIt() {
        breaks(
                shape("1", "account_id text", "provider text", "iban text"),
                "ledger.account: column account_id bigint was retyped, found account_id text");
    }

    @Test
    void aColumnInAnotherPlaceBreaksIt() {
        breaks(
                shape("1", "account_id bigint", "iban text", "provider text"),
                "ledger.account: column provider was moved");
    }

    @Test
    void aColumnInTheMiddleBreaksIt() {
        breaks(
                shape("1", "account_id bigint", "bic text", "provider text", "iban text"),
                "ledger.account: column bic was added in the middle");
    }

    @Test
    void aViewThatIsGoneBreaksIt() {
        breaks(PromisedShape.parse("promise 1\n"), "ledger.account is gone");
    }

    @Test
    void aColumnAtTheEndAndANewViewOnlyAskToBeWrittenDown() {
        PromisedShape store =
                PromisedShape.parse(
                        "promise 1\n"
                                + "ledger.account\n"
                                + "  account_id bigint\n"
                                + "  provider text\n"
                                + "  iban text\n"
                                + "  bic text\n"
                                + "ledger.card\n"
                                + "  card_id bigint");
        assertThat(PROMISE.brokenBy(store)).isEmpty();
        assertThat(PROMISE.lacks(store))
                .containsExactly(
                        "ledger.account bic text is new and kept for good: run with"
                                + " -Dgolden.write=true",
                        "ledger.card is new and kept for good: run with -Dgolden.write=true");
    }

    @Test
    void aNewMajorVersionMayBreakItAndNoneMayGoBack() {
        assertThat(PROMISE.brokenBy(shape("2", "account_id text"))).isEmpty();
        assertThat(shape("2", "account_id text").brokenBy(shape("1", "account_id text")))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("the version of the promise went back to 1");
    }
}
