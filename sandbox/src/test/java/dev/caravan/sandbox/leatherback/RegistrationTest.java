package dev.caravan.sandbox.leatherback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistrationTest {
    private static final String PATH = "/api/account/registration";
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final LeatherbackTwin twin = LeatherbackTwin.start(Tpp.known(), clock);
    private final Tpp tpp = new Tpp(twin, clock);

    @AfterEach
    void close() {
        twin.close();
    }

    private static ObjectNode wish() {
        return Json.object()
                .put("countryISO", "GB")
                .put("address", "1 Invented Row, Nowhere")
                .put("name", "Invented Bottles")
                .put("email", "bottles@example.org")
                .put("certificateType", "account")
                .put("callbackUrl", "https://tpp.example/cb");
    }

    private HttpResponse<byte[]> register(JsonNode wish) throws Exception {
        return tpp.api("POST", PATH, "-", wish, "signature-certificate", "word@93");
    }

    @Test
    void aRegistrationEchoesTheCertificateAndGivesAClientId() throws Exception {
        JsonNode answer = Tpp.body(register(wish()));

        assertThat(answer.path("Certificate").asText()).isEqualTo("word@93");
        assertThat(answer.path("ClientId").asText()).matches("[0-9A-F]{32}");
        assertThat(answer.path("Message").asText()).isEqualTo("OK");
    }

    @Test
    void aRegisteredClientGetsATokenWithItsCertificate() throws Exception {
        String id = Tpp.body(register(wish())).path("ClientId").asText();
        Map<String, String> form =
                Map.of("grant_type", "client_credentials", "client_id", id, "password", "word@93");

        assertThat(tpp.token(form).statusCode()).isEqualTo(200);
    }

    @Test
    void everyRegistrationIsANewClient() throws Exception {
        register(wish());
        register(wish());

        assertThat(twin.clients()).hasSize(3);
    }

    @Test
    void theHeaderThatTheSampleForgetsIsNeeded() throws Exception {
        assertThat(tpp.error(tpp.api("POST", PATH, "-", wish())))
                .isEqualTo("400 UK.OBIE.Header.Missing");
    }

    @Test
    void aMissingOrWrongFieldIsRefusedWithItsName() throws Exception {
        ObjectNode noEmail = wish();
        noEmail.remove("email");

        assertThat(tpp.error(register(noEmail))).isEqualTo("400 UK.OBIE.Field.Missing");
        assertThat(tpp.error(register(wish().put("certificateType", "payment"))))
                .isEqualTo("400 UK.OBIE.Field.Invalid");
        assertThat(tpp.error(register(wish().put("callbackUrl", "not a url"))))
                .isEqualTo("400 UK.OBIE.Field.Invalid");
    }

    @Test
    void anotherContentTypeIs415() throws Exception {
        assertThat(tpp.send("POST", PATH, "{}", "text/plain").statusCode()).isEqualTo(415);
    }
}
