package dev.caravan.inbox;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How a provider's events look: what tells them apart ({@code webhook.key}), their type ({@code
 * webhook.type}) and what they are about ({@code webhook.entity}). A path is {@code a.b.c},
 * alternatives are separated by {@code |}. Immutable.
 */
final class Shape {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectReader STRICT =
            JSON.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final List<String> KEPT =
            List.of("content-type", "user-agent", "webhook-id", "webhook-timestamp", "date");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final int LONGEST = 200;
    private static final String HEADER = "header:";
    private static final String BODY = "sha256";

    private final String provider;
    private final List<String> key;
    private final Map<String, List<JsonPointer>> pointers = new HashMap<>();
    private final String type;
    private final String entity;

    Shape(String provider, Map<String, String> settings, String usualKey) {
        this.provider = provider;
        String written = settings.getOrDefault("webhook.key", "").strip();
        this.key = List.of((written.isEmpty() ? usualKey : written).split("\\s*,\\s*"));
        this.type = settings.getOrDefault("webhook.type", "type").strip();
        this.entity = settings.getOrDefault("webhook.entity", "").strip();
        Stream.concat(key.stream(), Stream.of(type, entity))
                .forEach(paths -> pointers.put(paths, pointers(paths)));
    }

    /**
     * The event in a body.
     *
     * @return null where the body is not one JSON value in UTF-8
     */
    Arrival of(
            UUID connection,
            Long address,
            String source,
            Map<String, String> headers,
            byte[] body) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            JsonNode event = STRICT.readTree(text);
            if (event == null || event.isMissingNode() || text.indexOf('\0') >= 0) {
                return null;
            }
            byte[] hash = sha256().digest(body);
            return new Arrival(
                    provider,
                    connection,
                    address,
                    key(event, headers, hash),
                    at(event, type),
                    at(event, entity),
                    source,
                    kept(headers),
                    text,
                    hash);
        } catch (CharacterCodingException | JsonProcessingException e) {
            return null;
        }
    }

    /** Where a part of the key is missing, only an event with the very same body is the same. */
    private byte[] key(JsonNode event, Map<String, String> headers, byte[] hash) {
        MessageDigest digest = sha256();
        boolean whole = true;
        for (String part : key) {
            String value =
                    part.startsWith(HEADER)
                            ? headers.get(part.substring(HEADER.length()).toLowerCase())
                            : part.equals(BODY) ? "" : found(event, part);
            whole &= value != null && !part.equals(BODY);
            byte[] bytes = String.valueOf(value).getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
            digest.update(bytes);
        }
        if (!whole) {
            digest.update(hash);
        }
        return digest.digest();
    }

    private static List<JsonPointer> pointers(String paths) {
        return Arrays.stream(paths.split("\\|"))
                .map(String::strip)
                .filter(path -> !path.isEmpty())
                .map(path -> JsonPointer.compile("/" + path.replace('.', '/')))
                .toList();
    }

    private String found(JsonNode event, String paths) {
        for (JsonPointer path : pointers.get(paths)) {
            JsonNode node = event.at(path);
            if (!node.isMissingNode() && !node.isNull()) {
                return node.isValueNode() ? node.asText() : sorted(node).toString();
            }
        }
        return null;
    }

    /** Fields by name, so that the same told in another order is the same. */
    private static JsonNode sorted(JsonNode node) {
        if (node.isArray()) {
            ArrayNode items = JSON.createArrayNode();
            node.forEach(item -> items.add(sorted(item)));
            return items;
        }
        ObjectNode fields = JSON.createObjectNode();
        new TreeMap<>(
                        node.properties().stream()
                                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue)))
                .forEach((name, value) -> fields.set(name, sorted(value)));
        return node.isObject() ? fields : node;
    }

    private String at(JsonNode event, String paths) {
        return clean(found(event, paths));
    }

    private static String clean(String value) {
        if (value == null) {
            return null;
        }
        String plain = CONTROL.matcher(value).replaceAll(" ");
        return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST);
    }

    private static String kept(Map<String, String> headers) {
        ObjectNode kept = JSON.createObjectNode();
        KEPT.forEach(
                name -> {
                    if (headers.containsKey(name)) {
                        kept.put(name, clean(headers.get(name)));
                    }
                });
        return kept.toString();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
