package dev.caravan.sandbox.trac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private static final String TRANSACTIONS = "orgs/{id}/transactions";
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final TracTwin twin =
            TracTwin.start(TracSettings.defaults().currentKey(Caller.KEYS.publicPem()), clock);
    private final Caller caller = Caller.of(twin, clock);
    private final Installation first = twin.installations().get(0);
    private final String token = twin.token(first.id());
    private final Organization school = twin.schools().get(0);
    private final String path =
            "orgs/"
                    + school.id()
                    + "/transactions?per_page=20&member_txns=true&member_txns_sales=true";

    @AfterEach
    void close() {
        twin.close();
    }

    private List<JsonNode> rows() throws Exception {
        return caller.page("transactions", path, token).rows();
    }

    @Test
    void aPoisonedRowComesInFrontOfTheTrueOnes() throws Exception {
        List<JsonNode> sound = rows();
        PagePoint at = twin.faults().pages(TRANSACTIONS);
        for (Callable<Fault> fault :
                List.<Callable<Fault>>of(
                        at::nullAmount,
                        at::missingAmount,
                        at::wordAsAmount,
                        at::decimalAmount,
                        at::hugeAmount,
                        at::booleanAmount,
                        at::impossibleDate,
                        at::missingId,
                        at::missingPurse,
                        at::unknownMember,
                        at::nulInTag)) {
            fault.call().times(1);
            List<JsonNode> spoilt = rows();
            assertThat(spoilt.subList(1, spoilt.size())).isEqualTo(sound);
            assertThat(sound).doesNotContain(spoilt.get(0));
        }
        assertThat(rows()).isEqualTo(sound);
    }

    @Test
    void aPoisonedRowSaysWhatItWasTold() throws Exception {
        twin.faults().pages(TRANSACTIONS).hugeAmount().times(1);
        assertThat(rows().get(0).path("amountAsInteger").decimalValue())
                .isEqualByComparingTo("1e30");
        twin.faults().pages(TRANSACTIONS).missingId().times(1);
        assertThat(rows().get(0).path("meta").has("transactionId")).isFalse();
        twin.faults().pages("orgs/{id}/members").poison("/mis/upn", Json.tree(Map.of("a", 1)));
        JsonNode member =
                caller.page("members", "orgs/" + school.id() + "/members", token).rows().get(0);
        assertThat(member.path("meta").path("memberId").asText()).startsWith("POISON");
    }

    @Test
    void aRowCanComeTwiceOrInTwoVersions() throws Exception {
        List<JsonNode> sound = rows();
        twin.faults().pages(TRANSACTIONS).repeatsARow().times(1);
        List<JsonNode> twice = rows();
        assertThat(twice).hasSize(sound.size() + 1).endsWith(sound.get(0));

        twin.faults().pages(TRANSACTIONS).twoVersionsOfARow().times(1);
        List<JsonNode> versions = rows();
        assertThat(versions.get(0).path("amountAsInteger").asLong())
                .isEqualTo(sound.get(0).path("amountAsInteger").asLong() - 1);
        assertThat(versions.get(1)).isEqualTo(sound.get(0));
    }

    @Test
    void anEmptyPageLeadsToThePageThatItShouldHaveBeen() throws Exception {
        List<JsonNode> sound = caller.all("transactions", path, token);
        twin.faults().pages(TRANSACTIONS).emptyPage().afterCalls(1).times(2);
        List<Caller.Page> pages = caller.pages("transactions", path, token);

        assertThat(pages.get(1).rows()).isEmpty();
        assertThat(pages.get(1).lastKey()).isNotEqualTo(pages.get(0).lastKey());
        assertThat(pages.stream().flatMap(page -> page.rows().stream()).toList()).isEqualTo(sound);
    }

    @Test
    void lastKeyCanRepeatOrGoInCircles() throws Exception {
        Fault fault = twin.faults().pages(TRANSACTIONS).repeatsLastKey();
        List<String> keys = keys(4);
        assertThat(new HashSet<>(keys)).hasSize(1);
        fault.lift();

        twin.faults().pages(TRANSACTIONS).lastKeyInCircles(3);
        keys = keys(7);
        assertThat(new HashSet<>(keys)).hasSize(3);
        assertThat(keys.get(6)).isEqualTo(keys.get(3)).isEqualTo(keys.get(0));
    }

    private List<String> keys(int pages) throws Exception {
        List<String> keys = new ArrayList<>();
        String next = path;
        for (int n = 0; n < pages; n++) {
            String key = caller.page("transactions", next, token).lastKey();
            keys.add(key);
            next = path + "&start_key=" + Caller.encode(key);
        }
        return keys;
    }

    @Test
    void theEnvelopeCanBeWrong() throws Exception {
        twin.faults().pages(TRANSACTIONS).bareArray().times(1);
        assertThat(caller.page("transactions", path, token).bare()).isTrue();
        twin.faults().pages(TRANSACTIONS).renamed("items").times(1);
        assertThat(caller.page("items", path, token).rows()).isNotEmpty();
    }

    @Test
    void aFaultFindsItsInstallationAndItsOrganization() throws Exception {
        Organization other = twin.organizations(first.id()).get(1);
        twin.faults().on("orgs/{id}/members").status(500).forAccount(other.id());
        twin.faults().on("orgs/{id}/members").status(502).forUser("somebody");

        assertThat(caller.data("orgs/" + school.id() + "/members", token)).isEqualTo("200");
        assertThat(caller.data("orgs/" + other.id() + "/members", token)).isEqualTo("500");
        Member member = school.members().get(2);
        twin.faults()
                .on("orgs/{id}/members/{id}/purses")
                .html(200)
                .forAccount(school.id() + "/" + member.id());
        assertThat(
                        caller.send(
                                        "GET",
                                        "orgs/"
                                                + school.id()
                                                + "/members/"
                                                + member.id()
                                                + "/purses",
                                        "token " + token)
                                .headers()
                                .firstValue("content-type")
                                .orElse(""))
                .startsWith("text/html");
    }

    @Test
    void theTokenEndpointCanLoseItsAnswerAfterItMadeTheToken() {
        twin.faults().on("app/installations/{id}/access-tokens").losesTheAnswer();
        int before = twin.truth().tokensIssued().size();

        assertThatThrownBy(() -> caller.token(first.id())).isInstanceOf(IOException.class);
        assertThat(twin.truth().tokensIssued()).hasSize(before + 1);
    }

    @Test
    void aGoodTokenCanBeAnswered403() throws Exception {
        twin.faults().on(TRANSACTIONS).status(403).times(1);

        assertThat(caller.data(path, token)).isEqualTo("403");
        assertThat(caller.data(path, token)).isEqualTo("200");
    }

    @Test
    void moreCallsThanASecondAllowsAre429ForThatInstallationOnly() throws Exception {
        twin.change(twin.settings().callsPerSecond(2));
        String other = twin.token(twin.installations().get(1).id());

        assertThat(caller.data(path, token)).isEqualTo("200");
        assertThat(caller.data(path, token)).isEqualTo("200");
        HttpResponse<byte[]> third = caller.send("GET", path, "token " + token);
        assertThat(third.statusCode()).isEqualTo(429);
        assertThat(third.headers().firstValue("retry-after")).hasValue("1");
        assertThat(caller.data("installation/organizations", other)).isEqualTo("200");

        clock.advance(Duration.ofSeconds(1));
        assertThat(caller.data(path, token)).isEqualTo("200");
    }

    @Test
    void aThrottleWithoutRetryAfterAndOnTheAppToo() throws Exception {
        twin.change(twin.settings().callsPerSecond(1).retryAfter(""));
        String jwt = caller.jwt();

        assertThat(caller.app("GET", "apps", jwt)).isEqualTo("200");
        HttpResponse<byte[]> second = caller.send("GET", "apps", "Bearer " + jwt);
        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(second.headers().firstValue("retry-after")).isEmpty();
    }

    @Test
    void theJournalNamesEndpointInstallationAndOrganization() throws Exception {
        caller.data(path, token);
        caller.token(first.id());
        Member member = school.members().get(2);
        caller.data("orgs/" + school.id() + "/members/" + member.id() + "/purses", token);

        Exchange pull = twin.journal().on(TRANSACTIONS).get(0);
        assertThat(pull.user()).isEqualTo(first.id());
        assertThat(pull.accountId()).isEqualTo(school.id());
        assertThat(pull.query()).containsEntry("member_txns", "true");
        assertThat(pull.attended()).isFalse();
        assertThat(twin.journal().on("app/installations/{id}/access-tokens").get(0).user())
                .isEqualTo(first.id());
        assertThat(twin.journal().on("orgs/{id}/members/{id}/purses").get(0).accountId())
                .isEqualTo(school.id() + "/" + member.id());
    }

    @Test
    void faultsHaveNamesForScripts() throws Exception {
        for (String kind :
                List.of(
                        "poison",
                        "null_amount",
                        "word_as_amount",
                        "decimal_amount",
                        "huge_amount",
                        "impossible_date",
                        "repeated_row",
                        "two_versions",
                        "empty_page",
                        "repeated_key",
                        "key_circle",
                        "bare_array",
                        "renamed")) {
            Map<String, Object> wish =
                    Map.of("endpoint", TRANSACTIONS, "kind", kind, "pointer", "/meta", "times", 1);
            assertThat(caller.post("/twin/faults", "none", wish).statusCode()).isEqualTo(204);
        }
        assertThat(twin.faults().all()).hasSize(13);
        assertThat(caller.post("/twin/faults", "none", Map.of("kind", "x")).statusCode())
                .isEqualTo(400);
    }

    @Test
    void aFaultThatCannotStrikeIsRefusedWhenItIsSet() throws Exception {
        for (Map<String, Object> wish :
                List.<Map<String, Object>>of(
                        Map.of("kind", "poison"),
                        Map.of("kind", "poison", "pointer", "no slash"),
                        Map.of("kind", "extra_row", "row", 7),
                        Map.of("kind", "key_circle", "pages", 0))) {
            assertThat(caller.post("/twin/faults", "none", wish).statusCode()).isEqualTo(400);
        }
        assertThat(twin.faults().all()).isEmpty();
    }

    @Test
    void anyRowCanBePutInFront() throws Exception {
        twin.faults().pages(TRANSACTIONS).extraRow(Json.object().put("amountAsInteger", 1));

        assertThat(rows().get(0)).isEqualTo(Json.object().put("amountAsInteger", 1));
    }
}
