package dev.caravan.sandbox.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.MovableClock;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlianceFaultsTest {
    private static final String VIEW = "PersonQuery?personReferenceId=p-1";
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final PlianceTwin twin = PlianceTwin.start(PlianceSettings.defaults(), clock);
    private final Caller caller = Caller.of(twin, clock);
    private final PlianceFaultPoint view = twin.faults().on("PersonQuery");
    private final PlianceFaultPoint list = twin.faults().on("PersonQuery/List");

    @BeforeEach
    void register() throws Exception {
        caller.put("PersonCommand", Caller.person("p-1", "Osama", "bin Laden"));
    }

    @AfterEach
    void close() {
        twin.close();
    }

    @Test
    void theCommonFaultsStrikeByEndpointCustomerAndReference() throws Exception {
        view.tooManyRequests(Duration.ofSeconds(7)).forUser("caravan").forAccount("p-1").times(1);

        HttpResponse<byte[]> refused = caller.get(VIEW);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("7");
        assertThat(caller.get(VIEW).statusCode()).isEqualTo(200);

        view.status(503).forAccount("p-2");
        assertThat(caller.get(VIEW).statusCode()).isEqualTo(200);
    }

    @Test
    void anEnvelopeMayFailUnder200OrContradictItself() throws Exception {
        view.failsUnder200("try later").times(1);
        JsonNode failed = caller.ask(VIEW);
        assertThat(failed.path("success").asBoolean(true)).isFalse();
        assertThat(failed.path("message").asText()).isEqualTo("try later");

        view.disagrees().times(1);
        HttpResponse<byte[]> torn = caller.get(VIEW);
        assertThat(torn.statusCode()).isEqualTo(200);
        assertThat(Caller.body(torn).path("success").asBoolean()).isTrue();
        assertThat(Caller.body(torn).path("status").asText()).isEqualTo("Error");

        view.withoutData().times(1);
        assertThat(caller.ask(VIEW).has("data")).isFalse();
        twin.faults().on("Ping").says("Gnop").times(1);
        assertThat(caller.ask("Ping").path("message").asText()).isEqualTo("Gnop");
        view.missingSubject().times(1);
        assertThat(caller.get(VIEW).statusCode()).isEqualTo(400);
        view.tokenRefused().times(1);
        assertThat(caller.get(VIEW).statusCode()).isEqualTo(401);
        assertThat(caller.get(VIEW).statusCode()).isEqualTo(200);
    }

    @Test
    void subjectsMayComePoisoned() throws Exception {
        view.extraFields().times(1);
        assertThat(caller.data(VIEW).has("sandboxExtra")).isTrue();
        view.unknownWords().times(1);
        assertThat(caller.data(VIEW).findValuesAsText("classification")).containsOnly("Sandbox");
        view.nulInName().times(1);
        assertThat(caller.data(VIEW).path("lastName").asText()).contains("\u0000");
        view.longName().times(1);
        assertThat(caller.data(VIEW).path("lastName").asText()).hasSize(1_000_000);
        view.hugeScore().times(1);
        assertThat(caller.data(VIEW).findValues("score").get(0).asInt()).isEqualTo(17);
        view.nullScore().times(1);
        assertThat(caller.data(VIEW).findValues("score").get(0).isNull()).isTrue();
        view.flatHits().times(1);
        assertThat(caller.data(VIEW).path("hits").path(0).has("matchId")).isTrue();
        view.withoutHits().times(1);
        assertThat(caller.data(VIEW).has("hits")).isFalse();
        view.unreadableTimestamp().times(1);
        assertThat(caller.data(VIEW).path("lastChanged").path("timestampUtc").asText())
                .isEqualTo("yesterday");
        assertThat(twin.tenant().person("p-1").hits()).as("the truth stays").hasSize(2);
    }

    @Test
    void pagesMayBeEmptyRepeatedOrShort() throws Exception {
        twin.change(twin.settings().listMovesEvery(0));
        String page = "PersonQuery/List?page.size=5&page.no=";
        JsonNode first = caller.data(page + 0).path("persons");

        list.emptyPage().times(1);
        assertThat(caller.data(page + 0).path("persons")).isEmpty();
        list.samePage().times(1);
        assertThat(caller.data(page + 3).path("persons")).isEqualTo(first);
        list.repeatsARow().times(1);
        assertThat(caller.data(page + 0).path("persons").path(4)).isEqualTo(first.path(0));
        list.skipsARow().times(1);
        assertThat(caller.data(page + 0).path("persons")).hasSize(4);
    }

    @Test
    void theJournalNamesEndpointCustomerAndReference() throws Exception {
        caller.get(VIEW);
        List<Exchange> seen = twin.journal().on("PersonQuery");

        assertThat(seen).hasSize(1);
        assertThat(seen.get(0).user()).isEqualTo("caravan");
        assertThat(seen.get(0).accountId()).isEqualTo("p-1");
        assertThat(twin.journal().on("PersonCommand").get(0).accountId()).isEqualTo("p-1");
        assertThat(twin.journal().count("PersonCommand")).isEqualTo(1);
    }
}
