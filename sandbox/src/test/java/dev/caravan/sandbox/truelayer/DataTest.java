package dev.caravan.sandbox.truelayer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.MovableClock;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DataTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final TrueLayerTwin twin =
            TrueLayerTwin.start(
                    TwinSettings.defaults().transactionsPerAccount(3000).historyDays(365), clock);
    private final Caller caller = Caller.of(twin);
    private String token;
    private BankAccount account;
    private BankAccount card;

    @BeforeEach
    void connect() {
        token = twin.connect("john", "doe").accessToken();
        account = twin.accounts("john").get(0);
        card = twin.accounts("john").get(2);
    }

    @AfterEach
    void close() {
        twin.close();
    }

    @Test
    void theWireSaysWhatTheTruthSays() throws Exception {
        for (BankAccount each : twin.accounts("john")) {
            List<String> wire = new ArrayList<>();
            for (JsonNode row : all(each)) {
                wire.add(rowAsText(each.kind(), row));
            }
            List<String> truth = new ArrayList<>();
            for (BookedRow row : twin.truth().booked(each.id())) {
                truth.add(rowAsText(row));
            }
            assertThat(truth).hasSize(3000);
            assertThat(wire).containsExactlyInAnyOrderElementsOf(truth);
        }
    }

    @Test
    void theTruthHasCountSumAndDigest() {
        AccountTruth truth = twin.truth().of(account.id());

        BigDecimal sum =
                twin.truth().booked(account.id()).stream()
                        .map(BookedRow::signedAmount)
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(truth.count()).isEqualTo(3000);
        assertThat(truth.sum()).isEqualTo(sum);
        assertThat(truth.digest()).matches("[0-9a-f]{64}");
    }

    @Test
    void theTruthByKindIsThatOfAllAccountsTogether() {
        List<AccountTruth> accounts = twin.truth().all(true);

        List<KindTruth> kinds = twin.truth().kinds(true);

        assertThat(kinds)
                .extracting(KindTruth::kind)
                .containsExactly("account", "balance", "transaction", "transaction_pending");
        KindTruth rows = kinds.get(2);
        assertThat(kinds.get(0).count()).isEqualTo(accounts.size());
        assertThat(rows.count()).isEqualTo(accounts.stream().mapToLong(AccountTruth::count).sum());
        assertThat(rows.sum())
                .isEqualByComparingTo(
                        accounts.stream()
                                .map(AccountTruth::sum)
                                .reduce(BigDecimal.ZERO, BigDecimal::add));
        assertThat(rows.digest()).matches("[0-9a-f]{64}");
        assertThat(twin.truth().kinds(false).get(2).json().has("digest")).isFalse();
    }

    @Test
    void adjacentWindowsAddUpToTheWhole() throws Exception {
        int whole = rows(account, "2025-11-21", "2026-11-21").size();
        int parts =
                rows(account, "2025-11-21", "2026-03-28").size()
                        + rows(account, "2026-03-29", "2026-03-29").size()
                        + rows(account, "2026-03-30", "2026-11-21").size();

        assertThat(whole).isEqualTo(3000);
        assertThat(parts).isEqualTo(3000);
    }

    @Test
    void bothEndsOfAWindowAreInclusive() throws Exception {
        for (JsonNode row : rows(account, "2026-10-01", "2026-10-02")) {
            assertThat(row.path("timestamp").asText().substring(8, 10)).isIn("01", "02");
        }
        assertThat(rows(account, "2026-10-01", "2026-10-01")).isNotEmpty();
    }

    @Test
    void withoutAWindowTheBankGivesNinetyDays() throws Exception {
        JsonNode rows = caller.results("accounts/" + account.id() + "/transactions", token);

        assertThat(rows).hasSize(rows(account, "2026-08-24", "2026-11-21").size());
    }

    @Test
    void instantsAreTakenForTheirDay() throws Exception {
        assertThat(rows(account, "2026-10-01T12:00:00Z", "2026-10-02T01:00:00Z"))
                .hasSize(rows(account, "2026-10-01", "2026-10-02").size());
    }

    @Test
    void theFifthMinuteEndsTheDeepWindow() throws Exception {
        String deep = window(account, "2025-11-21", "2026-11-21");
        clock.advance(Duration.ofSeconds(299));
        assertThat(caller.get(deep, token).statusCode()).isEqualTo(200);
        clock.advance(Duration.ofSeconds(1));

        assertThat(caller.error(deep, token)).isEqualTo("403 sca_exceeded");
        assertThat(caller.get(window(account, "2026-08-23", "2026-11-21"), token).statusCode())
                .isEqualTo(200);
    }

    @Test
    void beyondTheCeilingTheRangeIsInvalid() throws Exception {
        twin.change(twin.settings().historyCeilingDays(200));

        assertThat(caller.error(window(account, "2025-11-21", "2026-11-21"), token))
                .isEqualTo("400 invalid_date_range");
    }

    @Test
    void aSilentCapAnswersAsIfTheAccountWereYoung() throws Exception {
        twin.change(twin.settings().silentSpanCapDays(60));

        for (JsonNode row : rows(account, "2025-11-21", "2026-11-21")) {
            assertThat(row.path("timestamp").asText()).isGreaterThanOrEqualTo("2026-09-22");
        }
    }

    @Test
    void aWindowIntoTheFutureIsRefused() throws Exception {
        assertThat(caller.error(window(account, "2026-11-01", "2026-11-22"), token))
                .isEqualTo("400 invalid_date_range");
    }

    @Test
    void theQuirksOfTheContractAreThere() throws Exception {
        Set<String> seen = new HashSet<>();
        for (JsonNode row : all(account)) {
            String time = row.path("timestamp").asText();
            seen.add(time.endsWith("Z") ? "Z" : time.endsWith("+01:00") ? "+01:00" : "no zone");
            seen.add(time.contains(".") ? "fraction" : "whole");
            seen.add(row.has("meta") ? "meta" : "no meta");
            seen.add("{}".equals(row.path("running_balance").toString()) ? "{}" : "balance");
            seen.add(row.has("normalised_provider_transaction_id") ? "id" : "no id");
            seen.add(row.has("transaction_type") ? "type" : "no type");
            if (row.path("transaction_type").asText().equals("CREDIT")
                    && row.path("amount").decimalValue().signum() < 0) {
                seen.add("conflict");
            }
        }
        assertThat(seen)
                .contains(
                        "Z",
                        "+01:00",
                        "no zone",
                        "fraction",
                        "whole",
                        "meta",
                        "no meta",
                        "{}",
                        "balance",
                        "id",
                        "no id",
                        "type",
                        "no type",
                        "conflict");
    }

    @Test
    void twoRealPurchasesAreWhollyEqualAndWithoutIds() {
        List<String> equal =
                twin.truth().booked(account.id()).stream()
                        .filter(row -> row.normalisedId() == null && row.providerId() == null)
                        .map(BookedRow::identity)
                        .toList();

        assertThat(new HashSet<>(equal)).hasSizeLessThan(equal.size());
    }

    @Test
    void cardsShowAPurchaseAsPositiveAndTheirNumberInMeta() throws Exception {
        JsonNode row = rows(card, "2026-11-01", "2026-11-21").get(0);

        assertThat(twin.truth().booked(card.id()))
                .anySatisfy(booked -> assertThat(booked.signedAmount()).isNegative());
        assertThat(row.toString()).contains("555555000");
    }

    @Test
    void pendingRowsComeBackBookedUnderANewId() throws Exception {
        String path = "accounts/" + account.id() + "/transactions/pending";
        JsonNode pending = caller.results(path, token);
        List<BookedRow> settled = twin.settlePending(account.id());

        assertThat(pending).hasSize(2);
        assertThat(caller.results(path, token)).isEmpty();
        assertThat(settled).hasSize(2);
        assertThat(rows(account, "2026-11-21", "2026-11-21").toString())
                .contains(settled.get(0).normalisedId());
        assertThat(twin.truth().of(account.id()).count()).isEqualTo(3002);
    }

    @Test
    void aRowCanBeEditedAndDeletedByTheBank() throws Exception {
        BookedRow first = twin.truth().booked(account.id()).get(0);
        BookedRow second = twin.truth().booked(account.id()).get(1);
        account.edit(first, row -> row.withAmount(new BigDecimal("-77.77")));
        account.delete(second);

        assertThat(twin.truth().of(account.id()).count()).isEqualTo(2999);
        assertThat(all(account)).hasSize(2999);
        assertThat(all(account).toString()).contains("-77.77");
    }

    @Test
    void aGrownAccountHasItsNewRowsToday() throws Exception {
        int before = rows(account, "2026-11-21", "2026-11-21").size();
        twin.grow(account.id(), 50);
        twin.addTransaction(
                account.id(), Transaction.debit("2026-11-21T00:00:00", "By hand", "4.99"));

        assertThat(rows(account, "2026-11-21", "2026-11-21")).hasSize(before + 51);
    }

    @Test
    void transactionIdsCanBeVolatileWhileTheNormalisedOnesStay() throws Exception {
        JsonNode one = rows(account, "2026-11-20", "2026-11-20");
        twin.change(twin.settings().volatileTransactionIds(true));
        JsonNode two = rows(account, "2026-11-20", "2026-11-20");

        assertThat(two.findValuesAsText("transaction_id"))
                .doesNotContainAnyElementsOf(one.findValuesAsText("transaction_id"));
        assertThat(two.findValuesAsText("normalised_provider_transaction_id"))
                .isEqualTo(one.findValuesAsText("normalised_provider_transaction_id"));
    }

    @Test
    void theHourCacheHidesWhatIsNew() throws Exception {
        twin.change(twin.settings().hourCache(true));
        int before = rows(account, "2026-11-01", "2026-11-21").size();
        twin.grow(account.id(), 5);

        assertThat(rows(account, "2026-11-01", "2026-11-21")).hasSize(before);
        clock.advance(Duration.ofMinutes(59));
        assertThat(rows(account, "2026-11-01", "2026-11-21")).hasSize(before);
        token = twin.connect("john", "doe").accessToken();
        assertThat(rows(account, "2026-11-01", "2026-11-21")).hasSize(before + 5);
    }

    @Test
    void anExpiredConsentGivesNoDataUnlessTheBankIsLax() throws Exception {
        twin.connection("john").consentExpiresAt(clock.instant());
        assertThat(caller.error("accounts", token)).isEqualTo("403 access_denied");

        twin.change(twin.settings().honourExpiredConsents(true));
        assertThat(caller.results("accounts", token)).hasSize(2);
    }

    @Test
    void theFifthUnattendedCallIsRefusedAndAnAttendedOneIsNot() throws Exception {
        twin.change(twin.settings().unattendedLimit(4));
        String path = window(account, "2026-11-01", "2026-11-21");
        for (int n = 0; n < 4; n++) {
            assertThat(caller.get(path, token).statusCode()).isEqualTo(200);
        }

        assertThat(caller.error(path, token)).isEqualTo("429 provider_request_limit_exceeded");
        assertThat(caller.get(path, token, "X-PSU-IP", "203.0.113.9").statusCode()).isEqualTo(200);
        clock.advance(Duration.ofMinutes(59));
        assertThat(caller.get(path, token).statusCode()).isEqualTo(429);
    }

    @Test
    void everyCatalogueEntryAnswers() throws Exception {
        for (String path : List.of("me", "info", "accounts", "cards")) {
            assertThat(caller.results(path, token)).isNotEmpty();
        }
        for (String what : List.of("", "/balance", "/standing_orders", "/direct_debits")) {
            assertThat(caller.results("accounts/" + account.id() + what, token)).isNotEmpty();
        }
        for (String what : List.of("", "/balance", "/transactions/pending")) {
            assertThat(caller.results("cards/" + card.id() + what, token)).isNotEmpty();
        }
        assertThat(caller.error("accounts/" + card.id(), token)).isEqualTo("404 account_not_found");
    }

    @Test
    void anErrorUserFailsWithItsCode() throws Exception {
        String failing = twin.connect("error.wrong_credentials", "error").accessToken();

        assertThat(caller.error("accounts", failing)).isEqualTo("403 wrong_credentials");
    }

    @Test
    void theJournalKnowsWhoAskedWhat() throws Exception {
        caller.get(window(account, "2026-11-01", "2026-11-21"), token, "X-PSU-IP", "203.0.113.9");

        Exchange seen = twin.journal().on("accounts/{id}/transactions").get(0);
        assertThat(seen.user()).isEqualTo("john");
        assertThat(seen.accountId()).isEqualTo(account.id());
        assertThat(seen.query()).containsEntry("from", "2026-11-01");
        assertThat(seen.header("x-psu-ip")).contains("203.0.113.9");
        assertThat(seen.attended()).isTrue();
        assertThat(seen.status()).isEqualTo(200);
        assertThat(seen.bytes()).isPositive();
        assertThat(twin.journal().overlapping(Exchange::accountId)).isEmpty();
    }

    private JsonNode all(BankAccount of) throws Exception {
        return rows(of, "2025-11-21", "2026-11-21");
    }

    private JsonNode rows(BankAccount of, String from, String to) throws Exception {
        return caller.results(window(of, from, to), token);
    }

    private static String window(BankAccount of, String from, String to) {
        return of.kind().segment() + "/" + of.id() + "/transactions?from=" + from + "&to=" + to;
    }

    private static String rowAsText(Kind kind, JsonNode row) {
        Transaction read =
                new Transaction(
                        row.path("normalised_provider_transaction_id").asText(null),
                        row.path("provider_transaction_id").asText(null),
                        row.path("timestamp").asText(),
                        row.path("description").asText(),
                        row.path("amount").decimalValue(),
                        row.path("transaction_type").asText(null),
                        row.path("currency").asText(),
                        "",
                        "");
        return String.join(
                "|",
                read.normalisedId(),
                read.providerId(),
                read.bookingDate(),
                read.signedAmount(kind).setScale(2).toPlainString(),
                read.currency(),
                read.description());
    }

    private static String rowAsText(BookedRow row) {
        return String.join(
                "|",
                row.normalisedId(),
                row.providerId(),
                row.bookingDate(),
                row.signedAmount().toPlainString(),
                row.currency(),
                row.description());
    }
}
