package dev.caravan.sandbox.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.zip.GZIPOutputStream;

/**
 * Sends one sound answer. A body that fits the buffer goes out with its head in one write and a
 * Content-Length, a longer one in chunks as it is made. Owned by one thread.
 */
final class Outflow {
    private static final int BUFFER = 65_536;
    private static final byte[] LINE = {'\r', '\n'};
    private static final byte[] LAST = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private final OutputStream out;
    private final Reply reply;
    private final boolean headOnly;
    private final boolean gzip;
    private boolean chunked;
    private long sent;
    private final LongConsumer ending;
    private boolean told;

    Outflow(OutputStream out, Reply reply, Request request, boolean gzip, LongConsumer ending) {
        this.ending = ending;
        this.out = out;
        this.reply = reply;
        this.headOnly = request.method().equals("HEAD");
        this.gzip = gzip && request.headers().getOrDefault("accept-encoding", "").contains("gzip");
    }

    /** Tells the length once, however often it is called. */
    void ending() {
        if (!told) {
            told = true;
            ending.accept(sent);
        }
    }

    void send() throws IOException {
        if (gzip) {
            sendZipped();
            return;
        }
        // the last drain comes from finish(): it alone knows that the body is whole
        boolean[] whole = {false};
        JsonBytes body =
                new JsonBytes(
                        BUFFER,
                        (buffer, length) -> {
                            if (whole[0] && !chunked) {
                                sendWhole(buffer, length, "");
                            } else {
                                sendChunk(buffer, length);
                            }
                        });
        reply.body().writeTo(body);
        whole[0] = true;
        body.finish();
        if (chunked) {
            ending();
            out.write(LAST);
        }
    }

    private void sendZipped() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(packed)) {
            JsonBytes body =
                    new JsonBytes(BUFFER, (buffer, length) -> zip.write(buffer, 0, length));
            reply.body().writeTo(body);
            body.finish();
        }
        sendWhole(packed.toByteArray(), packed.size(), "Content-Encoding: gzip\r\n");
    }

    private void sendWhole(byte[] body, int length, String more) throws IOException {
        byte[] head = head(reply, more + "Content-Length: " + length + "\r\n");
        int shown = headOnly ? 0 : length;
        byte[] all = new byte[head.length + shown];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, shown);
        sent += shown;
        ending();
        out.write(all);
    }

    private void sendChunk(byte[] buffer, int length) throws IOException {
        if (!chunked) {
            out.write(head(reply, "Transfer-Encoding: chunked\r\n"));
            chunked = true;
        }
        if (length > 0) {
            out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(buffer, 0, length);
            out.write(LINE);
            sent += length;
        }
    }

    static byte[] head(Reply reply, String framing) {
        StringBuilder head = new StringBuilder(256);
        head.append("HTTP/1.1 ").append(reply.status()).append(" -\r\n");
        for (Map.Entry<String, String> header : reply.headers().entrySet()) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        return head.append(framing).append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }
}
