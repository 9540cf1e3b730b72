package dev.caravan.sandbox.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads one HTTP/1.1 request after the other from a stream. Bounds what it takes: 64 kB of head and
 * 8 MB of body, and raises {@link IOException} beyond. Owned by one thread.
 */
final class RequestReader {
    private static final int MAX_HEAD = 65_536;
    private static final int MAX_BODY = 8_388_608;
    private final InputStream in;
    private final String peer;
    private int headBytes;

    RequestReader(InputStream in, String peer) {
        this.in = in;
        this.peer = peer;
    }

    /** The next request, or null when the caller has closed between two requests. */
    Request next(Runnable beforeBody) throws IOException {
        headBytes = 0;
        String start = line();
        if (start == null) {
            return null;
        }
        String[] parts = start.split(" ");
        if (parts.length != 3) {
            throw new IOException("not a request line");
        }
        Map<String, String> headers = headers();
        if ("100-continue".equalsIgnoreCase(headers.get("expect"))) {
            beforeBody.run();
        }
        return new Request(parts[0], parts[1], headers, body(headers), peer);
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(); line != null && !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                String name = line.substring(0, colon).trim().toLowerCase(Locale.ROOT);
                headers.merge(name, line.substring(colon + 1).trim(), (a, b) -> a + ", " + b);
            }
        }
        return Collections.unmodifiableMap(headers);
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("transfer-encoding", "")
                .toLowerCase(Locale.ROOT)
                .contains("chunked")) {
            return chunks();
        }
        return exactly(bounded(headers.getOrDefault("content-length", "0"), 10, 0));
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            String head = line();
            if (head == null) {
                throw new EOFException();
            }
            int size = bounded(head.split(";")[0].trim(), 16, all.size());
            all.write(exactly(size));
            String trailer = line();
            while (size == 0 && trailer != null && !trailer.isEmpty()) {
                trailer = line();
            }
            if (size == 0) {
                return all.toByteArray();
            }
        }
    }

    private byte[] exactly(int size) throws IOException {
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new EOFException();
        }
        return bytes;
    }

    private static int bounded(String number, int radix, int already) throws IOException {
        try {
            int size = Integer.parseInt(number, radix);
            if (size < 0 || size + already > MAX_BODY) {
                throw new IOException("body too large");
            }
            return size;
        } catch (NumberFormatException unreadable) {
            throw new IOException("unreadable length", unreadable);
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return null;
            }
            if (++headBytes > MAX_HEAD) {
                throw new IOException("head too large");
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
