package dev.caravan.benchmark;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Rows in the text format of COPY (PostgreSQL 18, section COPY, File Formats). Owned by one thread.
 */
final class CopyText {
    private byte[] bytes = new byte[1 << 20];
    private int length;
    private boolean first = true;

    void column(String value) {
        separate();
        if (value == null) {
            put('\\');
            put('N');
        } else {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            escaped(utf8, 0, utf8.length);
        }
    }

    void column(long value) {
        separate();
        for (byte digit : Long.toString(value).getBytes(StandardCharsets.ISO_8859_1)) {
            put(digit);
        }
    }

    /** A part of some bytes, in which the stretch from {@code starFrom} becomes stars. */
    void column(byte[] from, int start, int end, int starFrom, int starTo) {
        separate();
        if (starFrom < 0) {
            escaped(from, start, end);
        } else {
            int kept = Math.max(starFrom, starTo - 4);
            escaped(from, start, starFrom);
            for (int i = 0; i < 12; i++) {
                put('*');
            }
            escaped(from, kept, end);
        }
    }

    void endRow() {
        put('\n');
        first = true;
    }

    private void separate() {
        if (!first) {
            put('\t');
        }
        first = false;
    }

    private void escaped(byte[] from, int start, int end) {
        room(2 * (end - start));
        for (int i = start; i < end; i++) {
            byte b = from[i];
            switch (b) {
                case '\\' -> pair('\\');
                case '\t' -> pair('t');
                case '\n' -> pair('n');
                case '\r' -> pair('r');
                default -> bytes[length++] = b;
            }
        }
    }

    private void pair(char escape) {
        bytes[length++] = '\\';
        bytes[length++] = (byte) escape;
    }

    private void put(int b) {
        room(1);
        bytes[length++] = (byte) b;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }
}
