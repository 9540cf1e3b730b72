package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.Refusal;
import dev.caravan.sandbox.http.Reply;
import java.util.UUID;

/** The refusals of the API as OBErrorResponse1 (contract section 6). Stateless. */
final class ObieError {
    static final String NOT_FOUND = "UK.OBIE.Resource.NotFound";
    static final String FIELD_INVALID = "UK.OBIE.Field.Invalid";
    static final String FIELD_MISSING = "UK.OBIE.Field.Missing";
    static final String INVALID_DATE = "UK.OBIE.Field.InvalidDate";
    static final String INVALID_FORMAT = "UK.OBIE.Resource.InvalidFormat";
    static final String HEADER_INVALID = "UK.OBIE.Header.Invalid";
    static final String HEADER_MISSING = "UK.OBIE.Header.Missing";
    static final String REAUTHENTICATE = "UK.OBIE.Reauthenticate";

    private ObieError() {}

    static ObjectNode body(int status, String code, String message, String path) {
        ObjectNode body = Json.object().put("Code", status + "");
        body.put("Id", UUID.randomUUID().toString()).put("Message", message);
        ObjectNode detail = body.putArray("Errors").addObject();
        detail.put("ErrorCode", code).put("Message", message);
        if (!path.isEmpty()) {
            detail.put("Path", path);
        }
        return body;
    }

    static Refusal of(int status, String code, String message, String path) {
        return new Refusal(Reply.json(status, body(status, code, message, path)));
    }

    static Refusal badRequest(String code, String message, String path) {
        return of(400, code, message, path);
    }

    /** No body: a bad token learns nothing. */
    static Refusal unauthorised() {
        return new Refusal(Reply.empty(401));
    }

    /** The OAuth shape of the token endpoint. */
    static Refusal oauth(int status, String error, String description) {
        return new Refusal(
                Reply.json(
                                status,
                                Json.object()
                                        .put("error", error)
                                        .put("error_description", description))
                        .header("Cache-Control", "no-store"));
    }
}
