package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.Reply;

/**
 * A refusal on its way to the caller. Carries the whole answer, so the place that finds the fault
 * decides status and shape. Immutable apart from what every exception has.
 */
final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Reply reply;

    private ApiError(Reply reply) {
        super("refused with " + reply.status(), null, false, false);
        this.reply = reply;
    }

    Reply reply() {
        return reply;
    }

    static ApiError of(int status, String code, String description) {
        return new ApiError(envelope(status, code, description));
    }

    /** The error envelope of contract 3.1. */
    static Reply envelope(int status, String code, String description) {
        ObjectNode body = Json.object().put("error", code).put("error_description", description);
        body.putObject("error_details");
        return Reply.json(status, body);
    }

    /** The same with {@code error_details.reason}, as the auth server words it. */
    static ApiError because(int status, String code, String reason) {
        ObjectNode body = Json.object().put("error", code).put("error_description", reason);
        body.putObject("error_details").put("reason", reason);
        return new ApiError(Reply.json(status, body));
    }

    /** A page for the person who followed a bad link. */
    static ApiError page(int status, String code, String description) {
        return new ApiError(LoginPage.refusal(status, code, description));
    }

    /** {@code application/problem+json}, the shape of the connections endpoints. */
    static Reply problem(int status, String title, String detail) {
        ObjectNode body = Json.object();
        body.put("type", "https://docs.truelayer.com/docs/error-types#" + title.replace(' ', '-'));
        body.put("title", title).put("status", status).put("detail", detail);
        body.put("trace_id", Mix.hex(Mix.of(title.hashCode())));
        byte[] text = Json.bytes(body);
        return Reply.of(status, "application/problem+json", out -> out.raw(text));
    }

    static ApiError problemOf(int status, String title, String detail) {
        return new ApiError(problem(status, title, detail));
    }
}
