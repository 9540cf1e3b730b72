package dev.caravan.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.connections.ProviderAccount;
import dev.caravan.connections.Pull;
import java.util.Map;
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

    String of(Exchange exchange, String part) {
        ObjectNode context = JSON.createObjectNode();
        ObjectNode parts = context.putObject("part");
        if (!part.isBlank()) {
            String[] sides = part.split("=", 2);
            parts.put(sides[0].strip(), sides[1].strip());
        }
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
        ObjectNode mapping = context.putObject("settings");
        settings.forEach(
                (key, value) -> {
                    if (key.startsWith("map.")) {
                        mapping.put(key.substring(4), value);
                    }
                });
        return context.toString();
    }
}
