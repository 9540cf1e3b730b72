package dev.caravan.sandbox.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.MovableClock;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pages, and what can be wrong with them (contract 4.4). */
class PagesTest {
    private static final String ENDPOINT = "accounts/{id}/transactions";
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final PockitTwin twin =
            PockitTwin.start(PockitSettings.defaults().with("idlessPercent", 0), clock);
    private final Caller caller = Caller.of(twin, clock);
    private final String token = twin.connect("user1").accessToken();
    private final String id = twin.id(twin.accounts("user1").get(0));
    private final String rows = "/accounts/" + id + "/transactions";

    @AfterEach
    void close() {
        twin.close();
    }

    @Test
    void nextIsAnAbsoluteAddressWhoseCursorIsEscaped() throws Exception {
        JsonNode page = caller.read(rows, token);

        assertThat(page.at("/Links/Next").asText())
                .startsWith(twin.base() + "/v1" + rows + "?cursor=")
                .contains("%2F");
        assertThat(page.at("/Meta/TotalPages").asInt()).isEqualTo(2);
        assertThat(sizes()).containsExactly(25, 18);
    }

    @Test
    void nextKeepsTheWindow() throws Exception {
        String window = "?fromBookingDateTime=2026-09-01T00%3A00%3A00Z";
        String next = caller.read(rows + window, token).at("/Links/Next").asText();

        assertThat(next).contains(window + "&cursor=");
        assertThat(caller.read(caller.target(next), token).at("/Data/Transaction")).isNotEmpty();
    }

    @Test
    void aLinkHeaderCanNameTheNextPage() throws Exception {
        change("paging", Answers.Paging.LINK_HEADER);
        assertThat(sizes()).containsExactly(25, 18);

        change("listForm", Answers.ListForm.BARE);
        change("paging", Answers.Paging.LINKS_NEXT);
        assertThat(sizes()).containsExactly(25, 18);
    }

    @Test
    void shapeFPagesToo() throws Exception {
        change("shape", Answers.Shape.F);

        assertThat(sizes()).containsExactly(25, 18);
    }

    @Test
    void aPageInTheMiddleCanBeEmpty() throws Exception {
        change("emptyPage", 2);
        assertThat(sizes()).containsExactly(25, 0, 18);

        change("emptyPage", 0);
        twin.faults().pages(ENDPOINT).emptyWithNext().times(2);
        assertThat(sizes()).containsExactly(0, 0, 25, 18);
    }

    @Test
    void rowsThatComeBetweenTwoPagesShiftNothing() throws Exception {
        String next = next(caller.get(rows, token, "x-user-ip", Caller.IP));
        twin.grow(id, 5);

        assertThat(caller.read(caller.target(next), token).at("/Data/Transaction")).hasSize(18);
    }

    @Test
    void rowsThatComeBetweenTwoPagesShiftThemWhenAskedTo() throws Exception {
        change("pageShift", true);
        JsonNode page = caller.read(rows, token);
        String last = page.at("/Data/Transaction/24/TransactionId").asText();
        twin.addTransaction(
                id, Transaction.booked(LocalDate.parse("2026-11-21"), "-1.00", "NEW").id("TNEW"));
        JsonNode second = caller.read(caller.target(page.at("/Links/Next").asText()), token);

        assertThat(second.at("/Data/Transaction/0/TransactionId").asText()).isEqualTo(last);
    }

    @Test
    void nextCanLeadAstray() throws Exception {
        PagePoint point = twin.faults().pages(ENDPOINT);
        point.repeatsNext().times(1);
        assertThat(firstNext()).isEqualTo(twin.base() + "/v1" + rows);
        point.foreignNext().times(1);
        assertThat(firstNext()).startsWith("https://accounts.example.invalid/v1/");
        point.nextOutsideTheBase().times(1);
        assertThat(firstNext()).startsWith(twin.base() + "/elsewhere/");
        point.nextAt("http://127.0.0.1:1/canary").times(1);
        assertThat(firstNext()).isEqualTo("http://127.0.0.1:1/canary");
    }

    @Test
    void nextCanGoInCircles() throws Exception {
        twin.faults().pages(ENDPOINT).nextGoesInCircles();
        String second = firstNext();

        assertThat(caller.read(caller.target(second), token).at("/Links/Next").asText())
                .isEqualTo(twin.base() + "/v1" + rows);
    }

    @Test
    void aLinkHeaderCanLeadAstrayToo() throws Exception {
        change("paging", Answers.Paging.LINK_HEADER);
        twin.faults().pages("accounts").foreignNext();

        assertThat(next(caller.get("/accounts", token)))
                .startsWith("https://accounts.example.invalid/");
    }

    @Test
    void totalPagesCanBeWrong() throws Exception {
        twin.faults().pages(ENDPOINT).saysTotalPages(99);

        assertThat(caller.read(rows, token).at("/Meta/TotalPages").asInt()).isEqualTo(99);
    }

    @Test
    void aRowWithAnIdCanComeTwiceOrInTwoVersions() throws Exception {
        twin.faults().pages(ENDPOINT).repeatsARow().times(1);
        JsonNode twice = caller.read(rows, token).at("/Data/Transaction");
        assertThat(twice).hasSize(26);
        assertThat(twice.get(25).path("TransactionId").asText()).startsWith("T");
        assertThat(twice).areExactly(2, new Condition<>(twice.get(25)::equals, "the same"));

        twin.faults().pages(ENDPOINT).twoVersionsOfARow().times(1);
        JsonNode versions = caller.read(rows, token).at("/Data/Transaction");
        List<String> words = new ArrayList<>();
        for (JsonNode row : versions) {
            if (row.path("TransactionId").equals(twice.get(25).path("TransactionId"))) {
                words.add(row.path("TransactionInformation").asText());
            }
        }
        assertThat(words)
                .containsExactly(
                        "AN OLDER VERSION", twice.get(25).path("TransactionInformation").asText());
    }

    @Test
    void anExtraRowCanBeSpoiltInEachWay() throws Exception {
        PagePoint point = twin.faults().pages(ENDPOINT);
        point.wordAsAmount().times(1);
        assertThat(extra().at("/Amount/Amount").asText()).isEqualTo("twelve");
        point.hugeAmount().times(1);
        assertThat(extra().at("/Amount/Amount").decimalValue()).isEqualByComparingTo("1e30");
        point.nullAmount().times(1);
        assertThat(extra().at("/Amount/Amount").isNull()).isTrue();
        point.tooManyDecimals().times(1);
        assertThat(extra().at("/Amount/Amount").asText()).isEqualTo("1.1234567");
        point.unknownCurrency().times(1);
        assertThat(extra().at("/Amount/Currency").asText()).isEqualTo("ZZZ");
        point.nulInDescription().times(1);
        assertThat(extra().path("TransactionInformation").asText()).contains("\u0000");
        point.longDescription(1_000_000).times(1);
        assertThat(extra().path("TransactionInformation").asText()).hasSize(1_000_000);
        point.impossibleDate().times(1);
        assertThat(extra().path("BookingDateTime").asText()).startsWith("2026-02-30");
        point.unknownStatus().times(1);
        assertThat(extra().path("Status").asText()).isEqualTo("Pondering");
        point.extraRow(row -> row.remove("Amount")).times(1);
        assertThat(extra().has("Amount")).isFalse();
        assertThat(twin.truth().of(id).count()).isEqualTo(40);
    }

    @Test
    void aSpoiltRowOfShapeFIsFlatToo() throws Exception {
        change("shape", Answers.Shape.F);
        twin.faults().pages(ENDPOINT).unknownCurrency().times(1);

        assertThat(caller.read(rows, token).at("/Transactions/25/Currency").asText())
                .isEqualTo("ZZZ");
    }

    private JsonNode extra() throws Exception {
        return caller.read(rows, token).at("/Data/Transaction/25");
    }

    private String firstNext() throws Exception {
        return caller.read(rows, token).at("/Links/Next").asText();
    }

    private List<Integer> sizes() throws Exception {
        List<Integer> sizes = new ArrayList<>();
        String next = twin.base() + "/v1" + rows;
        while (!next.isEmpty()) {
            HttpResponse<byte[]> page =
                    caller.get(caller.target(next), token, "x-user-ip", Caller.IP);
            JsonNode body = Caller.body(page);
            JsonNode list =
                    body.isArray()
                            ? body
                            : body.has("Data")
                                    ? body.at("/Data/Transaction")
                                    : body.path("Transactions");
            sizes.add(list.size());
            next = next(page);
        }
        return sizes;
    }

    private static String next(HttpResponse<byte[]> page) {
        Matcher link =
                Pattern.compile("<(.*)>; rel=\"next\"")
                        .matcher(page.headers().firstValue("link").orElse(""));
        return link.matches() ? link.group(1) : Caller.body(page).at("/Links/Next").asText();
    }

    private void change(String name, Object value) {
        twin.change(twin.settings().with(name, value));
    }
}
