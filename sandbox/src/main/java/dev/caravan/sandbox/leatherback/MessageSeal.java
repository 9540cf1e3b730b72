package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.JsonBytes;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The detached x-jws-signature of contract section 5, in both of its versions. Checks that of a
 * POST and puts one on the answer, over the very bytes that travel. Safe for use by many threads.
 */
final class MessageSeal {
    static final String HEADER = "x-jws-signature";
    private static final String IAT = "http://openbanking.org.uk/iat";
    private static final String ISS = "http://openbanking.org.uk/iss";
    private static final String TAN = "http://openbanking.org.uk/tan";
    private static final Set<String> ALLOWED =
            Set.of("alg", "typ", "cty", "kid", "crit", IAT, ISS, TAN);
    private final Supplier<LeatherbackSettings> settings;
    private final Clock clock;
    private final ClientKeys keys;
    private final IdTokens own;

    MessageSeal(
            Supplier<LeatherbackSettings> settings, Clock clock, ClientKeys keys, IdTokens own) {
        this.settings = settings;
        this.clock = clock;
        this.keys = keys;
        this.own = own;
    }

    void check(Request request) {
        MessageSignature rule = settings.get().messageSignature();
        String found = request.header(HEADER).orElse("");
        if (rule == MessageSignature.IGNORED) {
            return;
        }
        if (rule == MessageSignature.UNEXPECTED) {
            demand(found.isEmpty(), "Unexpected", "no signature was expected");
            return;
        }
        demand(!found.isEmpty(), "Missing", "a signature was expected");
        String[] sides = found.split("\\.\\.", -1);
        demand(sides.length == 2, "Malformed", "expected header..signature");
        JsonNode header = header(sides[0]);
        checkHeader(header, rule == MessageSignature.V3_1_3);
        byte[] input = input(sides[0], request.body(), rule);
        demand(verifies(header, input, sides[1]), "Invalid", "does not fit body and key");
    }

    private static JsonNode header(String text) {
        try {
            return Jws.object(text);
        } catch (IllegalArgumentException unreadable) {
            throw refused("Malformed", "the header cannot be read");
        }
    }

    private void checkHeader(JsonNode header, boolean unencoded) {
        for (String name : List.of("alg", "kid", "crit", IAT, ISS, TAN)) {
            demand(header.hasNonNull(name), "MissingClaim", name);
        }
        demand(header.path("alg").asText().equals("PS256"), "InvalidClaim", "alg");
        demand(header.path("typ").asText("JOSE").equals("JOSE"), "InvalidClaim", "typ");
        Set<String> critical = new TreeSet<>();
        header.path("crit").forEach(one -> critical.add(one.asText()));
        Set<String> expected = new TreeSet<>(List.of(IAT, ISS, TAN));
        if (unencoded) {
            demand(header.has("b64"), "MissingClaim", "b64");
            demand(!header.path("b64").asBoolean(true), "InvalidClaim", "b64");
            expected.add("b64");
        } else {
            header.fieldNames()
                    .forEachRemaining(name -> demand(ALLOWED.contains(name), "InvalidClaim", name));
        }
        demand(critical.equals(expected), "InvalidClaim", "crit");
        long iat = header.path(IAT).asLong(Long.MAX_VALUE);
        long now = clock.instant().getEpochSecond();
        demand(iat <= now + settings.get().clockSkewSeconds(), "InvalidClaim", IAT);
    }

    private boolean verifies(JsonNode header, byte[] input, String signature) {
        try {
            RSAPublicKey key = keys.key(header.path("kid").asText());
            return Jws.verifiesPs256(key, input, Jws.bytes(signature));
        } catch (IllegalArgumentException noKey) {
            throw refused("InvalidClaim", noKey.getMessage());
        }
    }

    /** The answer with a signature of the bank, where signatures are on. */
    Reply put(Reply reply) {
        MessageSignature rule = settings.get().messageSignature();
        if (rule == MessageSignature.IGNORED || rule == MessageSignature.UNEXPECTED) {
            return reply;
        }
        byte[] body = bytes(reply);
        ObjectNode header = Json.object().put("alg", "PS256").put("kid", own.key().kid());
        header.put("typ", "JOSE").put(IAT, clock.instant().getEpochSecond());
        header.put(ISS, "CN=leatherback-twin").put(TAN, "openbanking.org.uk");
        var critical = header.putArray("crit");
        if (rule == MessageSignature.V3_1_3) {
            header.put("b64", false);
            critical.add("b64");
        }
        critical.add(IAT).add(ISS).add(TAN);
        String first = Jws.text(Json.bytes(header));
        byte[] signature = Jws.ps256(own.key().secret(), input(first, body, rule));
        return reply.header(HEADER, first + ".." + Jws.text(signature));
    }

    private static byte[] input(String header, byte[] body, MessageSignature rule) {
        byte[] payload =
                rule == MessageSignature.V3_1_3
                        ? body
                        : Jws.text(body).getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        input.writeBytes((header + '.').getBytes(StandardCharsets.US_ASCII));
        input.writeBytes(payload);
        return input.toByteArray();
    }

    private static byte[] bytes(Reply reply) {
        try {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            JsonBytes out = new JsonBytes(8192, (buffer, length) -> body.write(buffer, 0, length));
            reply.body().writeTo(out);
            out.finish();
            return body.toByteArray();
        } catch (IOException fromMemory) {
            throw new UncheckedIOException(fromMemory);
        }
    }

    private static void demand(boolean kept, String code, String message) {
        if (!kept) {
            throw refused(code, message);
        }
    }

    private static dev.caravan.sandbox.Refusal refused(String code, String message) {
        return ObieError.badRequest("UK.OBIE.Signature." + code, HEADER + ": " + message, message);
    }
}
