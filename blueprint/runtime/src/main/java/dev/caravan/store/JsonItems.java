package dev.caravan.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the items of an answer out of its bytes, each as it was written, so that a number keeps its
 * digits and a record that PostgreSQL cannot hold can be set aside. Stateless.
 */
final class JsonItems {
    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonItems() {}

    /**
     * The items at the first of these paths that leads to some; an empty path is the whole.
     *
     * @throws IOException where the bytes are not JSON
     */
    static List<byte[]> atFirst(String[] paths, byte[] body) throws IOException {
        List<byte[]> items = List.of();
        for (String path : paths) {
            items = at(path.isEmpty() ? new String[0] : path.split("\\."), body);
            if (!items.isEmpty()) {
                return items;
            }
        }
        return items;
    }

    /**
     * The items at a path of object fields; an object there counts as one item.
     *
     * @throws IOException where the bytes are not JSON
     */
    static List<byte[]> at(String[] path, byte[] body) throws IOException {
        List<byte[]> items = new ArrayList<>();
        try (JsonParser parser = FACTORY.createParser(body)) {
            parser.nextToken();
            if (descend(parser, path)) {
                if (parser.currentToken() == JsonToken.START_ARRAY) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        items.add(slice(parser, body));
                    }
                } else if (parser.currentToken() == JsonToken.START_OBJECT) {
                    items.add(slice(parser, body));
                }
            }
            drain(parser);
        }
        return items;
    }

    private static boolean descend(JsonParser parser, String[] path) throws IOException {
        for (String field : path) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                return false;
            }
            boolean found = false;
            while (!found && parser.nextToken() == JsonToken.FIELD_NAME) {
                found = parser.currentName().equals(field);
                parser.nextToken();
                if (!found) {
                    parser.skipChildren();
                }
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    private static byte[] slice(JsonParser parser, byte[] body) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        if (parser.currentToken().isScalarValue()) {
            parser.finishToken();
        }
        parser.skipChildren();
        int to = (int) parser.currentLocation().getByteOffset();
        byte[] item = new byte[to - from];
        System.arraycopy(body, from, item, 0, item.length);
        return item;
    }

    private static void drain(JsonParser parser) throws IOException {
        // to the last byte: a cut answer must not pass for a whole one
        while (parser.nextToken() != null) {
            parser.finishToken();
        }
    }

    /** The items as one JSON array. */
    static byte[] array(List<byte[]> items) {
        int length = 2 + Math.max(0, items.size() - 1);
        for (byte[] item : items) {
            length += item.length;
        }
        byte[] array = new byte[length];
        int at = 0;
        array[at++] = '[';
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                array[at++] = ',';
            }
            System.arraycopy(items.get(i), 0, array, at, items.get(i).length);
            at += items.get(i).length;
        }
        array[at] = ']';
        return array;
    }

    static String text(byte[] item) {
        return new String(item, StandardCharsets.UTF_8);
    }
}
