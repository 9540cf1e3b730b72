package dev.caravan.sandbox.truelayer;

import dev.caravan.sandbox.CommonFaults;
import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.FaultTable;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.JsonBytes;
import dev.caravan.sandbox.http.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Sets faults at one endpoint, each named by what the caller will see. A fault strikes from the
 * moment it is named; {@link Fault} narrows and lifts it. Immutable.
 */
public record FaultPoint(FaultTable table, String endpoint) implements CommonFaults {

    /** 429 {@code provider_too_many_requests} without Retry-After. */
    public Fault tooManyRequests() {
        return error(429, "provider_too_many_requests");
    }

    /** The same with Retry-After in seconds; negative and absurd ones are sent as they are. */
    public Fault tooManyRequests(Duration retryAfter) {
        return tooManyRequests(Long.toString(retryAfter.toSeconds()));
    }

    /** The same with Retry-After as an HTTP-date. */
    public Fault tooManyRequests(Instant retryAt) {
        return tooManyRequests(
                DateTimeFormatter.RFC_1123_DATE_TIME.format(retryAt.atOffset(ZoneOffset.UTC)));
    }

    public Fault tooManyRequests(String retryAfter) {
        Reply reply = ApiError.envelope(429, "provider_too_many_requests", "The bank throttles.");
        return answer(reply.header("Retry-After", retryAfter));
    }

    /** 429 {@code provider_request_limit_exceeded}: the unattended calls of the day are used up. */
    public Fault requestLimitExceeded() {
        return error(429, "provider_request_limit_exceeded");
    }

    public Fault internalServerError() {
        return error(500, "internal_server_error");
    }

    public Fault endpointNotSupported() {
        return error(501, "endpoint_not_supported");
    }

    public Fault providerError() {
        return error(503, "provider_error");
    }

    public Fault providerTimeout() {
        return error(504, "provider_timeout");
    }

    public Fault invalidDateRange() {
        return error(400, "invalid_date_range");
    }

    public Fault scaExceeded() {
        return error(403, "sca_exceeded");
    }

    public Fault accessDenied() {
        return error(403, "access_denied");
    }

    public Fault invalidToken() {
        return error(401, "invalid_token");
    }

    public Fault invalidGrant() {
        return error(400, "invalid_grant");
    }

    public Fault invalidClient() {
        return error(400, "invalid_client");
    }

    /** Any status and code in the error envelope of contract 3.1. */
    public Fault error(int status, String code) {
        return answer(ApiError.envelope(status, code, "Set as a fault of the twin."));
    }

    /** 422 of extend in its documented shape, problem+json. */
    public Fault cannotBeExtended() {
        return answer(ApiError.problem(422, "Unprocessable Entity", "cannot be extended"));
    }

    /** 422 of extend in the other shape that was seen. */
    public Fault consentTooYoung() {
        return answer(
                Reply.json(
                        422,
                        Json.object()
                                .put("error", "invalid_request")
                                .put("error_description", "consent too young")));
    }

    /** One more row whose amount is the text abc. */
    public Fault wordAsAmount() {
        return extraRow("word", T, "Poison", "\"abc\"", "GBP");
    }

    public Fault hugeAmount() {
        return extraRow("huge", T, "Poison", "1e30", "GBP");
    }

    public Fault nullAmount() {
        return extraRow("null", T, "Poison", "null", "GBP");
    }

    /** Currency XXX, which is no money. */
    public Fault unknownCurrency() {
        return extraRow("currency", T, "Poison", "-1.00", "XXX");
    }

    /** The impossible date of contract 3.1, in a row that must be kept all the same. */
    public Fault impossibleDate() {
        return extraRow("date", "2017-02-247T17:29:24.740802Z", "Keep me", "-1.00", "GBP");
    }

    /** A NUL in the description, escaped as JSON wants it. */
    public Fault nulInDescription() {
        return extraRow("nul", T, "Poison\u0000pill", "-1.00", "GBP");
    }

    /** A description of a megabyte. */
    public Fault longDescription() {
        return extraRow("long", T, "x".repeat(1_048_576), "-1.00", "GBP");
    }

    /** Any JSON as one more row in front of the true ones. */
    public Fault extraRow(String json) {
        return table.set(endpoint, new PageFault.ExtraRow(json));
    }

    /** One true row comes twice in the page. */
    public Fault repeatsARow() {
        return table.set(endpoint, new PageFault.RepeatedRow());
    }

    /** One true row is preceded by an older version of itself, with another amount. */
    public Fault twoVersionsOfARow() {
        return table.set(endpoint, new PageFault.TwoVersions());
    }

    /** The row that was added by hand with this description is not told. */
    public Fault losesARow(String description) {
        return table.set(endpoint, new PageFault.LostRow(description));
    }

    /** 200 with that status in the envelope, {@code Running} for instance, and no results. */
    public Fault status(String status) {
        return table.set(endpoint, new PageFault.Status(status));
    }

    public Fault emptyResults() {
        return table.set(endpoint, new PageFault.Empty());
    }

    /** An asynchronous call is done and told before its acceptance is answered. */
    public Fault toldBeforeTheAnswer() {
        return table.set(endpoint, new AcceptanceFault.ToldBefore());
    }

    /** The acceptance of an asynchronous call names this as the place of the result. */
    public Fault foreignResultsUri(String uri) {
        return table.set(endpoint, new AcceptanceFault.ResultsUri(uri));
    }

    private static final String T = "2026-11-01T00:00:00Z";

    private Fault extraRow(
            String id, String timestamp, String description, String amount, String currency) {
        String quoted = new String(JsonBytes.quote(description), StandardCharsets.UTF_8);
        return extraRow(
                String.format(
                        "{\"transaction_id\":\"poison-%1$s\","
                                + "\"normalised_provider_transaction_id\":\"poison-%1$s\","
                                + "\"timestamp\":\"%2$s\",\"description\":%3$s,\"amount\":%4$s,"
                                + "\"currency\":\"%5$s\",\"transaction_type\":\"DEBIT\","
                                + "\"transaction_category\":\"PURCHASE\","
                                + "\"transaction_classification\":[]}",
                        id, timestamp, quoted, amount, currency));
    }
}
