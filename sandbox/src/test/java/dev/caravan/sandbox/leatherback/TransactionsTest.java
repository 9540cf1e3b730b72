package dev.caravan.sandbox.leatherback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.MovableClock;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransactionsTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final LeatherbackTwin twin =
            LeatherbackTwin.start(Tpp.known().transactionsPerAccount(400), clock);
    private final Tpp tpp = new Tpp(twin, clock);
    private final String token = twin.connect("customer1").accessToken();
    private final BankAccount account = twin.accounts("customer1").get(0);
    private final String path = "/accounts/" + account.id() + "/transactions";

    @AfterEach
    void close() {
        twin.close();
    }

    private static List<String> ids(List<JsonNode> rows) {
        return rows.stream()
                .filter(row -> row.has("TransactionId"))
                .map(row -> row.path("TransactionId").asText())
                .toList();
    }

    private String freshToken() {
        return twin.connect("customer1").accessToken();
    }

    @Test
    void theWalkMeetsEveryRowAndSomeOfThemTwice() throws Exception {
        List<JsonNode> rows = tpp.walk(path, token);

        assertThat(new HashSet<>(ids(rows)))
                .isEqualTo(
                        new HashSet<>(
                                account.rows().stream()
                                        .map(Transaction::id)
                                        .filter(id -> !id.isEmpty())
                                        .toList()));
        assertThat(rows).hasSizeGreaterThan(account.rows().size());
        twin.change(twin.settings().repeatRows(false));
        assertThat(tpp.walk(path, token)).hasSize(account.rows().size());
    }

    @Test
    void pagesHaveASizeAndATotal() throws Exception {
        JsonNode page = tpp.json(path, token);

        assertThat(page.path("Data").path("Transaction")).hasSize(25);
        assertThat(page.path("Meta").path("TotalPages").asInt()).isEqualTo(17);
        assertThat(page.path("Meta").has("FirstAvailableDateTime")).isTrue();
        assertThat(page.path("Links").path("Self").asText()).isEqualTo(twin.base() + path);
        assertThat(page.path("Links").path("Next").asText())
                .startsWith(twin.base() + path + "?cursor=");
        twin.change(twin.settings().totalPages(false).pageSize(1000));
        assertThat(tpp.json(path, token).path("Meta").has("TotalPages")).isFalse();
        assertThat(tpp.json(path, token).path("Links").has("Next")).isFalse();
    }

    @Test
    void nothingIsolatesOnePageFromTheNext() throws Exception {
        twin.change(twin.settings().repeatRows(false));
        JsonNode first = tpp.json(path, token);
        account.grow(3);

        String next =
                first.path("Links")
                        .path("Next")
                        .asText()
                        .substring(twin.base().toString().length());
        JsonNode second = tpp.json(next, token);

        assertThat(second.path("Data").path("Transaction").path(2))
                .isEqualTo(first.path("Data").path("Transaction").path(24));
    }

    @Test
    void aRowIsAsTheTruthHasIt() throws Exception {
        List<JsonNode> rows = tpp.walk(path, token);
        Transaction truth = account.rows().stream().filter(Transaction::booked).toList().get(7);
        JsonNode row =
                rows.stream()
                        .filter(one -> one.path("TransactionId").asText().equals(truth.id()))
                        .findFirst()
                        .orElseThrow();

        BigDecimal amount = new BigDecimal(row.path("Amount").path("Amount").asText());
        boolean out = row.path("CreditDebitIndicator").asText().equals("Debit");
        assertThat(out ? amount.negate() : amount).isEqualByComparingTo(truth.amount());
        assertThat(row.path("BookingDateTime").asText()).isEqualTo(truth.bookingDateTime());
        assertThat(row.path("TransactionInformation").asText()).isEqualTo(truth.information());
        assertThat(row.path("Amount").path("Currency").asText()).isEqualTo("GBP");
    }

    @Test
    void theOdditiesOfTheContractAreSprinkledIn() throws Exception {
        List<JsonNode> rows = tpp.walk(path, token);
        Set<String> amounts = new HashSet<>();
        Set<String> dates = new HashSet<>();
        rows.forEach(row -> amounts.add(row.path("Amount").path("Amount").asText()));
        rows.forEach(row -> dates.add(row.path("BookingDateTime").asText()));

        assertThat(amounts).allMatch(one -> one.matches("\\d{1,13}(\\.\\d{1,5})?"));
        assertThat(amounts).anyMatch(one -> one.endsWith("000"));
        assertThat(amounts).anyMatch(one -> one.matches("\\d+\\.\\d{4}[1-9]"));
        assertThat(dates).anyMatch(one -> one.matches(".*\\.\\d{7}Z"));
        assertThat(dates).anyMatch(one -> one.endsWith("+00:00"));
        assertThat(rows).anyMatch(row -> !row.has("TransactionReference"));
        assertThat(rows).anyMatch(row -> !row.has("ValueDateTime"));
        assertThat(rows).anyMatch(row -> !row.has("TransactionId"));
        assertThat(rows)
                .anyMatch(row -> row.path("TransactionMutability").asText().equals("Mutable"));
    }

    @Test
    void someRowsWithoutIdAreEqualTwins() {
        List<Transaction> without =
                account.rows().stream().filter(row -> row.id().isEmpty()).toList();

        assertThat(new HashSet<>(without)).hasSizeLessThan(without.size());
    }

    @Test
    void withoutQuirksEveryRowIsPlain() {
        try (LeatherbackTwin plain =
                LeatherbackTwin.start(
                        Tpp.known().quirks(false).transactionsPerAccount(400), clock)) {
            assertThat(plain.accounts("customer1").get(0).rows())
                    .allMatch(row -> !row.id().isEmpty() && row.amount().scale() == 2);
        }
    }

    @Test
    void theZoneOfAWindowIsIgnored() throws Exception {
        String from = "?fromBookingDateTime=2026-11-10T12:00:00";

        List<String> plain = ids(tpp.walk(path + from, token));

        assertThat(plain).isNotEmpty();
        assertThat(ids(tpp.walk(path + from + "Z", token))).isEqualTo(plain);
        assertThat(ids(tpp.walk(path + from + "%2B11:00", token))).isEqualTo(plain);
    }

    @Test
    void bothEndsOfAWindowBelongToIt() throws Exception {
        Transaction row = account.rows().get(30);
        String at = row.bookingDateTime().substring(0, 19);

        String query = "?fromBookingDateTime=" + at + "Z&toBookingDateTime=" + at + "Z";
        List<JsonNode> rows = tpp.walk(path + query, token);

        assertThat(rows).anyMatch(one -> one.path("BookingDateTime").asText().startsWith(at));
        assertThat(rows).allMatch(one -> one.path("BookingDateTime").asText().startsWith(at));
    }

    @Test
    void aDateAloneMeansTheWholeDay() throws Exception {
        List<JsonNode> rows =
                tpp.walk(
                        path + "?fromBookingDateTime=2026-11-10&toBookingDateTime=2026-11-10",
                        token);

        assertThat(rows).isNotEmpty();
        assertThat(rows)
                .allMatch(row -> row.path("BookingDateTime").asText().startsWith("2026-11-10"));
    }

    @Test
    void theFormOfADateIsASetting() throws Exception {
        twin.change(twin.settings().bookingDates(BookingDates.ZONED));
        assertThat(from("2026-11-10T12:00:00")).isEqualTo("400 UK.OBIE.Field.InvalidDate");
        assertThat(from("2026-11-10T12:00:00Z")).startsWith("200");
        twin.change(twin.settings().bookingDates(BookingDates.ZONELESS));
        assertThat(from("2026-11-10T12:00:00Z")).isEqualTo("400 UK.OBIE.Field.InvalidDate");
        assertThat(from("2026-11-10T12:00:00")).startsWith("200");
    }

    @Test
    void whatIsNoDateIsRefused() throws Exception {
        assertThat(from("yesterday")).isEqualTo("400 UK.OBIE.Field.InvalidDate");
        assertThat(from("2026-11-10T12:00:00+01:00")).isEqualTo("400 UK.OBIE.Field.InvalidDate");
        assertThat(from("2026-11-10&toBookingDateTime=2026-11-09"))
                .isEqualTo("400 UK.OBIE.Field.InvalidDate");
        assertThat(tpp.error(tpp.get(path + "?cursor=made-up", token)))
                .isEqualTo("400 UK.OBIE.Field.Invalid");
    }

    private String from(String date) throws Exception {
        return tpp.error(tpp.get(path + "?fromBookingDateTime=" + date, token));
    }

    @Test
    void theConsentLimitsTheWindow() throws Exception {
        ObjectNode wish = tpp.consentWish(Tpp.PERMISSIONS.toArray(String[]::new));
        ((ObjectNode) wish.path("Data")).put("TransactionFromDateTime", "2026-11-01T00:00:00Z");
        ((ObjectNode) wish.path("Data")).put("TransactionToDateTime", "2026-11-10T00:00:00Z");
        String id = Tpp.body(tpp.createConsent(wish)).path("Data").path("ConsentId").asText();
        Callback back = new Browser().allow(tpp.link(tpp.claims(id)), "customer2");
        String narrow = Tpp.body(tpp.exchange(back.get("code"))).path("access_token").asText();
        BankAccount theirs = twin.accounts("customer2").get(0);

        List<String> seen = ids(tpp.walk("/accounts/" + theirs.id() + "/transactions", narrow));

        List<Transaction> truth = twin.truth().transactions(theirs.id());
        assertThat(truth).isNotEmpty().hasSizeLessThan(100);
        assertThat(new HashSet<>(seen))
                .isEqualTo(
                        new HashSet<>(
                                truth.stream()
                                        .map(Transaction::id)
                                        .filter(one -> !one.isEmpty())
                                        .toList()));
    }

    @Test
    void pendingRowsChangeAndAreBookedUnderANewIdOrVanish() {
        List<Transaction> first = pending();
        assertThat(first).hasSize(2);

        clock.advance(Duration.ofDays(1));
        List<Transaction> second = pending();
        assertThat(second)
                .extracting(Transaction::id)
                .containsExactlyElementsOf(first.stream().map(Transaction::id).toList());
        assertThat(second.get(0).amount())
                .isEqualByComparingTo(first.get(0).amount().subtract(BigDecimal.ONE));

        clock.advance(Duration.ofDays(1));
        assertThat(pending()).isEmpty();
        List<Transaction> booked =
                account.rows().stream().filter(row -> row.id().startsWith("LBS")).toList();
        assertThat(booked).hasSize(1);
        assertThat(booked.get(0).bookingDate()).isEqualTo("2026-11-23");

        clock.advance(Duration.ofDays(1));
        assertThat(pending()).hasSize(2);
    }

    private List<Transaction> pending() {
        return account.rows().stream().filter(Transaction::pending).toList();
    }

    @Test
    void aMutableRowChangesOnceAndThenStays() {
        Transaction open =
                account.rows().stream().filter(Transaction::mutable).findFirst().orElseThrow();

        clock.advance(Duration.ofDays(1));
        Transaction done = find(open.id());
        clock.advance(Duration.ofDays(10));

        assertThat(done.mutable()).isFalse();
        assertThat(done.amount()).isNotEqualByComparingTo(open.amount());
        assertThat(done.information()).endsWith(" FINAL");
        assertThat(find(open.id())).isEqualTo(done);
    }

    private Transaction find(String id) {
        return account.rows().stream().filter(row -> row.id().equals(id)).findFirst().orElseThrow();
    }

    @Test
    void daysBringRowsAndLeaveTheOldOnesAlone() {
        try (LeatherbackTwin living =
                LeatherbackTwin.start(Tpp.known().arrivalsPerDay(3).pendingPerAccount(0), clock)) {
            BankAccount one = living.accounts("customer1").get(0);
            List<Transaction> before = one.rows().stream().filter(row -> !row.mutable()).toList();
            clock.advance(Duration.ofDays(2));

            assertThat(one.rows()).hasSize(66).containsAll(before);
        }
    }

    @Test
    void aTestDrivesTheRows() throws Exception {
        Transaction late = account.add(Transaction.credit("2026-10-01T12:00:00Z", "Late", "5"));
        account.edit(late.id(), row -> row.withInformation("Corrected"));
        assertThat(find(late.id()).information()).isEqualTo("Corrected");
        account.delete(late.id());
        account.addPending(Transaction.debit("2026-11-21T09:00:00Z", "Held", "9"));
        account.changePending(row -> row.withInformation("Changed"));
        assertThat(pending()).allMatch(row -> row.information().equals("Changed")).hasSize(3);
        assertThat(account.settlePending()).hasSize(3);
        account.dropPending();

        assertThat(pending()).isEmpty();
        assertThat(account.rows()).noneMatch(row -> row.id().equals(late.id()));
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> account.delete("nothing"))
                .hasMessageContaining("nothing");
        assertThat(tpp.walk(path, freshToken())).isNotEmpty();
    }

    @Test
    void idsCanChangeWithEveryRequest() throws Exception {
        twin.change(twin.settings().volatileTransactionIds(true));

        assertThat(ids(tpp.walk(path, token)))
                .doesNotContainAnyElementsOf(ids(tpp.walk(path, token)));
    }

    @Test
    void emptyPagesCanComeBeforeFullOnes() throws Exception {
        twin.change(twin.settings().emptyPageEvery(1).repeatRows(false));

        assertThat(tpp.json(path, token).path("Data").path("Transaction")).isEmpty();
        assertThat(tpp.walk(path, token)).hasSize(account.rows().size());
    }

    @Test
    void aLargeAccountHasManyPages() throws Exception {
        try (LeatherbackTwin big =
                LeatherbackTwin.start(
                        Tpp.known()
                                .transactionsPerAccount(20_000)
                                .accountsPerUser(1)
                                .pageSize(1000),
                        clock)) {
            String all = big.connect("customer1").accessToken();
            BankAccount one = big.accounts("customer1").get(0);

            JsonNode page =
                    new Tpp(big, clock).json("/accounts/" + one.id() + "/transactions", all);

            assertThat(page.path("Meta").path("TotalPages").asInt()).isEqualTo(21);
        }
    }
}
