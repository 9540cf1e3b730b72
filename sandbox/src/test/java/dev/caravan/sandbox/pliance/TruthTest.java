package dev.caravan.sandbox.pliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import dev.caravan.sandbox.pliance.Subject.Kind;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TruthTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    @TempDir Path folder;

    private static JsonNode control(PlianceTwin twin, String method, String path, Object body)
            throws Exception {
        HttpResponse<byte[]> response =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create(twin.base() + "/twin/" + path))
                                        .header("Content-Type", "application/json")
                                        .method(
                                                method,
                                                HttpRequest.BodyPublishers.ofByteArray(
                                                        body == null
                                                                ? new byte[0]
                                                                : Json.bytes(body)))
                                        .build(),
                                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isLessThan(300);
        return Json.parse(response.body());
    }

    @Test
    void whatACarefulClientReadsIsTheTruth() throws Exception {
        try (PlianceTwin twin = PlianceTwin.start(PlianceSettings.defaults(), clock)) {
            Caller caller = Caller.of(twin, clock);
            List<String> subjects = new ArrayList<>();
            List<String> matches = new ArrayList<>();
            read(caller, "PersonQuery", "persons", "personReferenceId", subjects, matches);
            read(caller, "CompanyQuery", "companies", "companyReferenceId", subjects, matches);
            read(caller, "CompanyV2Query", "companies", "companyReferenceId", subjects, matches);

            assertThat(subjects).containsExactlyInAnyOrderElementsOf(twin.truth().subjectIds());
            assertThat(matches).containsExactlyInAnyOrderElementsOf(twin.truth().matchIds());
            JsonNode kinds = control(twin, "GET", "truth", null);
            assertThat(kinds.findValuesAsText("kind"))
                    .containsExactly(
                            "party",
                            "party_identifier",
                            "party_relation",
                            "screening_subject",
                            "screening_match",
                            "watchlist_entry",
                            "report_activity",
                            "webhook_failure");
            assertThat(kinds.path(4).path("count").asInt()).isEqualTo(matches.size());
            assertThat(kinds.path(4).path("digest").asText()).isEqualTo(KindTruth.digest(matches));
            assertThat(kinds.path(2).has("digest")).isFalse();
        }
    }

    private static void read(
            Caller caller,
            String query,
            String name,
            String reference,
            List<String> subjects,
            List<String> matches)
            throws Exception {
        for (JsonNode ref : caller.data(query + "/List").path(name)) {
            subjects.add(ref.asText());
            JsonNode one = caller.data(query + "?" + reference + "=" + ref.asText());
            one.path("hits")
                    .forEach(group -> group.forEach(hit -> matches.add(id(ref.asText(), "", hit))));
            for (JsonNode link : one.path("links")) {
                String linkId = link.path("id").asText();
                link.path("matches").forEach(hit -> matches.add(id(ref.asText(), linkId, hit)));
            }
        }
    }

    private static String id(String ref, String link, JsonNode hit) {
        return String.join(
                "/", ref, link, hit.path("matchId").asText(), hit.path("aliasId").asText());
    }

    @Test
    void theDigestIsThatOfTheSortedIdsJoinedByLineFeeds() throws Exception {
        // printf 'a\nb' | sha256sum
        assertThat(KindTruth.digest(List.of("b", "a")))
                .isEqualTo(
                        java.util.HexFormat.of()
                                .formatHex(
                                        java.security.MessageDigest.getInstance("SHA-256")
                                                .digest("a\nb".getBytes())));
        assertThat(KindTruth.digest(List.of()))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void twoTwinsOfOneSeedAreEqual() {
        try (PlianceTwin one = PlianceTwin.start(PlianceSettings.defaults(), clock);
                PlianceTwin two = PlianceTwin.start(PlianceSettings.defaults(), clock);
                PlianceTwin other = PlianceTwin.start(PlianceSettings.defaults().seed(7), clock)) {
            assertThat(one.truth().kinds()).isEqualTo(two.truth().kinds());
            assertThat(one.truth().kinds()).isNotEqualTo(other.truth().kinds());
            assertThat(one.truth().subjects()).isEqualTo(two.truth().subjects());
        }
    }

    @Test
    void theTwinIsDrivenOverHttp() throws Exception {
        try (PlianceTwin twin = PlianceTwin.start(PlianceSettings.defaults(), clock)) {
            control(twin, "POST", "grow", Json.object().put("kind", "company").put("count", 3));
            control(twin, "POST", "settings", Json.object().put("failuresAs200", true));
            String ref = twin.tenant().persons().get(0).ref();
            Name name = twin.tenant().person(ref).name();
            control(
                    twin,
                    "POST",
                    "list",
                    Json.object()
                            .put("id", "L-1")
                            .put("firstName", name.first())
                            .put("lastName", name.last()));
            control(twin, "POST", "send", Json.object().put("type", "New").put("count", 2));
            String firm = twin.tenant().subjects(Kind.COMPANY_V2).get(0).ref();
            control(
                    twin,
                    "POST",
                    "company",
                    Json.object()
                            .put("reference", firm)
                            .put("name", "Loud AB")
                            .put("employees", 1));
            control(
                    twin,
                    "POST",
                    "faults",
                    Json.object().put("endpoint", "Ping").put("kind", "says").put("word", "Gnop"));

            assertThat(twin.truth().subjects(Kind.COMPANY)).hasSize(11);
            assertThat(twin.settings().failuresAs200()).isTrue();
            assertThat(twin.tenant().person(ref).hits())
                    .anyMatch(hit -> hit.entity().id().equals("L-1"));
            assertThat(twin.tenant().events())
                    .filteredOn(event -> event.type().equals("New"))
                    .hasSize(2);
            assertThat(twin.tenant().events(EventType.CompanyNameChanged)).hasSize(1);
            assertThat(Caller.of(twin, clock).ask("Ping").path("message").asText())
                    .isEqualTo("Gnop");
            control(twin, "POST", "delist", Json.object().put("id", "L-1"));
            control(
                    twin,
                    "POST",
                    "delete",
                    Json.object().put("kind", "PERSON").put("reference", ref));
            assertThat(twin.truth().subjects(Kind.PERSON)).hasSize(29);
        }
    }

    @Test
    void theConfigurationFileBecomesSettings() throws Exception {
        Path secrets = Files.writeString(folder.resolve("secrets"), "two=" + "x".repeat(40) + "\n");
        Map<String, String> values =
                Map.of(
                        "port", "0",
                        "persons", "4",
                        "seed", "",
                        "customers", "one, two",
                        "multitenantCustomers", "two",
                        "tenants", "a,b");
        Path password = Files.writeString(folder.resolve("password"), "word\n");

        try (PlianceTwin twin =
                PlianceService.start(
                        values,
                        secrets.toString(),
                        Map.of("webhookTrustPassword", password.toString()))) {
            assertThat(twin.settings().persons()).isEqualTo(4);
            assertThat(twin.settings().webhookTrustPassword()).isEqualTo("word");
            assertThat(twin.settings().customers())
                    .containsExactly(
                            PlianceCustomer.single("one", PlianceSettings.NOT_A_SECRET),
                            PlianceCustomer.multitenant("two", "x".repeat(40), "a", "b"));
            assertThat(twin.tenant("two", "b").persons()).hasSize(4);
        }
        assertThatThrownBy(() -> PlianceService.start(Map.of("portt", "1"), "", Map.of()))
                .hasMessageContaining("portt");
        assertThatThrownBy(() -> PlianceService.start(Map.of(), "/nowhere", Map.of()))
                .hasMessageContaining("pliance.secrets.file");
    }

    @Test
    void manyThreadsRegisterAndRescreenWithoutLoss() throws Exception {
        try (PlianceTwin twin =
                PlianceTwin.start(PlianceSettings.defaults().subjects(0, 0, 0), clock)) {
            Caller caller = Caller.of(twin, clock);
            ExecutorService pool = Executors.newFixedThreadPool(4);
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int number = thread;
                running.add(
                        pool.submit(
                                () -> {
                                    for (int at = 0; at < 25; at++) {
                                        String ref = number + "-" + at;
                                        caller.put(
                                                "PersonCommand",
                                                Caller.person(ref, "Alma", "Quarnstedt"));
                                    }
                                    return null;
                                }));
            }
            twin.list(Listed.person("L-1", "Alma", "Quarnstedt", Words.Flag.SANCTION));
            for (Future<?> one : running) {
                one.get();
            }
            pool.shutdown();

            assertThat(twin.tenant().persons())
                    .hasSize(100)
                    .allMatch(one -> one.hits().size() == 1);
            assertThat(twin.tenant().events(EventType.PersonSanctionMatched)).hasSize(100);
        }
    }
}
