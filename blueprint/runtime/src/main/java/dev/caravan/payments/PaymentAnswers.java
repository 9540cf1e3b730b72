package dev.caravan.payments;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a provider answers about payments, the lines {@code payment.*} of its {@code
 * answers.properties}. Immutable.
 */
final class PaymentAnswers {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final List<String> TOLD = List.of("pending", "executed", "rejected");
    private static final int BAD = 400;
    private static final int TROUBLE = 500;

    private final List<JsonPointer> id;
    private final List<JsonPointer> status;
    private final Map<String, String> states = new HashMap<>();
    private final Set<String> unclear;

    PaymentAnswers(Map<String, String> lines) {
        this.id = paths(lines.getOrDefault("payment.id", "id"));
        this.status = paths(lines.getOrDefault("payment.status", "status"));
        for (String state : TOLD) {
            words(lines, state).forEach(word -> states.put(word, state));
        }
        this.unclear = words(lines, "unclear");
    }

    /**
     * What an answer says.
     *
     * @param json whether it is JSON at all
     * @param id what the provider calls the payment, null where it does not say
     * @param status its word for the state, null where it has none
     */
    record Said(boolean json, String id, String status) {}

    Said read(byte[] body) {
        try {
            JsonNode answer = JSON.readTree(body == null ? new byte[0] : body);
            return new Said(
                    !answer.isMissingNode(),
                    word(answer, id, "[\\x21-\\x7e]{1,128}"),
                    word(answer, status, "[A-Za-z0-9_.-]{1,64}"));
        } catch (IOException e) {
            return new Said(false, null, null);
        }
    }

    private static String word(JsonNode answer, List<JsonPointer> paths, String form) {
        return paths.stream()
                .map(answer::at)
                .filter(found -> found.isTextual() || found.isIntegralNumber())
                .map(JsonNode::asText)
                .filter(text -> text.matches(form))
                .findFirst()
                .orElse(null);
    }

    /** The state that a provider's word means; empty for a word that nobody knows. */
    Optional<String> state(String word) {
        return Optional.ofNullable(word == null ? null : states.get(word));
    }

    /** Whether a status says for certain that the payment was refused and not made. */
    boolean refuses(int status) {
        return status >= BAD && status < TROUBLE && !unclear.contains(String.valueOf(status));
    }

    private static List<JsonPointer> paths(String written) {
        return Arrays.stream(written.split("\\|"))
                .map(path -> JsonPointer.compile("/" + path.strip().replace('.', '/')))
                .toList();
    }

    private static Set<String> words(Map<String, String> lines, String name) {
        Set<String> words =
                new HashSet<>(List.of(lines.getOrDefault("payment." + name, "").split("[\\s,]+")));
        words.remove("");
        return words;
    }
}
