package dev.caravan.vault;

import dev.caravan.connections.Pull;
import dev.caravan.connections.Spans;
import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import dev.caravan.store.Database;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;

/**
 * Fills in references {@code $[space:name]} at the last moment, so that what they stand for never
 * becomes a property: {@code secret}, {@code token}, {@code journey}, {@code connection}, {@code
 * payment}, {@code now}, {@code uuid}. A name that nobody knows is a {@link SetupFault} that names
 * it, and what is filled in is not looked at again. Safe for any number of threads.
 */
public final class References {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\[([^:\\]]*)(?::([^\\]]*))?]");
    private static final Pattern TRIP =
            Pattern.compile(
                    "state|uuid|challenge|verifier|code|nonce|reference|param\\.[A-Za-z0-9_.-]+");

    private final String provider;
    private final Map<String, String> settings;
    private final Secrets secrets;
    private final OwnValues own;
    private final Intents intents;
    private final Tokens tokens;
    private final Sealer sealer;
    private final Clock clock;

    public References(
            String provider,
            Map<String, String> settings,
            Secrets secrets,
            Database database,
            Sealer sealer,
            Clock clock) {
        this.provider = provider;
        this.settings = settings;
        this.secrets = secrets;
        this.own = new OwnValues(database, sealer);
        this.intents = new Intents(database, sealer);
        this.tokens = new Tokens(database, database, provider);
        this.sealer = sealer;
        this.clock = clock;
    }

    /** The connection an exchange is about: its property {@code connection}, else its pull's. */
    public static UUID connection(Exchange exchange) {
        UUID connection = exchange == null ? null : exchange.getProperty("connection", UUID.class);
        Pull pull = exchange == null ? null : Pull.of(exchange);
        return connection != null || pull == null ? connection : pull.connection();
    }

    /**
     * A text of a route, where {@code $[secret:SETTING]} is a secret setting.
     *
     * @param form what the place that a value goes to wants of it, for example its quotes escaped
     */
    public String filled(Exchange exchange, String text, UnaryOperator<String> form) {
        return replaced(
                text,
                (space, name) ->
                        form.apply(
                                space.equals("secret")
                                        ? secret(exchange, name)
                                        : value(exchange, space, name)));
    }

    /**
     * The value of a setting, where {@code $[secret:FILE]} is a file and {@code $[env:NAME]} a
     * variable; empty where the setting is not there.
     *
     * @param exchange what is under way, or null
     */
    public String setting(Exchange exchange, String setting) {
        return replaced(
                settings.getOrDefault(setting, "").strip(),
                (space, name) ->
                        space.equals("secret") || space.equals("env")
                                ? secrets.referred(setting, space, name)
                                : value(exchange, space, name));
    }

    /** The value of a secret setting, without blanks around it. */
    public String secret(Exchange exchange, String setting) {
        return secrets.ofConnection(setting)
                .map(name -> ownValue(exchange, name).strip())
                .orElseGet(() -> secrets.get(setting));
    }

    /**
     * Which of two settings of a secret is the newer one; one is made up where there is neither.
     */
    String latest(Exchange exchange, String setting) {
        String next = setting + ".next";
        UUID connection = connection(exchange);
        boolean replaced =
                secrets.isSet(next)
                        && secrets.ofConnection(next)
                                .map(name -> own.of(connection, name).isPresent())
                                .orElse(true);
        if (!replaced) {
            secrets.ofConnection(setting).ifPresent(name -> own.orRandom(connection, name));
        }
        return replaced ? next : setting;
    }

    /** The value of a secret setting to the byte. */
    public byte[] secretBytes(Exchange exchange, String setting) {
        return secrets.ofConnection(setting)
                .map(name -> ownValue(exchange, name).getBytes(StandardCharsets.UTF_8))
                .orElseGet(() -> secrets.bytes(setting));
    }

    private interface Source {
        String of(String space, String name);
    }

    private static String replaced(String text, Source source) {
        return REFERENCE
                .matcher(text)
                .replaceAll(
                        found ->
                                Matcher.quoteReplacement(
                                        source.of(
                                                found.group(1),
                                                found.group(2) == null ? "" : found.group(2))));
    }

    private String value(Exchange exchange, String space, String name) {
        return switch (space) {
            case "connection" -> ownValue(exchange, name);
            case "journey" -> trip(exchange, name);
            case "token" -> token(exchange, name);
            case "payment" -> payment(exchange, name);
            case "now" -> now(name).toString();
            case "uuid" -> UUID.randomUUID().toString();
            default -> throw unknown(space, name, "nobody knows");
        };
    }

    private String ownValue(Exchange exchange, String name) {
        UUID connection = connection(exchange);
        if (connection == null) {
            throw unknown("connection", name, "has no connection at hand");
        }
        return own.of(connection, name)
                .orElseThrow(
                        () ->
                                unknown(
                                        "connection",
                                        name,
                                        "is no setting or secret of connection " + connection));
    }

    private String payment(Exchange exchange, String name) {
        UUID payment = connection(exchange);
        return Optional.ofNullable(payment)
                .flatMap(known -> intents.of(known, name))
                .orElseThrow(() -> unknown("payment", name, "is nothing a payment at hand says"));
    }

    private String trip(Exchange exchange, String name) {
        if (exchange == null || !TRIP.matcher(name).matches()) {
            throw unknown("journey", name, "is no part of a trip");
        }
        return exchange.getProperty("journey." + name, "", String.class);
    }

    private String token(Exchange exchange, String name) {
        UUID connection = connection(exchange);
        if (connection == null || !name.equals("refresh") && !name.equals("access")) {
            throw unknown("token", name, "is no token; refresh and access are");
        }
        TokenSet set = tokens.of(connection).orElse(null);
        String sealed = set == null ? null : name.equals("refresh") ? set.refresh() : set.access();
        if (sealed == null) {
            throw tokens.lacks(connection, name + " token");
        }
        return sealer.open(sealed);
    }

    private Instant now(String offset) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        try {
            return switch (offset.isEmpty() ? ' ' : offset.charAt(0)) {
                case ' ' -> now;
                case '+' -> now.plus(Spans.of(offset.substring(1)));
                case '-' -> now.minus(Spans.of(offset.substring(1)));
                default -> throw unknown("now", offset, "wants + or - before its span");
            };
        } catch (IllegalArgumentException e) {
            throw unknown("now", offset, "is no span such as +90d or -30m");
        }
    }

    private SetupFault unknown(String space, String name, String found) {
        return new SetupFault(
                new Fault.Account(
                        "CARAVAN-REFERENCE",
                        provider,
                        "$[" + space + (name.isEmpty() ? "" : ":" + name) + "]",
                        found,
                        "mend the route, the setting or the connection",
                        null));
    }
}
