package dev.caravan.sandbox.leatherback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.MovableClock;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DataTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final LeatherbackTwin twin =
            LeatherbackTwin.start(Tpp.known().accountsPerUser(4), clock);
    private final Tpp tpp = new Tpp(twin, clock);
    private final String token = twin.connect("customer1").accessToken();
    private final BankAccount account = twin.accounts("customer1").get(0);
    private final String path = "/accounts/" + account.id();

    @AfterEach
    void close() {
        twin.close();
    }

    private JsonNode accounts() throws Exception {
        return tpp.json("/accounts", token).path("Data").path("Account");
    }

    @Test
    void anAccountIsAsObieHasIt() throws Exception {
        JsonNode first = accounts().path(0);

        assertThat(first.path("AccountId").asText()).hasSizeLessThanOrEqualTo(40);
        assertThat(first.path("Currency").asText()).isEqualTo("GBP");
        assertThat(first.path("AccountType").asText()).isEqualTo("Personal");
        assertThat(first.path("Nickname").asText()).isEqualTo(account.name());
        assertThat(first.path("Account")).hasSize(2);
        assertThat(first.path("Account").path(0).path("SchemeName").asText())
                .isEqualTo("UK.OBIE.IBAN");
        assertThat(first.path("Account").path(1).path("Identification").asText())
                .matches("\\d{14}");
        assertThat(first.path("Servicer").path("SchemeName").asText()).isEqualTo("UK.OBIE.BICFI");
    }

    @Test
    void accountsDifferInTheirOddities() throws Exception {
        assertThat(accounts().path(1).has("Nickname")).isFalse();
        assertThat(accounts().path(1).path("Description").asText()).isNotEmpty();
        assertThat(accounts().path(2).path("Account").path(0).path("SchemeName").asText())
                .isEqualTo("IBAN");
        assertThat(accounts().path(3).has("Currency")).isFalse();
    }

    @Test
    void anIbanHasItsCheckDigits() {
        String iban = account.identifiers().get(0).value();
        StringBuilder digits = new StringBuilder();
        for (char c : (iban.substring(4) + iban.substring(0, 4)).toCharArray()) {
            digits.append(Character.digit(c, 36));
        }

        assertThat(
                        new java.math.BigInteger(digits.toString())
                                .mod(java.math.BigInteger.valueOf(97)))
                .isEqualTo(1);
        assertThat(iban).hasSize(22);
    }

    @Test
    void basicLeavesOutWhatNeedsDetail() throws Exception {
        String basic =
                twin.connect(
                                "customer1",
                                "ReadAccountsBasic",
                                "ReadBeneficiariesBasic",
                                "ReadTransactionsBasic",
                                "ReadTransactionsDebits")
                        .accessToken();

        JsonNode first = tpp.json("/accounts", basic).path("Data").path("Account").path(0);
        assertThat(first.has("Account")).isFalse();
        assertThat(first.has("Servicer")).isFalse();
        JsonNode payee =
                tpp.json(path + "/beneficiaries", basic).path("Data").path("Beneficiary").path(0);
        assertThat(payee.has("CreditorAccount")).isFalse();
        for (JsonNode row : tpp.walk(path + "/transactions", basic)) {
            assertThat(row.path("CreditDebitIndicator").asText()).isEqualTo("Debit");
            assertThat(row.has("TransactionInformation")).isFalse();
            assertThat(row.has("CreditorAccount")).isFalse();
            assertThat(row.has("MerchantDetails")).isFalse();
        }
    }

    @Test
    void whatTheConsentDoesNotNameIs403() throws Exception {
        String little = twin.connect("customer1", "ReadAccountsBasic").accessToken();

        for (String resource : new String[] {"balances", "beneficiaries", "transactions"}) {
            assertThat(tpp.error(tpp.get(path + "/" + resource, little)))
                    .isEqualTo("403 GB.Leatherback.PermissionMissing");
        }
    }

    @Test
    void anAccountOfSomebodyElseIsNotFoundAs400() throws Exception {
        String foreign = twin.accounts("customer2").get(0).id();

        assertThat(tpp.error(tpp.get("/accounts/" + foreign, token)))
                .isEqualTo("400 UK.OBIE.Resource.NotFound");
        assertThat(tpp.error(tpp.get("/accounts/nothing/balances", token)))
                .isEqualTo("400 UK.OBIE.Resource.NotFound");
    }

    @Test
    void balancesAreUnsignedAndTheTruth() throws Exception {
        for (BankAccount one : twin.accounts("customer1")) {
            JsonNode balances =
                    tpp.json("/accounts/" + one.id() + "/balances", token)
                            .path("Data")
                            .path("Balance");
            assertThat(signed(balances.path(0))).isEqualByComparingTo(one.availableBalance());
            assertThat(signed(balances.path(1))).isEqualByComparingTo(one.bookedBalance());
            assertThat(balances.path(0).path("Type").asText()).isEqualTo("InterimAvailable");
            assertThat(balances.path(0).path("Amount").path("Amount").asText())
                    .matches("\\d{1,13}(\\.\\d{1,5})?");
        }
        assertThat(twin.accounts("customer1").get(1).bookedBalance()).isNegative();
    }

    private static BigDecimal signed(JsonNode balance) {
        BigDecimal amount = new BigDecimal(balance.path("Amount").path("Amount").asText());
        boolean debit = balance.path("CreditDebitIndicator").asText().equals("Debit");
        return debit ? amount.negate() : amount;
    }

    @Test
    void aBalanceFollowsTheRows() {
        BigDecimal before = account.bookedBalance();
        account.add(Transaction.debit("2026-11-21T09:00:00Z", "Tea", "3.20"));

        assertThat(account.bookedBalance())
                .isEqualByComparingTo(before.subtract(new BigDecimal("3.20")));
    }

    @Test
    void beneficiariesAreRefusedLaterThanFiveMinutesAfterTheLogin() throws Exception {
        var connected = twin.connect("customer1");
        clock.advance(Duration.ofSeconds(290));
        JsonNode tokens = Tpp.body(tpp.refresh(connected.refreshToken()));
        String fresh = tokens.path("access_token").asText();

        clock.advance(Duration.ofSeconds(10));
        assertThat(tpp.get(path + "/beneficiaries", fresh).statusCode()).isEqualTo(200);
        clock.advance(Duration.ofSeconds(1));
        assertThat(tpp.error(tpp.get(path + "/beneficiaries", fresh)))
                .isEqualTo("403 GB.Leatherback.BeneficiariesWindowOver");
        assertThat(tpp.get("/accounts", fresh).statusCode()).isEqualTo(200);
        twin.change(twin.settings().beneficiaryWindowSeconds(0));
        assertThat(tpp.get(path + "/beneficiaries", fresh).statusCode()).isEqualTo(200);
    }

    @Test
    void someBeneficiariesHaveNoId() throws Exception {
        JsonNode payees = tpp.json(path + "/beneficiaries", token).path("Data").path("Beneficiary");

        assertThat(payees).hasSize(4);
        assertThat(payees.path(3).has("BeneficiaryId")).isFalse();
        assertThat(payees.path(0).path("CreditorAccount").path("Identification").asText())
                .hasSize(22);
        assertThat(payees.path(1).path("CreditorAccount").path("SchemeName").asText())
                .isEqualTo("UK.OBIE.SortCodeAccountNumber");
    }

    @Test
    void aSingleAccountCanComeInTheWrapper() throws Exception {
        twin.change(twin.settings().accountShape(Shape.WRAPPER));

        JsonNode answer = tpp.json(path, token);

        assertThat(answer.path("isSuccess").asBoolean()).isTrue();
        assertThat(answer.path("value").path("accountId").asText()).isEqualTo(account.id());
        assertThat(answer.has("Data")).isFalse();
    }

    @Test
    void theListCanBePagedAndHasTextsForBalances() throws Exception {
        twin.change(twin.settings().accountsShape(Shape.PAGED).accountsPageSize(3));

        JsonNode first = tpp.json("/accounts", token).path("value");
        JsonNode second = tpp.json("/accounts?pageNumber=2&pageSize=3", token).path("value");

        assertThat(first.path("pageData").toString())
                .isEqualTo(
                        "{\"pageNumber\":1,\"pageCount\":2,\"pageSize\":3,\"hasNextPage\":true,"
                                + "\"hasPreviousPage\":false,\"firstItemOnPage\":1,"
                                + "\"lastItemOnPage\":3,\"totalItemCount\":4}");
        assertThat(first.path("record")).hasSize(3);
        assertThat(second.path("record")).hasSize(1);
        assertThat(second.path("pageData").path("hasNextPage").asBoolean()).isFalse();
        JsonNode pounds = first.path("record").path(0);
        assertThat(pounds.path("ledgerBalance").asText())
                .matches("-?\\d{1,3}(,\\d{3})+\\.\\d{2,5}");
        assertThat(new BigDecimal(pounds.path("ledgerBalance").asText().replace(",", "")))
                .isEqualByComparingTo(account.bookedBalance());
        assertThat(pounds.path("dateAdded").asText())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{7}");
        assertThat(pounds.path("accountDetails")).hasSize(2);
        assertThat(pounds.path("accountDetails").path(0).path("paymentMethodType").asText())
                .isEqualTo("BicSwift");
        JsonNode sortCode = pounds.path("accountDetails").path(1);
        assertThat(sortCode.path("paymentMethodType").asText()).isEqualTo("SortCode");
        assertThat(
                        sortCode.path("paymentMethodValue").asText()
                                + sortCode.path("accountNumber").asText())
                .isEqualTo(account.identifiers().get(1).value());
    }

    @Test
    void theOldEndpointIsAlwaysPaged() throws Exception {
        JsonNode answer = tpp.json("/transactions/api/v1/account/get-customer-accounts", token);

        assertThat(answer.path("value").path("record")).hasSize(4);
    }

    @Test
    void theInteractionIdIsPlayedBackOnSuccessAndOnErrors() throws Exception {
        String id = UUID.randomUUID().toString();

        assertThat(echo(tpp.get("/accounts", token, Gate.INTERACTION, id))).isEqualTo(id);
        assertThat(echo(tpp.get("/accounts", "bad", Gate.INTERACTION, id))).isEqualTo(id);
        twin.faults().on("accounts").status(503).times(1);
        assertThat(echo(tpp.get("/accounts", token, Gate.INTERACTION, id))).isEqualTo(id);
        assertThat(echo(tpp.get("/accounts", token))).matches("[0-9a-f-]{36}");
        twin.change(twin.settings().interactionId(InteractionId.FOREIGN));
        assertThat(echo(tpp.get("/accounts", token, Gate.INTERACTION, id))).isNotEqualTo(id);
        twin.change(twin.settings().interactionId(InteractionId.NONE));
        assertThat(echo(tpp.get("/accounts", token, Gate.INTERACTION, id))).isEmpty();
    }

    private static String echo(HttpResponse<byte[]> answer) {
        return answer.headers().firstValue(Gate.INTERACTION).orElse("");
    }

    @Test
    void headersAreChecked() throws Exception {
        assertThat(tpp.error(tpp.get("/accounts", token, Gate.INTERACTION, "no-uuid")))
                .isEqualTo("400 UK.OBIE.Header.Invalid");
        assertThat(tpp.error(tpp.get("/accounts", token, "x-fapi-auth-date", "2026-11-21")))
                .isEqualTo("400 UK.OBIE.Header.Invalid");
        assertThat(tpp.error(tpp.get("/accounts", token, Gate.CUSTOMER_ADDRESS, "localhost")))
                .isEqualTo("400 UK.OBIE.Header.Invalid");
        assertThat(
                        tpp.get(
                                        "/accounts",
                                        token,
                                        "x-fapi-auth-date",
                                        "Sat, 21 Nov 2026 09:59:00 GMT",
                                        Gate.CUSTOMER_ADDRESS,
                                        "2001:db8::1")
                                .statusCode())
                .isEqualTo(200);
        assertThat(tpp.get("/accounts", token, "Accept", "application/xml").statusCode())
                .isEqualTo(406);
    }

    @Test
    void theAddressOfTheCustomerMarksACallAsAttended() throws Exception {
        tpp.get("/accounts", token);
        tpp.get("/accounts", token, Gate.CUSTOMER_ADDRESS, "192.0.2.7");

        assertThat(twin.journal().unattended()).hasSize(1);
        assertThat(twin.journal().of("customer1")).hasSize(2);
    }

    @Test
    void unattendedCallsCanBeLimited() throws Exception {
        twin.change(twin.settings().unattendedLimit(1));

        assertThat(tpp.get(path + "/balances", token).statusCode()).isEqualTo(200);
        HttpResponse<byte[]> refused = tpp.get(path + "/balances", token);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("86400");
        assertThat(
                        tpp.get(path + "/balances", token, Gate.CUSTOMER_ADDRESS, "192.0.2.7")
                                .statusCode())
                .isEqualTo(200);
    }

    @Test
    void anEndpointCanBeAbsent() throws Exception {
        twin.change(twin.settings().absentEndpoints("accounts/{id}/transactions"));

        assertThat(tpp.get(path + "/transactions", token).statusCode()).isEqualTo(404);
        assertThat(tpp.get(path + "/balances", token).statusCode()).isEqualTo(200);
        assertThat(tpp.get("/open-banking/v3.1/aisp/accounts", token).statusCode()).isEqualTo(404);
        assertThat(tpp.api("POST", "/accounts", token, null).statusCode()).isEqualTo(405);
    }

    @Test
    void theBasePathIsASetting() throws Exception {
        twin.change(twin.settings().basePath("/open-banking/v3.1/aisp"));

        assertThat(tpp.get("/open-banking/v3.1/aisp/accounts", token).statusCode()).isEqualTo(200);
        assertThat(tpp.get("/accounts", token).statusCode()).isEqualTo(404);
        assertThat(twin.journal().on("accounts")).hasSize(1);
    }

    @Test
    void theBankCanDemandANewLoginAfterSomeDays() throws Exception {
        twin.change(twin.settings().scaDays(90));
        var connected = twin.connect("customer1");
        clock.advance(Duration.ofDays(89));
        String renewed =
                Tpp.body(tpp.refresh(connected.refreshToken())).path("refresh_token").asText();
        clock.advance(Duration.ofHours(25));
        JsonNode tokens = Tpp.body(tpp.refresh(renewed));

        assertThat(tpp.error(tpp.get("/accounts", tokens.path("access_token").asText())))
                .isEqualTo("403 UK.OBIE.Reauthenticate");
    }
}
