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
     * {@code POST /desk} with {@code {"words": ["status", ...]}}; with {@code --json} among them
     * the answer is JSON, else text for a terminal. The header {@code Caravan-Code} is the exit
     * code.
     */
    public void ask(Exchange exchange) {
        boolean known = key.fits(exchange.getMessage().getHeader("Authorization", String.class));
        List<String> words = words(exchange.getMessage().getBody(String.class));
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
        Answer answer = desk.run(words);
        exchange.getMessage().setHeader("Caravan-Code", answer.code());
        exchange.getMessage().setBody(json ? answer.json() : answer.text());
    }

    private static List<String> words(String body) {
        List<String> words = new ArrayList<>();
        try {
            for (JsonNode word : JSON.readTree(body == null ? "" : body).path("words")) {
                words.add(word.asText());
            }
        } catch (JsonProcessingException e) {
            // no words: the answer lists the commands
        }
        return words;
    }
}
