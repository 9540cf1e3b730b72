package dev.caravan.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.connections.Pull;
import java.util.List;

/**
 * How a page was stored, so that a refused record of it can go the same way again. Immutable.
 *
 * @param whole whether what the page did not name was gone
 * @param resource what the mark of its page is known by, with the account key
 * @param context what its mapping knew beside it, as JSON
 */
record Way(
        Step own,
        List<Step> further,
        boolean whole,
        String resource,
        String accountKey,
        String context) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A mapping of the page.
     *
     * @param value what its part came to then, null where it has none
     */
    record Step(String kind, String file, String part, String value, boolean stub) {}

    static Way of(PageWriter.Page page, String context) {
        return new Way(
                step(page, page.deployed(), page.part(), false),
                page.further().stream()
                        .map(
                                further ->
                                        step(
                                                page,
                                                further.deployed(),
                                                further.asked().part(),
                                                further.asked().stub()))
                        .toList(),
                page.whole(),
                Pull.resource(page.exchange()),
                Pull.accountKey(page.exchange()),
                context);
    }

    private static Step step(
            PageWriter.Page page, Store.Deployed deployed, String part, boolean stub) {
        return new Step(
                deployed.table().name(),
                deployed.mapping().file(),
                part,
                deployed.part().of(page.exchange()),
                stub);
    }

    static Way read(String json) {
        try {
            return JSON.readValue(json, Way.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the way of a refused record does not read");
        }
    }

    String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
