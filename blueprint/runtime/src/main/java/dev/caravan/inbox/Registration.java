package dev.caravan.inbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.connections.Pull;
import dev.caravan.faults.Fault;
import dev.caravan.store.Database;
import java.io.IOException;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;

/**
 * What a provider was told to post to: makes an address, knows one again in what the provider says,
 * and keeps whether a post came through. An address is never a property. Safe for any number of
 * threads.
 */
final class Registration {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST = 500;

    /** A provider may quote where it posted to, which is a secret. */
    private static final Pattern ADDRESS =
            Pattern.compile("https?://\\S+|[A-Za-z0-9_-]{43}|\\p{Cntrl}+");

    private final String provider;
    private final InboxSettings settings;
    private final Addresses addresses;
    private final Database database;

    Registration(String provider, InboxSettings settings, Addresses addresses, Database database) {
        this.provider = provider;
        this.settings = settings;
        this.addresses = addresses;
        this.database = database;
    }

    String address(Exchange exchange) {
        if (settings.base().isEmpty()) {
            throw InboxSettings.wrong(provider, "webhook.url", "is empty");
        }
        return settings.base()
                + addresses
                        .make(Pull.of(exchange).connection(), provider, settings.overlap())
                        .path();
    }

    boolean registered(Exchange exchange, String path) {
        String prefix = settings.base() + "/webhooks/" + provider + "/";
        String url = at(exchange.getMessage().getBody(byte[].class), path);
        return url.startsWith(prefix)
                && addresses.stays(
                        Pull.of(exchange).connection(), provider, url.substring(prefix.length()));
    }

    private static String at(byte[] body, String path) {
        try {
            JsonNode answer = JSON.readTree(body == null ? new byte[0] : body);
            return answer.at("/" + path.replace('.', '/')).asText("");
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * @param paths what to keep of the answer in the body, separated by commas
     */
    void checked(Exchange exchange, boolean ok, String paths) {
        byte[] body = exchange.getMessage().getBody(byte[].class);
        StringJoiner told = new StringJoiner(", ");
        for (String path : paths.split("\\s*,\\s*")) {
            String value = at(body, path);
            if (!value.isEmpty()) {
                told.add(path + " " + value);
            }
        }
        if (exchange.getProperty(Exchange.EXCEPTION_CAUGHT) instanceof Fault fault) {
            told.add(fault.getMessage());
        }
        String said = ADDRESS.matcher(told.toString()).replaceAll("...").strip();
        database.update(
                """
                insert into caravan.webhook_check (connection_id, checked_at, ok, message, good_at)
                select id, caravan.now(), fine, said, case when fine then caravan.now() end
                from (select ?::uuid as id, ?::boolean as fine, ?::text as said) looked
                on conflict (connection_id) do update set checked_at = excluded.checked_at, ok = excluded.ok,
                  message = excluded.message, good_at = case when excluded.ok then excluded.checked_at
                    else webhook_check.good_at end
                """,
                Pull.of(exchange).connection(),
                ok,
                said.length() <= LONGEST ? said : said.substring(0, LONGEST));
    }
}
