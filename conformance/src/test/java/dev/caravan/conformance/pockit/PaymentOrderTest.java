package dev.caravan.conformance.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be asked for, how often, and what is told before anything leaves. */
class PaymentOrderTest {
    private static final String GOOD = Till.body("12.50", "INV-1");
    private static Till till;

    @BeforeAll
    static void open() {
        till = Till.open(Map.of("payment.most", "250.00"));
    }

    @AfterAll
    static void close() {
        till.close();
    }

    private static HttpResponse<String> post(String key, String body) {
        return till.desk.adminOnce(key, "/payments", body);
    }

    private static long payments() {
        return till.house().number("select count(*) from ledger.payment");
    }

    @Test
    void aKeyThatComesTwentyTimesAtOnceMakesOnePaymentAndOneLink() {
        String key = Till.key();
        long before = payments();

        List<String> answers =
                Stream.generate(() -> key)
                        .limit(20)
                        .parallel()
                        .map(one -> post(one, GOOD))
                        .map(answer -> answer.statusCode() + " " + answer.body())
                        .distinct()
                        .toList();

        assertThat(answers).hasSize(1).first().asString().startsWith("201 ");
        assertThat(payments()).isEqualTo(before + 1);
        assertThat(
                        till.house()
                                .number(
                                        "select count(*) from caravan.connection where kind ="
                                                + " 'payment'"))
                .isEqualTo(payments());
        Till.Draft draft = till.draft(post(key, GOOD));
        assertThat(till.pay(draft)).contains("Sent");
        assertThat(till.draft(post(key, GOOD))).isEqualTo(draft);
        assertThat(till.intents(draft)).hasSize(1);
        assertThat(till.submissions(draft)).hasSize(1);
    }

    @Test
    void aKeyStandsForWhatItFirstAskedForHoweverThatIsSpelled() {
        String key = Till.key();
        Till.Draft draft = till.draft(post(key, GOOD));
        assertThat(
                        till.draft(
                                post(
                                        key,
                                        GOOD.replace(" ", "")
                                                .replace("LandlordLtd", "Landlord Ltd"))))
                .isEqualTo(draft);

        for (String other :
                List.of(
                        Till.body("12.51", "INV-1"),
                        Till.body("12.50", "INV-2"),
                        GOOD.replace(Till.ACCOUNT, "73519265"),
                        GOOD.replace("someone", "somebody"),
                        "{}")) {
            HttpResponse<String> answer = post(key, other);
            assertThat(answer.statusCode()).as(other).isEqualTo(409);
            assertThat(answer.body()).contains("another payment").doesNotContain("connect/");
        }
    }

    @Test
    void aPaymentIsNotTakenWithoutAUsableKey() {
        long before = payments();
        for (HttpResponse<String> answer :
                List.of(
                        till.desk.admin("POST", "/payments", GOOD),
                        post("two words", GOOD),
                        post("x".repeat(129), GOOD))) {
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("Idempotency-Key");
        }
        assertThat(payments()).isEqualTo(before);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "amount|\"0\"",
                "amount|\"0.00\"",
                "amount|\"-1\"",
                "amount|\"1.001\"",
                "amount|\"1e2\"",
                "amount|\"250.01\"",
                "amount|\"1,000\"",
                "amount|\" 1\"",
                "amount|\"NaN\"",
                "amount|\"99999999999999999999\"",
                "amount|12.5",
                "amount|null",
                "currency|\"EUR\"",
                "currency|\"gbp\"",
                "reference|\"\"",
                "reference|\"nineteen characters\"",
                "reference|\"a\\nb\"",
                "reference|\"---\"",
                "user|\" \"",
                "user|7",
                "name|\"\"",
                "name|\"a<b>\"",
                "name|\"a\\u0000b\"",
                "sort_code|\"04-00-04\"",
                "sort_code|\"04000\"",
                "sort_code|40004",
                "account_number|\"1234567\"",
                "account_number|\"123456789\"",
                "account_number|\"1234567x\"",
                "account_number|\"\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\""
            })
    void aFieldThatDoesNotFitIsNamedAndNothingIsKeptOrSent(String field, String value) {
        long before = payments();
        long seen = till.pockit.twin.journal().all().size();

        HttpResponse<String> answer =
                post(
                        Till.key(),
                        GOOD.replaceAll(
                                "(\"" + field + "\": )(\"[^\"]*\")",
                                "$1" + value.replace("\\", "\\\\")));

        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode fields = Till.json(answer.body()).get("fields");
        assertThat(fields).hasSize(1);
        assertThat(fields.fieldNames().next()).endsWith(field);
        assertThat(answer.body()).doesNotContain(Till.ACCOUNT);
        assertThat(payments()).isEqualTo(before);
        assertThat(till.pockit.twin.journal().all()).hasSize((int) seen);
    }

    @Test
    void allFieldsThatDoNotFitAreNamedAtOnce() {
        HttpResponse<String> answer =
                post(
                        Till.key(),
                        """
                        {"provider": "pockit", "user": "", "amount": 5, "currency": "USD", "reference": "?", "more": 1,
                         "payee": {"name": "", "sort_code": "1", "account_number": "2", "iban": "x"}}
                        """);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Till.json(answer.body()).get("fields").fieldNames())
                .toIterable()
                .containsExactly(
                        "user",
                        "amount",
                        "currency",
                        "payee.name",
                        "payee.sort_code",
                        "payee.account_number",
                        "reference",
                        "body");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{} {}", "{\"amount\": \"1\", \"amount\": \"2\"}", "7"})
    void aBodyThatIsNoObjectIsRefused(String body) {
        assertThat(post(Till.key(), body).statusCode()).isEqualTo(400);
    }

    @Test
    void aProviderThatPaysNothingIsNotAsked() {
        HttpResponse<String> answer = post(Till.key(), GOOD.replace("\"pockit\"", "\"nobody\""));
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("payments = on");
    }

    @Test
    void paymentsAreShownWithTheirLivesAndByState() {
        Till.Draft draft = till.draft();
        JsonNode shown = Till.json(till.desk.admin("GET", "/payments/" + draft.id(), "").body());
        assertThat(shown.get("state").asText()).isEqualTo("draft");
        assertThat(shown.get("payee_account").asText()).isEqualTo("****9264");
        assertThat(shown.get("events")).hasSize(1);
        assertThat(Till.json(till.desk.admin("GET", "/payments?state=draft", "").body()))
                .extracting(one -> one.get("payment_id").asText())
                .contains(draft.id().toString());
        assertThat(Till.json(till.desk.admin("GET", "/payments?state=unknown", "").body()))
                .isEmpty();
        assertThat(till.desk.admin("GET", "/payments?state=odd", "").statusCode()).isEqualTo(400);
        assertThat(till.desk.admin("GET", "/payments/odd", "").statusCode()).isEqualTo(404);
        for (String path : List.of("/payments", "/payments/" + draft.id())) {
            assertThat(till.desk.stranger(path).statusCode()).isEqualTo(401);
        }
        assertThat(till.decide(draft, "resolve", ", \"to\": \"executed\"").statusCode())
                .isEqualTo(409);
        assertThat(
                        till.desk
                                .admin("POST", "/payments/" + draft.id() + "/cancel", "{}")
                                .statusCode())
                .isEqualTo(400);
    }
}
