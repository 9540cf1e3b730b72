package dev.caravan.sandbox.truelayer;

import dev.caravan.sandbox.http.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Fragments of JSON made ahead of the hot path. Each answer is a fresh array. Stateless. */
final class JsonText {
    private JsonText() {}

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The text escaped for a JSON string, without the quotes. */
    static byte[] inner(String text) {
        byte[] quoted = JsonBytes.quote(text);
        return Arrays.copyOfRange(quoted, 1, quoted.length - 1);
    }
}
