package dev.caravan.deferred;

import dev.caravan.connections.Connections;
import dev.caravan.connections.EventLeases;
import dev.caravan.connections.Pull;
import dev.caravan.faults.BodyFault;
import dev.caravan.faults.DeferredFault;
import dev.caravan.faults.Fault;
import dev.caravan.faults.Faults;
import dev.caravan.faults.LeaseFault;
import dev.caravan.faults.StoreFault;
import dev.caravan.inbox.Addresses;
import dev.caravan.inbox.Event;
import dev.caravan.store.Database;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The verb for results that a provider works out on its own time: a call is asked for, its answer
 * is fetched later, when a webhook says so or a plan. Each ask is written down before it leaves and
 * the result is fetched below the configured address alone. Safe for any number of threads and
 * nodes.
 */
public final class Deferred {
    private static final Logger LOG = LoggerFactory.getLogger(Deferred.class);
    private static final String STATUS = "CamelHttpResponseCode";
    private static final int OK = 200;
    private static final int REDIRECT = 300;
    private static final int BAD = 400;
    private static final int BROKEN = 500;
    private static final List<Integer> GONE = List.of(404, 410);

    /** These say nothing of the result: the token is old, or we ask too often. */
    private static final List<Integer> LATER = List.of(401, 429);

    private final Database database;
    private final String provider;
    private final Shape shape;
    private final DeferredSettings settings;
    private final Addresses addresses;
    private final EventLeases leases;
    private final Sweep sweep;

    private Deferred(
            Database database,
            String provider,
            Shape shape,
            DeferredSettings settings,
            Addresses addresses,
            EventLeases leases,
            Sweep sweep) {
        this.database = database;
        this.provider = provider;
        this.shape = shape;
        this.settings = settings;
        this.addresses = addresses;
        this.leases = leases;
        this.sweep = sweep;
    }

    /**
     * @param answers the lines of answers.properties
     * @param hands a {@link Connections} whose hands are for results alone
     * @throws dev.caravan.faults.SetupFault where a setting does not fit
     */
    public static Deferred of(
            Database database,
            String provider,
            Map<String, String> settings,
            Map<String, String> answers,
            Connections hands,
            Clock clock) {
        return new Deferred(
                database,
                provider,
                Shape.of(answers),
                DeferredSettings.of(provider, settings),
                new Addresses(database),
                new EventLeases(database, hands, Deferrals.TASK, Deferrals.NEXT),
                new Sweep(database, provider, clock));
    }

    /** Whether the call about to leave is answered already: its result is fetched in its place. */
    public boolean there(Exchange exchange) {
        return Deferral.of(exchange) != null;
    }

    /**
     * Whether the call about to leave may be answered later: nobody waits for it, it is not one of
     * these, and the connection has been read in full since its user was last there.
     *
     * @param never endpoints that are answered at once, space separated
     */
    public boolean fits(Exchange exchange, String never) {
        Pull pull = Pull.of(exchange);
        return !pull.attended()
                // nobody would be there to take the answer
                && pull.tryout() == null
                && !List.of(never.strip().split("\\s+")).contains(Pull.endpoint(exchange))
                && database.patiently(store -> Deferrals.settledIn(store, pull, settings.fresh()));
    }

    /**
     * Turns the call about to leave into an ask: its path gets this query, and the address of a
     * webhook where we have one, with a nonce that is known from now on.
     *
     * @param callback the query parameter for the webhook's address
     */
    public void ask(Exchange exchange, String query, String callback) {
        String path = exchange.getProperty("path", String.class);
        String asking = path + (path.contains("?") ? "&" : "?") + query;
        exchange.setProperty(
                "path", asking + database.patiently(store -> asked(store, exchange, callback)));
    }

    private String asked(Connection store, Exchange exchange, String callback) throws SQLException {
        Pull pull = Pull.of(exchange);
        pull.hold(store);
        long id = Deferrals.asked(store, exchange);
        exchange.setProperty("asked", List.of(id));
        if (settings.base().isEmpty()) {
            return "";
        }
        String address =
                addresses.once(
                        store, pull.connection(), provider, String.valueOf(id), settings.life());
        return "&"
                + callback
                + "="
                + URLEncoder.encode(settings.base() + address, StandardCharsets.UTF_8);
    }

    /**
     * Looks at an answer before it is judged: to an ask, whether it was taken on; in place of a
     * result, whether it is there. Anything else passes.
     *
     * @param base the provider's API address, the only one a result is fetched from
     * @param folder the path below it that results are in
     * @throws DeferredFault where the result is still to come, or is gone for good
     */
    public void answer(Exchange exchange, String base, String folder) {
        Integer told = exchange.getMessage().getHeader(STATUS, Integer.class);
        int status = told == null ? 0 : told;
        Deferral result = Deferral.of(exchange);
        List<Long> asked = asked(exchange);
        if (result != null) {
            look(exchange, result, status);
        } else if (!asked.isEmpty() && good(status)) {
            taken(exchange, asked, base, folder);
        } else if (status >= BAD && status < BROKEN) {
            asked.forEach(id -> over(exchange, id, "void", "was refused with " + status));
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Long> asked(Exchange exchange) {
        List<Long> asked = (List<Long>) exchange.removeProperty("asked");
        return asked == null ? List.of() : asked;
    }

    private static boolean good(int status) {
        return status >= OK && status < REDIRECT;
    }

    private void taken(Exchange exchange, List<Long> asked, String base, String folder) {
        Map<String, String> said = TopFields.of(exchange.getMessage().getBody(byte[].class));
        String task = said.get(shape.task());
        if (task == null) {
            // answered on the spot, as some do although they were asked for later
            asked.forEach(id -> over(exchange, id, "void", "was answered at once"));
            return;
        }
        String path = ResultPath.of(base, folder, said.get(shape.uri()), task);
        if (path == null) {
            asked.forEach(id -> over(exchange, id, "void", "has an id that is none"));
            throw new BodyFault(said(exchange, "was accepted under an id that is none", "skipped"));
        }
        Pull pull = Pull.of(exchange);
        Duration first = settings.plan().first();
        database.patiently(
                store -> {
                    pull.hold(store);
                    for (long id : asked) {
                        Deferrals.accepted(store, pull, id, task, path, first);
                    }
                    return null;
                });
        throw new DeferredFault(said(exchange, "was accepted", "fetched when it is there"));
    }

    private void look(Exchange exchange, Deferral result, int status) {
        Map<String, String> said = TopFields.of(exchange.getMessage().getBody(byte[].class));
        String word = said.get(shape.status());
        if (shape.failed().equals(word)) {
            exchange.setProperty("failed", true);
            if (good(status)) {
                // judged by its code alone: which status it would have had is not told
                exchange.getMessage().setHeader(STATUS, Faults.UNTOLD);
            }
        } else if (GONE.contains(status)) {
            Fault.Account gone = said(exchange, "is gone", "left to the next pull");
            Fault fault = new DeferredFault(gone);
            over(exchange, result.id(), "abandoned", fault.getMessage());
            Pull.of(exchange).unfinished(result.kind(), fault.getMessage());
            throw fault;
        } else if (good(status) && shape.pending().contains(word)) {
            throw new DeferredFault(said(exchange, "is not there yet", "fetched by plan"));
        } else if (!good(status) && !LATER.contains(status)) {
            exchange.setProperty("failed", true);
        }
    }

    private Fault.Account said(Exchange exchange, String found, String next) {
        return new Fault.Account(
                "CARAVAN-DEFERRED",
                provider,
                "the result of " + exchange.getProperty("request"),
                found,
                next,
                null);
    }

    private void over(Exchange exchange, long id, String state, String why) {
        Pull pull = Pull.of(exchange);
        database.patiently(
                store -> {
                    pull.hold(store);
                    return Deferrals.over(store, id, state, why);
                });
    }

    /**
     * Claims connections whose results are due, under their lease; end each with {@link #done} or
     * {@link #failed}.
     *
     * @param most how many at once on this node
     */
    public List<Pull> claim(int most) {
        try {
            sweep.now(settings);
            return leases.claim(most);
        } catch (StoreFault e) {
            // said once where the outage began; the next tick asks again
            LOG.debug(e.getMessage());
            return List.of();
        }
    }

    /** The results of the claimed connection that are due. */
    public List<Deferral> due(Exchange exchange) {
        Pull pull = Pull.of(exchange);
        return database.patiently(
                store -> {
                    pull.hold(store);
                    return Deferrals.due(store, pull);
                });
    }

    /** Takes up the result that is the body: from now on the exchange is about what was asked. */
    public void open(Exchange exchange) {
        Deferral result = exchange.getMessage().getBody(Deferral.class);
        Pull pull = Pull.of(exchange);
        exchange.setProperty("deferred", result);
        exchange.setProperty("endpoint", result.endpoint());
        if (result.account() != null) {
            exchange.setProperty("account", result.account());
        }
        if (!result.resource().equals(result.endpoint())) {
            exchange.setProperty("kind", result.kind());
        }
        exchange.removeProperty("stored");
        Duration next = settings.plan().after(result.age()).orElse(null);
        database.patiently(
                store -> {
                    pull.hold(store);
                    return Deferrals.looking(store, result, next);
                });
    }

    /** What came of the result at hand, once its route has gone through. */
    public void settle(Exchange exchange) {
        Deferral result = Deferral.taken(exchange);
        boolean stored = exchange.removeProperty("stored") != null;
        boolean failed = exchange.removeProperty("failed") != null;
        String why = Pull.of(exchange).unfinishedBecause(result.kind());
        if (stored) {
            over(exchange, result.id(), "stored", null);
        } else if (failed) {
            over(exchange, result.id(), "failed", why);
        } else if (settings.plan().after(result.age()).isEmpty()) {
            over(exchange, result.id(), "abandoned", why == null ? "never came" : why);
        }
        exchange.removeProperty("deferred");
    }

    /** The claimed connection's results were looked for; the next is due by plan. */
    public void done(Exchange exchange) {
        end(Pull.of(exchange), null);
    }

    /** A fault broke off the work: connection or provider rest as it tells, the plan goes on. */
    public void failed(Exchange exchange) {
        Pull pull = Pull.of(exchange);
        Exception cause = Faults.cause(exchange);
        if (pull.stopsBy(cause)) {
            end(pull, null);
            return;
        }
        if (cause instanceof Fault) {
            LOG.warn(cause.getMessage());
        } else {
            LOG.error("CARAVAN-UNEXPECTED {}: results {} broke off", provider, pull.id(), cause);
        }
        if (cause instanceof LeaseFault || cause instanceof StoreFault) {
            leases.dropped(pull);
        } else {
            end(pull, cause);
        }
    }

    private void end(Pull pull, Exception cause) {
        try {
            leases.end(
                    pull,
                    store -> {
                        if (cause instanceof Fault fault) {
                            leases.rest(store, pull, cause, fault.until());
                        }
                        return 0;
                    });
        } catch (LeaseFault | StoreFault lost) {
            LOG.warn(lost.getMessage());
        }
    }

    /**
     * A webhook came to the address of an ask: its result is looked for now. What it says is a hint
     * and no more.
     *
     * @param task what it calls the work
     * @param status what it says of it
     * @param uri where it says the result is
     * @return whether there is something to look for
     */
    public boolean told(
            Exchange exchange, String task, String status, String uri, String base, String folder) {
        Event event = exchange.getProperty("event", Event.class);
        Pull pull = event.pull();
        String path = ResultPath.of(base, folder, uri, task);
        if (path == null || event.entity() == null || !event.entity().matches("\\d{1,18}")) {
            return false;
        }
        return database.patiently(
                store -> {
                    pull.hold(store);
                    boolean open =
                            Deferrals.told(
                                    store,
                                    pull,
                                    Long.parseLong(event.entity()),
                                    task,
                                    path,
                                    !shape.failed().equals(status));
                    if (open) {
                        Deferrals.toldOfAll(store, pull, task);
                        Deferrals.due(store, pull, Duration.ZERO);
                    }
                    return open;
                });
    }
}
