package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Refusal;
import dev.caravan.sandbox.http.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Who may come in: Basic, Bearer, signature and certificate. Refuses with 401 and the reason. Safe
 * for use by many threads.
 */
final class Gate {
    private final Supplier<PockitSettings> settings;
    private final Consents consents;
    private final Refusals refusals;
    private final Clock clock;

    Gate(Supplier<PockitSettings> settings, Consents consents, Refusals refusals, Clock clock) {
        this.settings = settings;
        this.consents = consents;
        this.refusals = refusals;
        this.clock = clock;
    }

    /** {@code Basic base64(client_id ":" client_secret)}. */
    void basic(Request request) {
        Application known = settings.get().application();
        String pair = known.clientId() + ":" + known.clientSecret();
        byte[] expected = pair.getBytes(StandardCharsets.UTF_8);
        String header = request.header("authorization").orElse("");
        if (!header.startsWith("Basic ")
                || !MessageDigest.isEqual(expected, base64(header.substring(6)))) {
            throw refusals.auth(401, "invalid_client", "Basic credentials of the client expected");
        }
    }

    /** The consent whose access token came along, whatever has become of the consent. */
    Consent bearer(Request request) {
        String header = request.header("authorization").orElse("");
        String token = header.startsWith("Bearer ") ? header.substring(7) : "";
        return consents.of(token)
                .filter(consent -> consent.admits(token, clock.instant()))
                .orElseThrow(
                        () ->
                                refusals.resource(
                                        401, "Header.Invalid", "a living access token expected"));
    }

    /** The signature of an auth call. */
    void signedAuth(Request request, Spot spot, Predicate<byte[]> payload) {
        complaint(request, spot, payload)
                .ifPresent(
                        wrong -> {
                            throw refusals.auth(401, "invalid_client", "x-jws-signature: " + wrong);
                        });
    }

    /** The signature of a resource call. */
    void signedResource(Request request, Spot spot) {
        Predicate<byte[]> payload =
                request.method().equals("GET") ? getPayload(request) : body(request);
        complaint(request, spot, payload)
                .ifPresent(
                        wrong -> {
                            throw refusals.resource(
                                    401, "Signature.Invalid", "x-jws-signature: " + wrong);
                        });
    }

    /** A consent that was taken back or has ended shows here, and only here. */
    void standing(Consent consent) {
        Granting granting = settings.get().granting();
        if (consent.revoked()) {
            int status = granting.revocation() == Granting.Revocation.FORBIDDEN ? 403 : 401;
            throw forbidden(status, "the consent is no more");
        }
        if (!clock.instant().isBefore(consent.endsAt()) && !granting.honourExpiredConsents()) {
            throw forbidden(403, "the consent has ended");
        }
    }

    void scope(Consent consent, String scope) {
        if (!scope.isEmpty() && !consent.scopes().contains(scope)) {
            throw forbidden(403, "scope " + scope + " was not granted");
        }
    }

    Refusal forbidden(int status, String message) {
        return refusals.resource(status, "Resource.InvalidConsentStatus", message);
    }

    /** Whether the call says that a user is there. */
    static boolean attended(Request request) {
        return request.header("x-user-ip").filter(ip -> !ip.isBlank()).isPresent();
    }

    /** The payload that is byte for byte the body. */
    static Predicate<byte[]> body(Request request) {
        return payload -> Arrays.equals(payload, request.body());
    }

    /** The payload that is an object of the given strings, in their order. */
    static Predicate<byte[]> object(Map<String, String> strings) {
        return payload -> StrictJson.object(payload).filter(one -> same(one, strings)).isPresent();
    }

    private static boolean same(ObjectNode object, Map<String, String> strings) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names.equals(List.copyOf(strings.keySet()))
                && names.stream().map(object::get).allMatch(JsonNode::isTextual)
                && names.stream()
                        .allMatch(name -> object.get(name).asText().equals(strings.get(name)));
    }

    private Predicate<byte[]> getPayload(Request request) {
        return switch (settings.get().signing().getPayload()) {
            case EMPTY_OBJECT -> payload -> Arrays.equals(payload, new byte[] {'{', '}'});
            case EMPTY -> payload -> payload.length == 0;
            case QUERY_OBJECT -> object(request.query());
        };
    }

    private Optional<String> complaint(Request request, Spot spot, Predicate<byte[]> payload) {
        PockitSettings now = settings.get();
        Application application = now.application();
        Instant instant = clock.instant();
        if (application.production()
                && !CertificateSecret.valid(application.certificate(), instant)) {
            return Optional.of("production takes only a valid X.509 certificate");
        }
        String query = request.target().substring(request.path().length());
        byte[] secret = CertificateSecret.of(application.certificate(), now.signing().secret());
        return new JwsVerifier(now.signing(), application.appId(), secret)
                .complaint(
                        request.header("x-jws-signature").orElse(""),
                        now.signing().queryInPath() ? spot.path() + query : spot.path(),
                        payload,
                        instant);
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException unreadable) {
            return new byte[0];
        }
    }
}
