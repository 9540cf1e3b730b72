package dev.caravan.rehearsal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hc.core5.http.Header;

/** Writes an exchange that was taped as it may be kept. Stateless. */
final class Transcript {
    private static final String ASKED = "(?i)accept|content-type";
    private static final String TOLD = "(?i)content-type|link|retry-after";

    private Transcript() {}

    static Exchanged of(Tape.Taped one, Bases bases, Masks masks) {
        return new Exchanged(
                one.method(),
                new Discreet(List.of()).of(masks.address(bases.named(one.url()))),
                headers(one.asked(), ASKED, bases, masks),
                body(one.question(), bases, masks),
                one.status(),
                headers(one.told(), TOLD, bases, masks),
                body(one.answer(), bases, masks));
    }

    private static Map<String, String> headers(
            List<Header> headers, String shown, Bases bases, Masks masks) {
        Map<String, String> kept = new LinkedHashMap<>();
        for (Header header : headers) {
            if (header.getName().matches(shown)) {
                kept.put(header.getName(), masks.address(bases.named(header.getValue())));
            }
        }
        return kept;
    }

    private static String body(byte[] body, Bases bases, Masks masks) {
        if (body.length == 0) {
            return "";
        }
        String text = new String(body, StandardCharsets.UTF_8);
        try {
            JsonNode json = Rows.JSON.readTree(bases.named(text));
            return json.isMissingNode() ? "" : masks.of(json).toPrettyString();
        } catch (JsonProcessingException e) {
            // a form keeps the names of its fields
            return text.matches("[\\w.-]+=\\S*")
                    ? text.replaceAll("=[^&]*", "=masked")
                    : "(" + body.length + " bytes that are no JSON)";
        }
    }
}
