package dev.caravan.sandbox.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import dev.caravan.sandbox.Receiver;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.pliance.Subject.Kind;
import dev.caravan.sandbox.pliance.Words.Flag;
import dev.caravan.sandbox.pliance.Words.OperationalStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final PlianceTwin twin =
            PlianceTwin.start(PlianceSettings.defaults().subjects(0, 0, 0), clock);
    private final Caller caller = Caller.of(twin, clock);
    private final Receiver inbox = new Receiver("/webhooks/pliance/abc", 204);

    @BeforeEach
    void register() throws Exception {
        ObjectNode webhook = Json.object().put("url", inbox.url()).put("secret", "hush");
        caller.put("WebhookCommand", webhook.put("enabled", true));
    }

    @AfterEach
    void close() {
        twin.close();
        inbox.close();
    }

    private List<String> settled() throws Exception {
        assertThat(twin.webhooksSettled(Duration.ofSeconds(10))).isTrue();
        return inbox.each("type");
    }

    @Test
    void theWebhookIsToldWithItsSecret() throws Exception {
        JsonNode webhook = caller.data("WebhookQuery");

        assertThat(webhook.path("url").asText()).isEqualTo(inbox.url());
        assertThat(webhook.path("secret").asText()).isEqualTo("hush");
        assertThat(webhook.path("enabled").asBoolean()).isTrue();
        assertThat(
                        caller.put("WebhookCommand", Json.object().put("url", "ftp://x"))
                                .path("success")
                                .asBoolean())
                .isFalse();
    }

    @Test
    void aMatchedPersonIsToldWithCheckpointMetadataAndBody() throws Exception {
        caller.put("PersonCommand", Caller.person("p-1", "Osama", "bin Laden"));

        assertThat(settled())
                .containsExactly("PersonSanctionMatched", "PersonScreeningMatchesAdded");
        JsonNode event = inbox.bodies().get(0);
        assertThat(event.path("checkpoint").asText()).matches("[0-9a-f]{64}");
        assertThat(event.path("metadata").path("subject").asText()).isEqualTo("svc:caravan");
        assertThat(event.path("metadata").path("ip").asText()).isEqualTo("api");
        assertThat(event.path("metadata").path("givenName").asText()).isEqualTo("Caravan");
        assertThat(event.path("metadata").path("timestampUtc").asText())
                .isEqualTo("2026-11-21T10:00:00.0000000Z");
        assertThat(event.path("body").path("personReferenceId").asText()).isEqualTo("p-1");
        assertThat(event.path("body").path("matchId").asText()).matches("[0-9a-f]{32}");
        assertThat(inbox.bodies().get(1).path("body").path("matches")).hasSize(2);
    }

    @Test
    void theSecretDoesNotTravelOverPlainHttpUnlessTheSettingLetsIt() throws Exception {
        twin.tenant().send(EventType.PersonSanctionMatched, "p-1");
        settled();
        assertThat(inbox.requests().get(0).header("x-pliance-secret")).isEmpty();

        twin.change(twin.settings().secretOverHttp(true));
        twin.tenant().send(EventType.PersonSanctionMatched, "p-1");
        settled();
        assertThat(inbox.requests().get(1).header("x-pliance-secret")).contains("hush");
        assertThat(twin.tenant().deliveries().get(1).withSecret()).isTrue();
    }

    @Test
    void whatIsListedAndDelistedIsTold() throws Exception {
        caller.put("PersonCommand", Caller.person("p-1", "Alma", "Quarnstedt"));
        caller.put("PersonCommand", Caller.person("p-2", "Alma", "Quarnstedt"));
        caller.post("PersonCommand/Archive", Json.object().put("personReferenceId", "p-2"));
        assertThat(settled()).isEmpty();

        twin.list(Listed.person("L-1", "Alma", "Quarnstedt", Flag.SANCTION));
        assertThat(settled())
                .as("archived subjects are not watched")
                .containsExactly("PersonSanctionMatched", "PersonScreeningMatchesAdded");
        assertThat(twin.tenant().person("p-1").is(Flag.SANCTION)).isTrue();
        assertThat(twin.tenant().person("p-2").hits()).isEmpty();

        twin.delist("L-1");
        assertThat(settled().subList(2, 4))
                .containsExactly("PersonSanctionMatchRemoved", "PersonScreeningMatchesRemoved");
        assertThat(caller.data("PersonQuery?personReferenceId=p-1").path("hits")).isEmpty();
    }

    @Test
    void aPepIsAScreeningMatchAndNoSanction() throws Exception {
        caller.put("PersonCommand", Caller.person("p-1", "Alma", "Quarnstedt"));
        twin.list(Listed.person("L-1", "Alma", "Quarnstedt", Flag.PEP));

        assertThat(settled()).containsExactly("PersonScreeningMatchesAdded");
    }

    @Test
    void companiesOfBothVersionsAreTold() throws Exception {
        caller.put("CompanyCommand", Caller.company("c-1", "Korea Daesong Bank"));
        assertThat(settled())
                .containsExactly("CompanySanctionMatched", "CompanyScreeningMatchesAdded");

        caller.put("CompanyV2Command", Caller.company("c-2", "Korea Daesong Bank"));
        twin.delist("Known-2");
        assertThat(settled())
                .contains(
                        "CompanyScreeningMatched",
                        "CompanySanctionMatchRemoved",
                        "CompanyScreeningMatchRemoved",
                        "CompanyScreeningMatchesRemoved");
    }

    @Test
    void theRegistersChangesOfACompanyAreTold() throws Exception {
        caller.put("CompanyV2Command", Caller.company("c-1", "Quiet Paper AB"));
        Tenant tenant = twin.tenant();
        Link link = Link.person("l-1", "Osama", "bin Laden", Link.Description.board("Ceo"));
        tenant.register(Kind.COMPANY_V2, "c-1", was -> was.links(List.of()));
        settled();
        twin.holdWebhooks();
        int before = inbox.each("type").size();
        tenant.register(Kind.COMPANY_V2, "c-1", was -> was.description("Deals in silence"));
        tenant.register(Kind.COMPANY_V2, "c-1", was -> was.signatory("Nobody"));
        tenant.register(Kind.COMPANY_V2, "c-1", was -> was.address("Road 1", "00001", "Norrvik"));
        tenant.register(Kind.COMPANY_V2, "c-1", was -> was.sni("99999", "Silence"));
        tenant.register(Kind.COMPANY_V2, "c-1", was -> was.employees(4_711));
        tenant.register(Kind.COMPANY_V2, "c-1", was -> was.status(OperationalStatus.Bankrupt));
        tenant.rename(Kind.COMPANY_V2, "c-1", Name.company("Loud Paper AB"));
        tenant.register(Kind.COMPANY_V2, "c-1", was -> was.with(link));
        Name other = new Name("Usama", "bin Laden");
        tenant.register(Kind.COMPANY_V2, "c-1", was -> was.with(link.renamed(other)));
        Link tied = link.renamed(other).tied(Link.Description.board("Chairman"));
        tenant.register(Kind.COMPANY_V2, "c-1", was -> was.with(tied));
        tenant.register(Kind.COMPANY_V2, "c-1", was -> was.without("l-1"));
        twin.releaseWebhooks(false);

        List<String> all = settled();
        assertThat(all.subList(before, all.size()))
                .containsExactly(
                        "CompanyDescriptionChanged",
                        "CompanySignatoryChanged",
                        "CompanyAddressChanged",
                        "CompanySniClassificationChanged",
                        "CompanyEmployeesChanged",
                        "CompanyOperationalStatusChanged",
                        "CompanyNameChanged",
                        "CompanyLinkAdded",
                        "CompanyLinkScreeningMatched",
                        "CompanyLinkScreeningMatchesAdded",
                        "CompanyLinkUpdated",
                        "CompanyLinkScreeningMatchedNameChanged",
                        "CompanyLinkDescriptionUpdated",
                        "CompanyLinkRemoved",
                        "CompanyLinkScreeningMatchRemoved",
                        "CompanyLinkScreeningMatchesRemoved");
        JsonNode added = inbox.bodies().get(before + 8).path("body");
        assertThat(added.path("companyReferenceId").asText()).isEqualTo("c-1");
        assertThat(added.path("linkId").asText()).isEqualTo("l-1");
    }

    @Test
    void anyTypeCanBeSentAgainAndInAnyOrder() throws Exception {
        List<String> types = new ArrayList<>();
        twin.holdWebhooks();
        for (EventType type : EventType.values()) {
            twin.tenant().send(type, "ref-1");
            types.add(type.name());
        }
        Event unknown = twin.tenant().send("SomethingNew", "ref-1");
        twin.tenant().resend(unknown);
        twin.releaseWebhooks(true);

        assertThat(types).hasSize(26);
        List<String> arrived = settled();
        assertThat(arrived).hasSize(28);
        assertThat(arrived.subList(0, 2)).containsExactly("SomethingNew", "SomethingNew");
        assertThat(arrived.get(27)).isEqualTo("PersonSanctionMatched");
        assertThat(arrived).containsAll(types);
        assertThat(inbox.requests().get(0).body()).isEqualTo(inbox.requests().get(1).body());
        assertThat(inbox.bodies().get(0).path("body").path("referenceId").asText())
                .isEqualTo("ref-1");
    }

    @Test
    void everyEventComesTwiceBySetting() throws Exception {
        twin.change(twin.settings().webhookTwice(true));
        twin.tenant().send(EventType.CompanyNameChanged, "c-1");

        assertThat(settled()).hasSize(2);
        assertThat(inbox.bodies().get(0)).isEqualTo(inbox.bodies().get(1));
    }

    @Test
    void whatIsNotTakenIsNotRetriedAndStaysUntilItIsDeleted() throws Exception {
        inbox.reply = Reply.empty(503);
        caller.put("PersonCommand", Caller.person("p-1", "Osama", "bin Laden"));
        settled();
        inbox.reply = Reply.empty(204);

        assertThat(settled()).hasSize(2);
        JsonNode items = caller.data("WebhookQuery/DeliveryFailures?Page.Size=1").path("items");
        assertThat(items).hasSize(1);
        JsonNode item = items.path(0);
        assertThat(item.path("type").asText()).isEqualTo("PersonSanctionMatched");
        assertThat(item.path("referenceId").asText()).isEqualTo("p-1");
        assertThat(item.path("reason").asText()).contains("503");
        assertThat(item.path("body").path("personReferenceId").asText()).isEqualTo("p-1");
        assertThat(item.path("metadata").path("givenName").asText()).isEqualTo("Caravan");

        String id = item.path("id").asText();
        assertThat(caller.delete("WebhookCommand?id=" + id).path("success").asBoolean()).isTrue();
        assertThat(caller.delete("WebhookCommand?id=" + id).path("success").asBoolean()).isFalse();
        assertThat(caller.data("WebhookQuery/DeliveryFailures").path("items")).hasSize(1);
        assertThat(caller.data("WebhookQuery").path("enabled").asBoolean())
                .as("the webhook itself stays")
                .isTrue();
    }

    @Test
    void pokeTellsWhatTheReceiverAnswered() throws Exception {
        inbox.reply = Reply.json(202, Json.object().put("ok", true));
        ObjectNode poke = Json.object().put("type", 0).put("referenceId", "poke-1");
        JsonNode answer = caller.post("WebhookQuery/Poke", poke);

        assertThat(answer.path("success").asBoolean()).isTrue();
        assertThat(answer.path("remoteStatusCode").asInt()).isEqualTo(202);
        assertThat(answer.path("remoteBody").asText()).isEqualTo("{\"ok\":true}");
        assertThat(inbox.each("type")).containsExactly("PersonSanctionMatched");
        assertThat(inbox.bodies().get(0).path("body").path("personReferenceId").asText())
                .isEqualTo("poke-1");
        assertThat(twin.tenant().failures()).isEmpty();
        assertThat(twin.truth().subjects()).isEmpty();
    }

    @Test
    void pokeOfAnUnreachableReceiverFailsWithZero() throws Exception {
        twin.tenant().webhook("https://caravan.example.invalid/webhooks", "hush");
        ObjectNode poke = Json.object().put("type", "CompanyNameChanged").put("referenceId", "p");
        JsonNode answer = caller.post("WebhookQuery/Poke", poke);

        assertThat(answer.path("success").asBoolean(true)).isFalse();
        assertThat(answer.path("remoteStatusCode").asInt(-1)).isZero();
        assertThat(answer.path("message").asText()).contains("caravan.example.invalid");
    }

    @Test
    void aReceiverThatSaysNothingIsAFailureAfterTheLimit() throws Exception {
        twin.change(twin.settings().webhookTimeoutMillis(50));
        inbox.reply =
                Reply.json(200, Json.object())
                        .damaged(
                                dev.caravan.sandbox.http.Damage.of(
                                        dev.caravan.sandbox.http.Damage.Kind.LOSE));
        twin.tenant().send(EventType.CompanyNameChanged, "c-1");
        settled();

        assertThat(twin.tenant().failures()).hasSize(1);
    }

    @Test
    void aWebhookThatIsOffHearsNothingAndMissesNothing() throws Exception {
        ObjectNode off =
                Json.object().put("url", inbox.url()).put("secret", "x").put("enabled", false);
        caller.put("WebhookCommand", off);
        twin.tenant().send(EventType.CompanyNameChanged, "c-1");

        assertThat(settled()).isEmpty();
        assertThat(twin.tenant().events()).hasSize(1);
        assertThat(twin.tenant().failures()).isEmpty();
    }
}
