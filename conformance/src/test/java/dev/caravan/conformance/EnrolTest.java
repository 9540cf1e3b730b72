package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections that an operator makes: with values of their own, with or without a user's trip. */
class EnrolTest {
    private static final String ENROL =
            FrontDesk.route(
                    "enrol",
                    """
                    <setBody><constant>{"access_token": "$[connection:tenant] $[connection:api.secret]"}</constant></setBody>
                    <bean ref="vault" method="json"/><bean ref="vault" method="keep"/>
                    """);
    private static final String AUTHORISE =
            FrontDesk.route(
                    "authorise", "<setBody><constant>https://bank.example</constant></setBody>");
    private static final String NORTH =
            "{\"provider\": \"bank\", \"user\": \"u\", \"settings\": {\"tenant\": \"north\"},"
                    + " \"secrets\": {\"api.secret\": \"hush\"}}";

    private FrontDesk desk;

    private void open(String... routes) {
        desk = FrontDesk.of(String.join("", routes), "", Map.of());
    }

    @AfterEach
    void close() {
        desk.close();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return new ObjectMapper().readTree(answer.body());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static UUID connection(HttpResponse<String> answer) {
        return UUID.fromString(json(answer).get("connection").asText());
    }

    private String kept(UUID connection) {
        desk.admin("POST", "/connections/" + connection + "/link", "");
        return desk.token(connection);
    }

    @Test
    void aConnectionWithoutATripWorksAtOnce() {
        open(ENROL, FrontDesk.route("ping", "<log message=\"ping\"/>"));
        HttpResponse<String> made = desk.admin("POST", "/connections", NORTH);

        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(json(made).has("link")).isFalse();
        assertThat(json(made).get("state").asText()).isEqualTo("active");
        UUID connection = connection(made);
        assertThat(desk.house.state(connection)).isEqualTo("active");
        assertThat(desk.tasks(connection)).isEqualTo("ping pull");
        assertThat(
                        desk.house.number(
                                "select count(*) from caravan.task where kind = 'pull' and due_at"
                                        + " <= caravan.now()"))
                .isOne();
        assertThat(desk.token(connection)).as("enrolled first").isEqualTo("north hush");
    }

    @Test
    void aConnectionWithATripGetsALinkWhenItIsEnrolled() {
        open(ENROL, AUTHORISE);
        HttpResponse<String> made = desk.admin("POST", "/connections", NORTH);

        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(json(made).get("link").asText()).contains("/connect/");
        assertThat(desk.house.state(connection(made))).isEqualTo("pending");
        assertThat(desk.token(connection(made))).isEqualTo("north hush");
    }

    @Test
    void anEnrolmentThatFailsSaysWhyAndLeavesNothingToPull() {
        open(ENROL);
        HttpResponse<String> made =
                desk.admin("POST", "/connections", "{\"provider\": \"bank\", \"user\": \"u\"}");

        assertThat(made.statusCode()).isEqualTo(502);
        assertThat(json(made).get("error").asText())
                .startsWith("CARAVAN-REFERENCE bank: $[connection:tenant]");
        assertThat(desk.house.text("select state from caravan.connection")).isEqualTo("abandoned");
        assertThat(desk.house.number("select count(*) from caravan.task")).isZero();
    }

    @Test
    void secretsAreSealedAndNeverComeBack() {
        open(ENROL);
        HttpResponse<String> made = desk.admin("POST", "/connections", NORTH);
        assertThat(made.body()).doesNotContain("hush");
        assertThat(
                        desk.house.number(
                                "select count(*) from caravan.connection c where c::text like"
                                        + " '%hush%'"))
                .isZero();
        assertThat(desk.house.text("select settings ->> 'tenant' from caravan.connection"))
                .isEqualTo("north");
    }

    @Test
    void ownValuesMayChangeAndSecretsAreMergedByName() {
        open(ENROL);
        UUID connection = connection(desk.admin("POST", "/connections", NORTH));
        String path = "/connections/" + connection + "/settings";

        HttpResponse<String> changed =
                desk.admin(
                        "PUT",
                        path,
                        "{\"settings\": {\"tenant\": \"south\"}, \"secrets\": {\"keystore\":"
                                + " \"k\"}}");
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(kept(connection)).isEqualTo("south hush");
        desk.admin("PUT", path, "{\"secrets\": {\"api.secret\": \"new\"}}");
        assertThat(kept(connection)).isEqualTo("south new");
        desk.admin("PUT", path, "{\"secrets\": {\"api.secret\": null}}");
        assertThat(desk.admin("POST", "/connections/" + connection + "/link", "").statusCode())
                .isEqualTo(502);
        assertThat(desk.house.state(connection)).as("it worked before").isEqualTo("active");
        assertThat(desk.admin("PUT", "/connections/" + UUID.randomUUID() + "/settings", "{}"))
                .extracting(HttpResponse::statusCode)
                .isEqualTo(404);
    }

    @Test
    void aConnectionWithoutATripIsTakenUpAgainByAnOperator() {
        open(ENROL);
        UUID connection = connection(desk.admin("POST", "/connections", NORTH));
        desk.house.database.update(
                "update caravan.connection set state = 'reauth_required', paused_until ="
                        + " caravan.now() + interval '1 day'");
        assertThat(desk.admin("POST", "/connections/" + connection + "/link", "").statusCode())
                .isEqualTo(201);
        assertThat(desk.house.state(connection)).isEqualTo("active");
        assertThat(desk.house.text("select paused_until from caravan.connection")).isNull();
    }

    @Test
    void whatIsNoTextOrNoNameIsRefusedByName() {
        open(ENROL);
        for (String odd :
                new String[] {
                    "\"settings\": {\"tenant\": 7}",
                    "\"settings\": {\"tenant\": null}",
                    "\"settings\": {\"Tenant_1\": \"x\"}",
                    "\"settings\": [\"x\"]",
                    "\"secrets\": {\"key\": {\"deep\": \"x\"}}"
                }) {
            HttpResponse<String> answer =
                    desk.admin(
                            "POST",
                            "/connections",
                            "{\"provider\": \"bank\", \"user\": \"u\", " + odd + "}");
            assertThat(answer.statusCode()).as(odd).isEqualTo(400);
            assertThat(answer.body()).as(odd).contains("expected");
        }
        assertThat(desk.house.number("select count(*) from caravan.connection")).isZero();
    }
}
