package dev.caravan.sandbox.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Text under construction, as bytes, for bodies too long to hold. Fills one buffer and hands it to
 * the drain whenever it is full, so memory does not grow with the body. Owned by one thread.
 */
public final class JsonBytes {
    /** Where a full buffer goes. */
    @FunctionalInterface
    public interface Drain {
        void accept(byte[] buffer, int length) throws IOException;
    }

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private final byte[] buffer;
    private final Drain drain;
    private int length;

    public JsonBytes(int capacity, Drain drain) {
        this.buffer = new byte[capacity];
        this.drain = drain;
    }

    public JsonBytes raw(byte[] bytes) throws IOException {
        if (bytes.length > buffer.length - length) {
            return overflowing(bytes);
        }
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
        return this;
    }

    public JsonBytes raw(byte[] bytes, int from, int count) throws IOException {
        room(count);
        System.arraycopy(bytes, from, buffer, length, count);
        length += count;
        return this;
    }

    public JsonBytes raw(String text) throws IOException {
        return raw(text.getBytes(StandardCharsets.UTF_8));
    }

    public JsonBytes raw(char ascii) throws IOException {
        room(1);
        buffer[length++] = (byte) ascii;
        return this;
    }

    /** A JSON string with its quotes. */
    public JsonBytes quoted(String text) throws IOException {
        return raw(quote(text));
    }

    public JsonBytes number(long value) throws IOException {
        room(20);
        if (value < 0) {
            buffer[length++] = '-';
        }
        long rest = Math.abs(value);
        int digits = 1;
        for (long left = rest; left > 9; left /= 10) {
            digits++;
        }
        for (int at = length + digits - 1; at >= length; at--) {
            buffer[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /** Exactly so many decimal digits, with leading zeros. */
    public JsonBytes digits(long value, int width) throws IOException {
        room(width);
        long rest = value;
        for (int at = length + width - 1; at >= length; at--) {
            buffer[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += width;
        return this;
    }

    /** Exactly so many hexadecimal digits of the low end of the value. */
    public JsonBytes hex(long value, int width) throws IOException {
        room(width);
        long rest = value;
        for (int at = length + width - 1; at >= length; at--) {
            buffer[at] = HEX[(int) (rest & 15)];
            rest >>>= 4;
        }
        length += width;
        return this;
    }

    /** Hands over what is left. */
    public void finish() throws IOException {
        drain.accept(buffer, length);
        length = 0;
    }

    /** The bytes of a JSON string, quotes included. */
    public static byte[] quote(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString().getBytes(StandardCharsets.UTF_8);
    }

    private void room(int needed) throws IOException {
        if (needed > buffer.length - length) {
            drain.accept(buffer, length);
            length = 0;
        }
    }

    private JsonBytes overflowing(byte[] bytes) throws IOException {
        finish();
        if (bytes.length > buffer.length) {
            drain.accept(bytes, bytes.length);
        } else {
            System.arraycopy(bytes, 0, buffer, 0, bytes.length);
            length = bytes.length;
        }
        return this;
    }
}
