package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Refusal;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What every resource asks of a request before it looks at anything else: the token and the headers
 * of contract section 5. Safe for use by many threads.
 */
final class Gate {
    static final String INTERACTION = "x-fapi-interaction-id";
    static final String CUSTOMER_ADDRESS = "x-fapi-customer-ip-address";
    private static final String DIGITS = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final String V4 = DIGITS + "(\\." + DIGITS + "){3}";
    private final Supplier<LeatherbackSettings> settings;
    private final Clock clock;
    private final Register register;
    private final Tokens tokens;

    Gate(Supplier<LeatherbackSettings> settings, Clock clock, Register register, Tokens tokens) {
        this.settings = settings;
        this.clock = clock;
        this.register = register;
        this.tokens = tokens;
    }

    /** The client of a client token. */
    String client(Request request) {
        AccessToken token = token(request);
        if (!token.client()) {
            throw wrongGrant("a client token is needed");
        }
        headers(request);
        return token.clientId();
    }

    /** The consent of a user token, authorised and not over. */
    Consent consent(Request request) {
        AccessToken token = token(request);
        if (token.client()) {
            throw wrongGrant("a token of the authorization code grant is needed");
        }
        Consent consent =
                register.consent(token.consentId(), token.clientId())
                        .filter(one -> one.status().equals(Consent.AUTHORISED))
                        .orElseThrow(ObieError::unauthorised);
        int status = settings.get().expiredConsentStatus();
        if (consent.expired(clock.instant())) {
            throw status == 401
                    ? ObieError.unauthorised()
                    : ObieError.of(
                            status,
                            "UK.OBIE.Resource.InvalidConsentStatus",
                            "the consent has expired",
                            "ExpirationDateTime");
        }
        long age = clock.instant().getEpochSecond() - consent.authenticatedAt();
        if (settings.get().scaDays() > 0 && age > settings.get().scaDays() * 86_400L) {
            throw ObieError.of(403, ObieError.REAUTHENTICATE, "the login is too old", "");
        }
        headers(request);
        return consent;
    }

    /** Whose credentials came along, as far as one can tell without refusing. */
    Optional<AccessToken> peek(Request request) {
        return bearer(request).flatMap(tokens::access);
    }

    private AccessToken token(Request request) {
        return peek(request)
                .filter(one -> one.alive(clock.instant()))
                .orElseThrow(ObieError::unauthorised);
    }

    private static Optional<String> bearer(Request request) {
        return request.header("authorization")
                .filter(text -> text.regionMatches(true, 0, "Bearer ", 0, 7))
                .map(text -> text.substring(7).trim());
    }

    private void headers(Request request) {
        String accept = request.header("accept").orElse("application/json");
        if (!request.method().equals("DELETE") && !takesJson(accept)) {
            throw new Refusal(Reply.empty(406));
        }
        request.header(INTERACTION).ifPresent(id -> check(INTERACTION, id, isUuid(id)));
        request.header("x-fapi-auth-date")
                .ifPresent(date -> check("x-fapi-auth-date", date, isHttpDate(date)));
        request.header(CUSTOMER_ADDRESS)
                .ifPresent(ip -> check(CUSTOMER_ADDRESS, ip, isAddress(ip)));
        if (settings.get().refuseIdempotencyKey()) {
            request.header("x-idempotency-key")
                    .ifPresent(key -> check("x-idempotency-key", "must not be sent here", false));
        }
    }

    static boolean takesJson(String accept) {
        for (String one : accept.split(",")) {
            String type = one.split(";")[0].trim().toLowerCase(java.util.Locale.ROOT);
            if (type.equals("application/json")
                    || type.equals("*/*")
                    || type.equals("application/*")) {
                return true;
            }
        }
        return false;
    }

    static void demandJson(Request request) {
        String type = request.header("content-type").orElse("").split(";")[0].trim();
        if (!type.equalsIgnoreCase("application/json")) {
            throw new Refusal(Reply.empty(415));
        }
    }

    static JsonNode body(Request request) {
        try {
            JsonNode body = request.json();
            if (body.isObject()) {
                return body;
            }
        } catch (IllegalArgumentException notJson) {
            // refused below, in the words of the API
        }
        throw ObieError.badRequest(ObieError.INVALID_FORMAT, "the body is no JSON object", "");
    }

    private static Refusal wrongGrant(String message) {
        return ObieError.of(403, "GB.Leatherback.WrongGrant", message, "Authorization");
    }

    private static void check(String header, String value, boolean right) {
        if (!right) {
            throw ObieError.badRequest(
                    ObieError.HEADER_INVALID, header + " is invalid: " + value, header);
        }
    }

    static boolean isUuid(String text) {
        try {
            return UUID.fromString(text).toString().equalsIgnoreCase(text);
        } catch (IllegalArgumentException unreadable) {
            return false;
        }
    }

    private static boolean isHttpDate(String text) {
        try {
            DateTimeFormatter.RFC_1123_DATE_TIME.parse(text);
            return text.endsWith(" GMT");
        } catch (DateTimeException unreadable) {
            return false;
        }
    }

    /** Without any look-up of names. */
    private static boolean isAddress(String text) {
        return text.matches(V4) || text.contains(":") && text.matches("[0-9a-fA-F:.]{2,45}");
    }
}
