package dev.caravan.vault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.faults.ConsentFault;
import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import dev.caravan.store.Database;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;

/**
 * The verb that keeps tokens and fills secrets in. A token is renewed once over all nodes, and what
 * is filled in never becomes a property. Safe for any number of threads and nodes.
 */
public final class Vault {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Renewals are spread over so much more than the margin, so that they do not come in step. */
    private static final double SPREAD = 0.1;

    private final Sealer sealer;
    private final References references;
    private final String provider;
    private final Tokens tokens;
    private final TokenShape shape;
    private final TokenRoute asking;
    private final Renewal renewal;
    private final ClientTokens clients;
    private final Clock clock;

    /**
     * @param terms where it is kept what was granted with tokens: the same store, but for a pull
     *     that is only tried
     * @param answers the lines of the provider's {@code answers.properties}
     * @throws SetupFault where they say of tokens what nobody knows
     */
    public Vault(
            Database database,
            Database terms,
            Sealer sealer,
            References references,
            String provider,
            Map<String, String> answers,
            Clock clock) {
        this.sealer = sealer;
        this.references = references;
        this.provider = provider;
        this.tokens = new Tokens(database, terms, provider);
        this.shape = new TokenShape(provider, answers);
        this.asking = new TokenRoute(provider);
        this.renewal = new Renewal(database, tokens, sealer, asking, shape, clock);
        this.clients = new ClientTokens(asking, shape, clock);
        this.clock = clock;
    }

    /** The same with the scheme {@code Bearer} (RFC 6750). */
    public void bearer(Exchange exchange, String refresh, int seconds) {
        bearer(exchange, refresh, seconds, "Bearer");
    }

    /**
     * Sets the header {@code Authorization} to a token of the connection that lives at least this
     * long, and the properties {@code token.generation} and {@code token.refreshed}, the instant
     * since when it is in use. A connection without tokens gets its first ones the same way.
     *
     * @param refresh the route that asks for a new token set and leaves the answer as its body
     * @throws ConsentFault where there is nothing left to refresh with
     */
    public void bearer(Exchange exchange, String refresh, int seconds, String scheme) {
        TokenSet set = tokens.current(connection(exchange));
        Long refused = exchange.getProperty("refused.token", Long.class);
        double margin = seconds * (1 + ThreadLocalRandom.current().nextDouble(SPREAD));
        boolean stale =
                set.expires().isBefore(clock.instant().plusMillis((long) (margin * 1000)))
                        || refused != null && refused == set.generation();
        if (stale) {
            set = renewal.of(exchange, refresh, set);
        }
        exchange.setProperty("token.generation", set.generation());
        exchange.setProperty("token.refreshed", set.stored());
        exchange.getMessage().setHeader("Authorization", scheme + " " + sealer.open(set.access()));
    }

    /**
     * Sets the header {@code Authorization} where the connection has a token that lives at least
     * this long, and leaves it away otherwise; nothing is renewed for it.
     */
    public void live(Exchange exchange, int seconds) {
        tokens.of(connection(exchange))
                .filter(set -> set.access() != null)
                .filter(set -> set.expires().isAfter(clock.instant().plusSeconds(seconds)))
                .ifPresent(
                        set ->
                                exchange.getMessage()
                                        .setHeader(
                                                "Authorization",
                                                "Bearer " + sealer.open(set.access())));
    }

    /**
     * Sets the header {@code Authorization} to a bearer token of ours as a client that lives at
     * least this long, and the properties that {@link #bearer} sets: a call that it is refused for
     * is made again with a new one. {@code client.generation} is its number too, for a route that
     * names a refused one in {@code refused.client}.
     *
     * @param route the route that asks for one and leaves the answer as its body
     */
    public void client(Exchange exchange, String route, int seconds) {
        ClientTokens.Token token =
                clients.of(
                        exchange,
                        route,
                        seconds,
                        exchange.getProperty(
                                "refused.client",
                                exchange.getProperty("refused.token", Long.class),
                                Long.class));
        exchange.setProperty("client.generation", token.number());
        exchange.setProperty("token.generation", token.number());
        exchange.setProperty("token.refreshed", token.asked());
        exchange.getMessage().setHeader("Authorization", "Bearer " + token.text());
    }

    /** Refreshes although nothing asks for it, so that a refresh token does not die of idleness. */
    public void keepAlive(Exchange exchange, String refresh) {
        renewal.of(exchange, refresh, tokens.current(connection(exchange)));
    }

    /** Whether the connection has something to refresh with. */
    public boolean renewable(Exchange exchange) {
        return tokens.of(connection(exchange)).map(TokenSet::refresh).isPresent();
    }

    /** Erases the tokens of the exchange's connection. */
    public void drop(Exchange exchange) {
        drop(connection(exchange));
    }

    /** Erases the tokens of a connection. */
    public void drop(UUID connection) {
        tokens.drop(connection);
    }

    /**
     * Keeps the token set in the body as the first or a new one of a connection; an answer without
     * a refresh token keeps the old one, and one that says what was granted tells the connection.
     */
    public void keep(Exchange exchange) {
        renewal.keep(connection(exchange), exchange.getMessage().getBody(String.class));
    }

    /**
     * Looks at the access token of the answer in the body: where it is a JWT with this claim, that
     * must be as wanted. It is read, not believed: it keeps apart what belongs to different trips.
     *
     * @param wanted a text with references
     * @throws ConsentFault where it differs
     */
    public void claim(Exchange exchange, String name, String wanted) {
        String expected = references.filled(exchange, wanted, UnaryOperator.identity());
        JsonNode answer = asking.parsed(exchange.getMessage().getBody(String.class));
        if (shape.claim(answer, name).filter(told -> !told.equals(expected)).isPresent()) {
            throw new ConsentFault(
                    new Fault.Account(
                            "CARAVAN-TOKEN",
                            provider,
                            "claim " + name + " of an access token",
                            "is not the one of this trip",
                            "the tokens are not kept and the user has to connect again",
                            null));
        }
    }

    /**
     * Makes a form of the body's lines {@code name = value}, references filled in, encoded as RFC
     * 3986 wants it: a space is {@code %20}. A line whose value comes to nothing is left out.
     */
    public void form(Exchange exchange) {
        StringBuilder form = new StringBuilder();
        for (String line : exchange.getMessage().getBody(String.class).split("\\R")) {
            if (!line.isBlank()) {
                String[] sides = line.split("=", 2);
                String value =
                        references.filled(exchange, sides[1].strip(), UnaryOperator.identity());
                if (!value.isEmpty()) {
                    form.append(form.isEmpty() ? "" : "&")
                            .append(sides[0].strip())
                            .append('=')
                            .append(encoded(value));
                }
            }
        }
        exchange.getMessage().setBody(form.toString());
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * Fills the references in the strings of the body, a JSON text, and leaves the rest of it as it
     * is written.
     *
     * @throws SetupFault where the body is no JSON text, for example because a reference stands
     *     outside a string
     */
    public void json(Exchange exchange) {
        String text =
                references.filled(
                        exchange,
                        exchange.getMessage().getBody(String.class).strip(),
                        value -> new String(JsonStringEncoder.getInstance().quoteAsString(value)));
        try {
            JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw misused("the body of vault.json", "is no JSON with its references filled in");
        }
        exchange.getMessage().setBody(text);
    }

    /**
     * Sets a header to a text with references filled in.
     *
     * @throws SetupFault where that is no printable ASCII
     */
    public void header(Exchange exchange, String name, String text) {
        String value = references.filled(exchange, text, UnaryOperator.identity());
        if (!value.matches("[\\x20-\\x7e]*")) {
            throw misused("header " + name, "would hold more than printable ASCII");
        }
        exchange.getMessage().setHeader(name, value);
    }

    /**
     * Sets the header {@code Authorization} to a user and a password (RFC 7617).
     *
     * @param user a text with references filled in
     * @param setting the secret setting that holds the password
     * @throws SetupFault where the user holds a colon, which would move the border between the two
     */
    public void basic(Exchange exchange, String user, String setting) {
        String name = references.filled(exchange, user, UnaryOperator.identity());
        if (name.contains(":")) {
            throw misused("the user of vault.basic", "holds a colon");
        }
        byte[] pair =
                (name + ":" + references.secret(exchange, setting))
                        .getBytes(StandardCharsets.UTF_8);
        exchange.getMessage()
                .setHeader("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    }

    /**
     * The setting of the secret that a provider is to prove itself by from now on: {@code
     * NAME.next} where that stands for something, else {@code NAME}. Where both refer to the
     * connection and it has neither, one is made up at random and is the connection's own, sealed.
     */
    public String latest(Exchange exchange, String setting) {
        return references.latest(exchange, setting);
    }

    /**
     * Whether the body, a JSON text, has a secret at a path; told in constant time, and neither
     * side becomes a property.
     */
    public boolean tells(Exchange exchange, String path, String setting) {
        byte[] body = exchange.getMessage().getBody(byte[].class);
        JsonNode told = body == null ? null : parsed(body).at("/" + path.replace('.', '/'));
        return told != null
                && told.isTextual()
                && MessageDigest.isEqual(
                        told.asText().getBytes(StandardCharsets.UTF_8),
                        references.secret(exchange, setting).getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode parsed(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            return JSON.missingNode();
        }
    }

    private static UUID connection(Exchange exchange) {
        UUID connection = References.connection(exchange);
        if (connection == null) {
            throw new IllegalStateException("no connection and no pull is at hand");
        }
        return connection;
    }

    private SetupFault misused(String attempted, String found) {
        return new SetupFault(
                new Fault.Account(
                        "CARAVAN-REFERENCE",
                        provider,
                        attempted,
                        found,
                        "mend the route, the setting or the connection",
                        null));
    }
}
