package dev.caravan.sandbox.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SuspicionTest {
    private final PlianceTwin twin =
            PlianceTwin.start(
                    PlianceSettings.defaults().subjects(30, 8, 12),
                    MovableClock.at("2026-11-21T10:00:00Z"));

    @AfterEach
    void close() {
        twin.close();
    }

    private JsonNode control(String name) throws Exception {
        HttpResponse<byte[]> answer =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(twin.base().resolve("/twin/" + name))
                                        .header("Content-Type", "application/json")
                                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        return Json.parse(answer.body());
    }

    @Test
    void aSuspicionIsToldAsAMatchOfALinkAndLeavesNothingOnceItIsCleared() throws Exception {
        var before = twin.truth().kinds();
        JsonNode raised = control("suspect");
        assertThat(raised.path("events").asInt()).isPositive();
        assertThat(twin.tenant().events())
                .last()
                .satisfies(
                        event -> {
                            assertThat(event.type()).startsWith("CompanyLinkScreening");
                            assertThat(event.referenceId())
                                    .isEqualTo(raised.path("reference").asText());
                        });
        assertThat(twin.truth().matchIds())
                .anyMatch(id -> id.startsWith(raised.path("reference").asText() + "/"));
        assertThat(twin.truth().kinds()).isNotEqualTo(before);

        assertThat(control("clear").path("events").asInt()).isPositive();
        assertThat(twin.truth().kinds()).isEqualTo(before);
        assertThat(control("clear").path("events").asInt()).isZero();
    }
}
