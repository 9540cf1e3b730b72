package dev.caravan.signer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.util.Base64URL;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Signs an HTTP request as it will be sent, as a compact JWS whose header names the path and the
 * time. The bytes that were signed become the body, so that nothing can write them anew on the way.
 * Immutable.
 */
final class RequestSignature {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Clock clock;

    RequestSignature(Clock clock) {
        this.clock = clock;
    }

    /** What is signed where there is no body. */
    enum NoBody {
        EMPTY_OBJECT,
        EMPTY,
        QUERY_OBJECT
    }

    /** The unit of the time in the header. */
    enum Unit {
        SECONDS,
        MILLIS
    }

    void sign(Exchange exchange, Profile profile) {
        Message message = exchange.getMessage();
        String target = target(message, profile);
        byte[] payload = payload(message, profile, target);
        JWSSigner signer = signer(profile);
        String jws =
                Keys.fitting(
                        profile,
                        () -> {
                            JWSObject object =
                                    new JWSObject(header(profile, target), new Payload(payload));
                            object.sign(signer);
                            return object.serialize();
                        });
        message.setHeader(profile.text("header", "x-jws-signature"), jws);
    }

    private static JWSSigner signer(Profile profile) {
        if (!profile.has("certificate")) {
            return Keys.signer(profile);
        }
        CertificateBytes form =
                profile.one(CertificateBytes.class, "secret.form", CertificateBytes.PEM_EXACT);
        return Keys.fitting(profile, () -> new MACSigner(form.of(profile.bytes("certificate"))));
    }

    /** Members in a fixed order, which a map of the library would not keep. */
    private JWSHeader header(Profile profile, String target) {
        ObjectNode header = JSON.createObjectNode();
        header.put("alg", profile.algorithm().getName());
        header.put("typ", profile.text("typ", "JWT"));
        profile.below("member").forEach(header::put);
        header.put("path", profile.flag("path.query") ? target : pathOf(target));
        header.put(
                "iat",
                profile.one(Unit.class, "iat", Unit.SECONDS) == Unit.MILLIS
                        ? clock.millis()
                        : clock.instant().getEpochSecond());
        try {
            return JWSHeader.parse(Base64URL.encode(header.toString()));
        } catch (ParseException e) {
            throw profile.odd("member", "makes a header that is none");
        }
    }

    /** Path and query as they are sent, without a slash at the end of the path. */
    private static String target(Message message, Profile profile) {
        String sent = message.getHeader(Exchange.HTTP_PATH, "", String.class);
        if (sent.isBlank()) {
            throw profile.odd("header", "is for a request without a header CamelHttpPath");
        }
        String path = pathOf(sent);
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        String query =
                sent.contains("?")
                        ? sent.substring(sent.indexOf('?') + 1)
                        : message.getHeader(Exchange.HTTP_QUERY, "", String.class);
        return (path.startsWith("/") ? path : "/" + path) + (query.isEmpty() ? "" : "?" + query);
    }

    private static String pathOf(String target) {
        return target.split("\\?", 2)[0];
    }

    private static byte[] payload(Message message, Profile profile, String target) {
        byte[] body = message.getBody(byte[].class);
        if (body == null || body.length == 0) {
            return switch (profile.one(NoBody.class, "get", NoBody.EMPTY_OBJECT)) {
                case EMPTY -> new byte[0];
                case EMPTY_OBJECT -> "{}".getBytes(StandardCharsets.UTF_8);
                case QUERY_OBJECT -> fields(target.contains("?") ? target.split("\\?", 2)[1] : "");
            };
        }
        message.setBody(body);
        return message.getHeader(Exchange.CONTENT_TYPE, "", String.class)
                        .startsWith("application/x-www-form-urlencoded")
                ? fields(new String(body, StandardCharsets.UTF_8))
                : body;
    }

    /** A form or query as a JSON object: its decoded fields in their order, all of them texts. */
    private static byte[] fields(String form) {
        ObjectNode fields = JSON.createObjectNode();
        for (String field : form.split("&")) {
            if (!field.isEmpty()) {
                String[] sides = field.split("=", 2);
                fields.put(decoded(sides[0]), sides.length > 1 ? decoded(sides[1]) : "");
            }
        }
        try {
            return JSON.writeValueAsBytes(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part, StandardCharsets.UTF_8);
    }
}
