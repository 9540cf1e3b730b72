package dev.caravan.sandbox.http;

import dev.caravan.sandbox.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An answer: status, headers and a body that writes itself when the wire is ready for it. May carry
 * the damage that the wire shall do to it. Immutable; the body may be written any number of times.
 */
public record Reply(int status, Map<String, String> headers, Body body, Optional<Damage> damage) {
    /** Writes the body, however long, without anybody holding it whole. */
    @FunctionalInterface
    public interface Body {
        void writeTo(JsonBytes out) throws IOException;
    }

    public Reply {
        headers = Map.copyOf(headers);
    }

    public static Reply empty(int status) {
        return new Reply(status, Map.of(), out -> {}, Optional.empty());
    }

    public static Reply json(int status, Object value) {
        byte[] text = Json.bytes(value);
        return of(status, "application/json; charset=utf-8", out -> out.raw(text));
    }

    public static Reply html(int status, String page) {
        byte[] text = page.getBytes(StandardCharsets.UTF_8);
        return of(status, "text/html; charset=utf-8", out -> out.raw(text));
    }

    public static Reply redirect(String location) {
        return empty(302).header("Location", location);
    }

    public static Reply of(int status, String contentType, Body body) {
        return new Reply(status, Map.of("Content-Type", contentType), body, Optional.empty());
    }

    /** The whole body in memory, for those that are small. */
    public byte[] bytes() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try {
            JsonBytes out = new JsonBytes(4096, (buffer, length) -> whole.write(buffer, 0, length));
            body.writeTo(out);
            out.finish();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return whole.toByteArray();
    }

    public Reply header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, more, body, damage);
    }

    public Reply damaged(Damage by) {
        return new Reply(status, headers, body, Optional.of(by));
    }
}
