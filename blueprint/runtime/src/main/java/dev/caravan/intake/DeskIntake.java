package dev.caravan.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.desk.Answer;
import dev.caravan.desk.Commands;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;

/**
 * The operators' desk over HTTP, for the launcher and for programs, with the admin key. Safe for
 * any number of threads.
 */
public final class DeskIntake {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;

    private final AdminKey key;
    private final Commands desk;

    public DeskIntake(AdminKey key, Commands desk) {
        this.key = key;
        this.desk = desk;
    }

    /**
     * {@code POST /desk} with {@code {"words": ["status", ...], "who": "name"}}; with {@code
     * --json} among them the answer is JSON, else text for a terminal. The header {@code
     * Caravan-Code} is the exit code; what is done is written down under the name.
     */
    public void ask(Exchange exchange) {
        boolean known = key.fits(exchange.getMessage().getHeader("Authorization", String.class));
        JsonNode asked = asked(exchange.getMessage().getBody(String.class));
        List<String> words = words(asked);
        boolean json = words.remove("--json");
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, known ? OK : UNAUTHORIZED);
        exchange.getMessage()
                .setHeader(
                        Exchange.CONTENT_TYPE,
                        json ? "application/json" : "text/plain; charset=utf-8");
        if (!known) {
            exchange.getMessage().setBody("expected the key of etc/caravan.admin.key\n");
            return;
        }
        Answer answer = desk.run(words, asked.path("who").asText("operator"));
        exchange.getMessage().setHeader("Caravan-Code", answer.code());
        exchange.getMessage().setBody(json ? answer.json() : answer.text());
    }

    private static JsonNode asked(String body) {
        try {
            return JSON.readTree(body == null ? "" : body);
        } catch (JsonProcessingException e) {
            // no words: the answer lists the commands
            return JSON.createObjectNode();
        }
    }

    private static List<String> words(JsonNode asked) {
        List<String> words = new ArrayList<>();
        asked.path("words").forEach(word -> words.add(word.asText()));
        return words;
    }
}
