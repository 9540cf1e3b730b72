package dev.caravan.sandbox.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.MovableClock;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Accounts, balances, products, beneficiaries and rows in every shape (contract 4.1 to 4.3). */
class ResourceTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final PockitTwin twin =
            PockitTwin.start(
                    PockitSettings.defaults().with("accountsPerUser", 3).with("pageSize", 0),
                    clock);
    private final Caller caller = Caller.of(twin, clock);
    private String token = twin.connect("user1").accessToken();
    private final BankAccount account = twin.accounts("user1").get(0);
    private final String id = twin.id(account);
    private final String rows = "/accounts/" + id + "/transactions";

    @AfterEach
    void close() {
        twin.close();
    }

    @Test
    void shapeOIsTheEnvelopeOfReadWrite() throws Exception {
        JsonNode body = caller.read("/accounts", token);

        assertThat(body.at("/Links/Self").asText()).isEqualTo(twin.base() + "/v1/accounts");
        assertThat(body.at("/Meta/TotalPages").asInt()).isEqualTo(1);
        JsonNode first = body.at("/Data/Account/0");
        assertThat(first.path("AccountSubType").asText()).isEqualTo("EMoney");
        assertThat(first.at("/Account/0/SchemeName").asText())
                .isEqualTo("UK.OBIE.SortCodeAccountNumber");
        assertThat(first.at("/Account/0/Identification").asText())
                .isEqualTo(account.sortCode() + account.accountNumber())
                .hasSize(14);
        assertThat(body.at("/Data/Account/1/Account/1/SchemeName").asText())
                .isEqualTo("UK.OBIE.IBAN");
        assertThat(body.at("/Data/Account/2/Account/1/SchemeName").asText())
                .isEqualTo("UK.OBIE.PAN");
    }

    @Test
    void shapeOHasUnsignedTextAmountsAndADirection() throws Exception {
        for (JsonNode row : caller.read(rows, token).at("/Data/Transaction")) {
            assertThat(row.at("/Amount/Amount").isTextual()).isTrue();
            assertThat(row.at("/Amount/Amount").asText()).matches("\\d{1,13}(\\.\\d{1,5})?");
            assertThat(row.path("CreditDebitIndicator").asText()).isIn("Credit", "Debit");
            OffsetDateTime.parse(row.path("BookingDateTime").asText());
        }
        JsonNode available = caller.read("/accounts/" + id + "/balance", token);
        assertThat(available.at("/Data/Balance/0/Type").asText()).isEqualTo("InterimAvailable");
        assertThat(signed(available.at("/Data/Balance/0")))
                .isEqualByComparingTo(twin.truth().of(id).available());
        assertThat(signed(available.at("/Data/Balance/1")))
                .isEqualByComparingTo(twin.truth().of(id).current());
    }

    @Test
    void shapeFIsFlat() throws Exception {
        change("shape", Answers.Shape.F);
        JsonNode accounts = caller.read("/accounts", token).path("Accounts");
        JsonNode list = caller.read(rows, token).path("Transactions");
        JsonNode balance = caller.read("/accounts/" + id + "/balance", token);

        assertThat(accounts.at("/0/SchemeName").asText()).isEqualTo("SortCodeAccountNumber");
        assertThat(accounts.at("/1/Identification").asText())
                .matches("IBAN: GB\\d\\dPCKT\\d{14} BIC :PCKTGB21XXX");
        assertThat(accounts.at("/2/Identification").asText()).hasSize(16);
        assertThat(list).hasSize(43);
        assertThat(list.at("/0/CreditDebit").asText()).isIn("Credit", "Debit");
        assertThat(new BigDecimal(balance.path("Amount").asText()))
                .isEqualByComparingTo(twin.truth().of(id).current().abs());
        assertThat(
                        caller.read("/accounts/" + id + "/beneficiaries", token)
                                .at("/Beneficiaries/0")
                                .has("BeneficiaryId"))
                .isTrue();
        assertThat(caller.read("/accounts/" + id, token).path("AccountId").asText()).isEqualTo(id);
    }

    @Test
    void shapeFCanCarryTheSignInTheAmount() throws Exception {
        change("shape", Answers.Shape.F);
        change("signedAmounts", true);
        change("numericAmounts", true);
        JsonNode list = caller.read(rows, token).path("Transactions");

        assertThat(list.at("/0").has("CreditDebit")).isFalse();
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode row : list) {
            assertThat(row.path("Amount").isNumber()).isTrue();
            if (row.path("Status").asText().equals("Booked")) {
                sum = sum.add(row.path("Amount").decimalValue());
            }
        }
        assertThat(sum).isEqualByComparingTo(twin.truth().of(id).sum());
    }

    @Test
    void aListCanBeBareOrOneObject() throws Exception {
        change("listForm", Answers.ListForm.BARE);
        assertThat(caller.read("/accounts", token).isArray()).isTrue();

        change("listForm", Answers.ListForm.LONE_OBJECT);
        assertThat(caller.read("/accounts", token).at("/Data/Account").isArray()).isTrue();
        assertThat(caller.read("/accounts/" + id, token).at("/Data/Account").isObject()).isTrue();
    }

    @Test
    void memberNamesComeInEverySpelling() throws Exception {
        change("fieldStyle", Answers.FieldStyle.SNAKE);
        assertThat(
                        caller.read("/accounts", token)
                                .at("/Data/Account/0/account/0")
                                .has("scheme_name"))
                .isTrue();
        change("fieldStyle", Answers.FieldStyle.KEBAB);
        assertThat(caller.read("/accounts", token).at("/Data/Account/0").has("account-sub-type"))
                .isTrue();
        change("fieldStyle", Answers.FieldStyle.LOWER);
        assertThat(caller.read("/accounts", token).at("/Data/Account/0").has("accountsubtype"))
                .isTrue();
    }

    @Test
    void aScopeThatWasNotGrantedIsRefusedAndNoOther() throws Exception {
        change("scopes", Granting.SEED_SCOPES);
        token = twin.connect("user1").accessToken();

        assertThat(error(rows)).isEqualTo("403 Resource.InvalidConsentStatus");
        assertThat(error("/accounts/" + id + "/beneficiaries")).isEqualTo("200 ");

        change("scopes", List.of("transactions:read"));
        token = twin.connect("user1").accessToken();
        assertThat(error("/accounts")).isEqualTo("403 Resource.InvalidConsentStatus");
        assertThat(error("/accounts/" + id + "/balance")).startsWith("403");
        assertThat(error("/accounts/" + id + "/product")).startsWith("403");
        assertThat(error(rows)).isEqualTo("200 ");
    }

    @Test
    void anAccountOfSomebodyElseDoesNotExist() throws Exception {
        twin.connect("user2");
        String other = twin.id(twin.accounts("user2").get(0));

        assertThat(error("/accounts/" + other)).isEqualTo("404 Resource.NotFound");
        assertThat(error("/accounts/nobody/balance")).isEqualTo("404 Resource.NotFound");
        assertThat(error("/accounts/")).isEqualTo("404 Resource.NotFound");
        assertThat(error("/accounts/" + id + "/balances")).isEqualTo("404 Resource.NotFound");
        assertThat(error("/webhooks/tellconnect/x")).isEqualTo("404 Resource.NotFound");
    }

    @Test
    void theExtraResourcesExistOnlyWhenSwitchedOn() throws Exception {
        for (String extra : List.of("standing-orders", "direct-debits", "scheduled-payments")) {
            change("extraResources", false);
            assertThat(error("/accounts/" + id + "/" + extra)).isEqualTo("404 Resource.NotFound");
            change("extraResources", true);
            assertThat(caller.read("/accounts/" + id + "/" + extra, token).path("Data").iterator())
                    .toIterable()
                    .hasSize(1);
        }
    }

    @Test
    void aWrongMethodHeaderOrParameterIsRefused() throws Exception {
        HttpRequest.Builder post =
                HttpRequest.newBuilder(twin.base().resolve("/v1/accounts"))
                        .POST(HttpRequest.BodyPublishers.noBody());
        assertThat(caller.send(post).statusCode()).isEqualTo(405);
        assertThat(caller.get("/accounts", token, "x-user-ip", "").statusCode()).isEqualTo(400);
        assertThat(caller.get("/accounts", token, "x-user-ip", "localhost").statusCode())
                .isEqualTo(400);
        assertThat(caller.get("/accounts", token, "x-user-ip", "1.2.3.256").statusCode())
                .isEqualTo(400);
        assertThat(caller.get("/accounts", token, "x-user-ip", "2001:db8::7").statusCode())
                .isEqualTo(200);
        assertThat(error("/accounts?page=2")).isEqualTo("400 Field.Unexpected");
        assertThat(error(rows + "?cursor=next")).isEqualTo("400 Field.Invalid");
        HttpRequest.Builder html =
                HttpRequest.newBuilder(twin.base().resolve("/v1/accounts"))
                        .header("Accept", "text/html")
                        .header("Authorization", "Bearer " + token)
                        .header("x-jws-signature", caller.signed("/accounts", "{}".getBytes()));
        assertThat(caller.send(html).statusCode()).isEqualTo(406);
    }

    @Test
    void aWindowIsHonouredIgnoredOrRefused() throws Exception {
        String window =
                "?fromBookingDateTime=2026-11-01T00:00:00Z&toBookingDateTime=2026-11-10T23:59:59Z";
        JsonNode within = caller.read(rows + window, token).at("/Data/Transaction");
        assertThat(within).isNotEmpty();
        for (JsonNode row : within) {
            Instant at = OffsetDateTime.parse(row.path("BookingDateTime").asText()).toInstant();
            assertThat(at).isBetween("2026-11-01T00:00:00Z", "2026-11-10T23:59:59Z");
        }

        change("windowRule", Answers.WindowRule.IGNORED);
        assertThat(caller.read(rows + window, token).at("/Data/Transaction")).hasSize(43);

        change("windowRule", Answers.WindowRule.REFUSED);
        assertThat(error(rows + window)).isEqualTo("400 Field.Unexpected");
    }

    @Test
    void anImpossibleWindowIsRefused() throws Exception {
        assertThat(error(rows + "?fromBookingDateTime=2026-11-01")).startsWith("400");
        assertThat(error(rows + "?fromBookingDateTime=2026-02-30T00:00:00Z")).startsWith("400");
        assertThat(error(rows + "?fromBookingDateTime=2026-11-01T00:00:00%2B00:00"))
                .startsWith("400");
        assertThat(
                        error(
                                rows
                                        + "?fromBookingDateTime=2026-11-02T00:00:00Z"
                                        + "&toBookingDateTime=2026-11-01T00:00:00Z"))
                .startsWith("400");
    }

    @Test
    void withoutAUserAWindowReaches90DaysBackAtMost() throws Exception {
        String inside = rows + "?fromBookingDateTime=2026-08-23T00:00:00Z";
        String outside = rows + "?fromBookingDateTime=2026-08-22T23:59:59Z";

        assertThat(error(inside)).isEqualTo("200 ");
        assertThat(error(outside)).isEqualTo("400 Field.InvalidDate");
        assertThat(caller.get(outside, token, "x-user-ip", Caller.IP).statusCode()).isEqualTo(200);
    }

    @Test
    void rowsArePendingBookedAndRejectedSomeWithoutIdAndSomeAlike() throws Exception {
        List<String> statuses = new ArrayList<>();
        int idless = 0;
        int alike = 0;
        for (JsonNode row : caller.read(rows, token).at("/Data/Transaction")) {
            statuses.add(row.path("Status").asText());
            idless += row.has("TransactionId") ? 0 : 1;
            alike +=
                    row.path("TransactionInformation").asText().equals("CARD NORTHLINE RAIL")
                                    && row.at("/Amount/Amount").asText().startsWith("2.80")
                            ? 1
                            : 0;
        }

        assertThat(statuses).startsWith("Pending", "Pending").contains("Booked", "Rejected");
        assertThat(twin.truth().pending(id)).hasSize(2);
        assertThat(twin.truth().rejected(id)).hasSize(1);
        assertThat(twin.truth().booked(id)).hasSize(40);
        assertThat(idless).isGreaterThan(2);
        assertThat(alike).isEqualTo(2);
    }

    @Test
    void theShareOfRowsWithoutIdAndTheNumberAlikeAreSettings() {
        PockitSettings settings =
                PockitSettings.defaults()
                        .with("transactionsPerAccount", 500)
                        .with("idlessPercent", 30)
                        .with("identicalRows", 7);
        try (PockitTwin other = PockitTwin.start(settings, clock)) {
            List<Transaction> all = other.accounts("user1").get(0).rows(Transaction.Status.Booked);

            assertThat(all.stream().filter(row -> row.id().isEmpty()).count())
                    .isBetween(120L, 190L);
            assertThat(all.stream().map(Transaction::identity).distinct().count()).isEqualTo(494);
        }
    }

    @Test
    void theBookingDateIsTheDateAsItIsWritten() throws Exception {
        twin.addTransaction(
                id,
                Transaction.booked(LocalDate.parse("2026-07-01"), "-1.00", "AN HOUR EAST")
                        .bookedAt(OffsetDateTime.parse("2026-07-01T00:30:00+01:00")));
        JsonNode sent = null;
        for (JsonNode row : caller.read(rows, token).at("/Data/Transaction")) {
            sent = row.path("TransactionInformation").asText().equals("AN HOUR EAST") ? row : sent;
        }

        assertThat(sent.path("BookingDateTime").asText()).isEqualTo("2026-07-01T00:30:00+01:00");
        assertThat(twin.truth().booked(id))
                .extracting(row -> row.bookingDate().toString())
                .contains("2026-07-01");
    }

    @Test
    void rowsCanComeLateChangeVanishAndSettle() throws Exception {
        Transaction late =
                twin.addTransaction(
                        id, Transaction.booked(LocalDate.parse("2026-10-01"), "-9.99", "LATE"));
        Transaction edited = account.edit(late, row -> row.description("EDITED").amount("-8.88"));
        assertThat(twin.truth().booked(id)).contains(edited).doesNotContain(late);

        account.delete(edited);
        assertThat(twin.truth().booked(id)).hasSize(40);

        List<Transaction> settled = twin.settlePending(id);
        assertThat(settled).hasSize(2).allMatch(row -> !row.id().isEmpty());
        assertThat(twin.truth().pending(id)).isEmpty();
        assertThat(twin.truth().of(id).count()).isEqualTo(42);
        assertThat(twin.truth().of(id).available()).isEqualTo(twin.truth().of(id).current());
    }

    @Test
    void errorsComeInEachOfTheirBodies() throws Exception {
        assertThat(Caller.body(caller.get("/accounts", "none")).at("/Errors/0/ErrorCode").asText())
                .startsWith("UK.OBIE.");
        change("errorBody", Answers.ErrorBody.MESSAGE);
        assertThat(Caller.body(caller.get("/accounts", "none")).path("message").asText())
                .isNotEmpty();
        change("errorBody", Answers.ErrorBody.NONE);
        assertThat(caller.get("/accounts", "none").body()).isEmpty();
    }

    @Test
    void theJournalNamesEndpointUserAccountAndWhetherAUserWasThere() throws Exception {
        caller.get("/accounts/" + id + "/balance", token);
        caller.read("/accounts", token);
        Exchange first = twin.journal().on("accounts/{id}/balance").get(0);

        assertThat(first.user()).isEqualTo("user1");
        assertThat(first.accountId()).isEqualTo(id);
        assertThat(twin.journal().unattended()).containsExactly(first);
    }

    private BigDecimal signed(JsonNode balance) {
        BigDecimal amount = new BigDecimal(balance.at("/Amount/Amount").asText());
        return balance.path("CreditDebitIndicator").asText().equals("Debit")
                ? amount.negate()
                : amount;
    }

    private String error(String target) throws Exception {
        HttpResponse<byte[]> response = caller.get(target, token);
        return Caller.error(response);
    }

    private void change(String name, Object value) {
        twin.change(twin.settings().with(name, value));
    }
}
