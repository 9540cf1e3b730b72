package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * {@code POST /api/account/registration} (contract, step 1). Each call makes one more client, so a
 * repeated one shows. Safe for use by many threads.
 */
final class Registration {
    private static final List<String> FIELDS =
            List.of("countryISO", "address", "name", "email", "certificateType", "callbackUrl");
    private final Register register;
    private final Tokens tokens;

    Registration(Register register, Tokens tokens) {
        this.register = register;
        this.tokens = tokens;
    }

    Reply answer(Request request) {
        Gate.demandJson(request);
        String certificate =
                request.header("signature-certificate")
                        .filter(text -> !text.isBlank())
                        .orElseThrow(
                                () ->
                                        ObieError.badRequest(
                                                ObieError.HEADER_MISSING,
                                                "signature-certificate is missing",
                                                "signature-certificate"));
        JsonNode body = Gate.body(request);
        for (String field : FIELDS) {
            if (body.path(field).asText("").isBlank()) {
                throw ObieError.badRequest(ObieError.FIELD_MISSING, field + " is missing", field);
            }
        }
        check(body, "countryISO", body.path("countryISO").asText().matches("[A-Z]{2}"));
        check(body, "email", body.path("email").asText().matches("[^@\\s]+@[^@\\s]+"));
        check(body, "certificateType", body.path("certificateType").asText().equals("account"));
        check(body, "callbackUrl", isUrl(body.path("callbackUrl").asText()));
        String id = tokens.clientId().toUpperCase(Locale.ROOT);
        String callback = body.path("callbackUrl").asText();
        register.add(new Client(id, certificate, callback, body.path("name").asText()));
        return Reply.json(
                200,
                Json.object()
                        .put("Certificate", certificate)
                        .put("ClientId", id)
                        .put("Message", "OK"));
    }

    private static void check(JsonNode body, String field, boolean right) {
        if (!right) {
            throw ObieError.badRequest(
                    ObieError.FIELD_INVALID,
                    field + " is invalid: " + body.path(field).asText(),
                    field);
        }
    }

    private static boolean isUrl(String text) {
        try {
            URI url = URI.create(text);
            return url.isAbsolute() && url.getHost() != null && url.getFragment() == null;
        } catch (IllegalArgumentException unreadable) {
            return false;
        }
    }
}
