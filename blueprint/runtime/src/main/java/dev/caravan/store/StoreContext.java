package dev.caravan.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.connections.ProviderAccount;
import dev.caravan.connections.Pull;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;

/**
 * What a mapping may know beside the item: {@code context}, an object with {@code part} (column to
 * value), {@code connection}, {@code kind}, {@code about} (the row that the exchange asks about),
 * {@code account}, {@code family}, {@code currency} and {@code institution} of the account, {@code
 * own}, the connection's own settings, and {@code settings}, the provider's settings that begin
 * with {@code map.}. Immutable.
 */
public final class StoreContext {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> settings;

    public StoreContext(Map<String, String> settings) {
        this.settings = settings;
    }

    /** The settings that a mapping may know and that are set, as one text. */
    String known() {
        return new TreeMap<>(settings)
                .entrySet().stream()
                        .filter(each -> each.getKey().startsWith("map."))
                        .filter(each -> !each.getValue().isBlank())
                        .map(each -> "\n-- " + each)
                        .collect(Collectors.joining());
    }

    /** The settings that a mapping may know today, as JSON. */
    String today() {
        ObjectNode context = JSON.createObjectNode();
        settings(context);
        return context.get("settings").toString();
    }

    String of(Exchange exchange, String part) {
        ObjectNode context = JSON.createObjectNode();
        part(context, part);
        ProviderAccount account = Pull.account(exchange);
        if (account != null) {
            context.put("account", account.external())
                    .put("family", account.family())
                    .put("currency", account.currency());
        }
        Pull pull = Pull.of(exchange);
        context.put("connection", pull.connection().toString());
        context.put("institution", pull.institution());
        context.put("kind", Pull.kind(exchange));
        ObjectNode about = context.putObject("about");
        Pull.row(exchange).forEach((name, value) -> about.put(name, String.valueOf(value)));
        ObjectNode own = context.putObject("own");
        pull.settings().forEach(own::put);
        settings(context);
        return context.toString();
    }

    /**
     * What was known then, with the settings of today.
     *
     * @param kept as {@link #of} gave it
     * @param own the connection's own settings as JSON
     */
    String again(String kept, String part, String own) {
        try {
            ObjectNode context = (ObjectNode) JSON.readTree(kept);
            part(context, part);
            context.set("own", JSON.readTree(own));
            settings(context);
            return context.toString();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what a mapping knew does not read");
        }
    }

    private static void part(ObjectNode context, String part) {
        ObjectNode parts = context.putObject("part");
        if (!part.isBlank()) {
            String[] sides = part.split("=", 2);
            parts.put(sides[0].strip(), sides[1].strip());
        }
    }

    private void settings(ObjectNode context) {
        ObjectNode mapping = context.putObject("settings");
        settings.forEach(
                (key, value) -> {
                    if (key.startsWith("map.")) {
                        mapping.put(key.substring(4), value);
                    }
                });
    }
}
