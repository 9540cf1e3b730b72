package dev.caravan.inbox;

import dev.caravan.connections.EventLeases;
import dev.caravan.connections.Pull;
import dev.caravan.faults.ClientFault;
import dev.caravan.faults.ConsentFault;
import dev.caravan.faults.Fault;
import dev.caravan.faults.LeaseFault;
import dev.caravan.faults.QuotaFault;
import dev.caravan.faults.StoreFault;
import dev.caravan.faults.ThrottledFault;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The verb that hands out events and settles them. Events of one entity are worked on one at a time
 * and in order of arrival, none while a pull of their connection runs, on any number of nodes; one
 * that keeps failing ends as a dead letter. Safe for any number of threads.
 */
public final class Inbox {
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    private final String provider;
    private final InboxSettings settings;
    private final Door door;
    private final Shape shape;
    private final Arrivals arrivals;
    private final Ledger ledger;
    private final EventLeases leases;
    private final Sweep sweep;
    private final Registration registration;
    private final SweptItems swept;

    Inbox(
            String provider,
            InboxSettings settings,
            Door door,
            Shape shape,
            Arrivals arrivals,
            Ledger ledger,
            EventLeases leases,
            Sweep sweep,
            Registration registration) {
        this.provider = provider;
        this.settings = settings;
        this.door = door;
        this.shape = shape;
        this.arrivals = arrivals;
        this.ledger = ledger;
        this.leases = leases;
        this.sweep = sweep;
        this.registration = registration;
        this.swept = new SweptItems(provider, this::kept);
    }

    /** Where posts come in. */
    public Door door() {
        return door;
    }

    /**
     * Claims events to work on; end each with {@link #done}, {@link #ignore} or {@link #failed}.
     *
     * @param most how many at once on this node
     */
    public List<Event> claim(int most) {
        List<Event> events = new ArrayList<>();
        try {
            sweep.now(settings.keep());
            List<Pull> pulls = leases.claim(most);
            for (int i = 0; i < pulls.size(); i++) {
                events.addAll(taken(pulls.get(i), most(most, i, pulls.size())));
            }
        } catch (StoreFault e) {
            // said once where the outage began; the next tick asks again
            LOG.debug(e.getMessage());
        }
        return events;
    }

    /** Every connection gets its share of the hands, at least one. */
    private static int most(int most, int nth, int pulls) {
        return most / pulls + (nth < most % pulls ? 1 : 0);
    }

    private List<Event> taken(Pull pull, int most) {
        try {
            List<Event> events = ledger.open(pull, most);
            if (events.isEmpty()) {
                leases.end(pull, store -> 0);
            }
            return events;
        } catch (LeaseFault | StoreFault e) {
            // the lease is another node's, or runs out by itself
            LOG.debug(e.getMessage());
            leases.dropped(pull);
            return List.of();
        }
    }

    /** The event was worked on. */
    public void done(Exchange exchange) {
        settle(Event.of(exchange), (store, event) -> ledger.over(store, event, "done"));
    }

    /** No route works on events of this type: it is kept as it is, and shown. */
    public void ignore(Exchange exchange) {
        settle(Event.of(exchange), (store, event) -> ledger.over(store, event, "ignored"));
    }

    /**
     * Working on the event failed: it is tried again by {@code webhook.retries} and is dead after
     * that. What is not the event's fault (a pause, a consent that is gone, a refused client) does
     * not count.
     */
    public void failed(Exchange exchange) {
        Event event = Event.of(exchange);
        Exception cause = cause(exchange);
        String why = said(event, cause);
        if (cause instanceof LeaseFault || cause instanceof StoreFault) {
            LOG.warn(why);
            drop(event);
        } else if (event.pull().stopsBy(cause)) {
            // as it was: the next version of the provider works on it
            settle(event, (store, each) -> 0);
        } else if (waits(cause)) {
            LOG.warn(why);
            Instant until = ((Fault) cause).until();
            settle(
                    event,
                    (store, each) -> {
                        leases.rest(store, event.pull(), cause, until);
                        return ledger.waits(store, each, why, until);
                    });
        } else {
            count(event, why);
        }
    }

    private void count(Event event, String why) {
        boolean dead = event.attempts() >= settings.retries().size();
        LOG.warn(why);
        if (dead) {
            LOG.error(
                    "CARAVAN-EVENT {}: event {} of connection {} failed {} times and is dead; POST"
                            + " /inbox/{}/replay when its cause is mended",
                    provider,
                    event.id(),
                    event.connection(),
                    event.attempts() + 1,
                    event.id());
        }
        settle(
                event,
                (store, each) ->
                        dead
                                ? ledger.dies(store, each, why)
                                : ledger.retries(
                                        store,
                                        each,
                                        why,
                                        settings.retries().get(event.attempts())));
    }

    private static boolean waits(Exception cause) {
        return cause instanceof ThrottledFault
                || cause instanceof ConsentFault
                || cause instanceof ClientFault
                || cause instanceof QuotaFault;
    }

    private void settle(Event event, Ledger.Settling how) {
        boolean last = event.batch().last();
        try {
            if (last) {
                leases.end(event.pull(), store -> how.on(store, event));
            } else {
                leases.held(event.pull(), store -> how.on(store, event));
            }
        } catch (LeaseFault | StoreFault lost) {
            LOG.warn(lost.getMessage());
        }
    }

    private void drop(Event event) {
        if (event.batch().last()) {
            leases.dropped(event.pull());
        }
    }

    /**
     * Makes a pull of the event's connection due now, for providers whose events only say that
     * something changed.
     *
     * @param kinds the kinds to read again, separated by commas; empty is all
     */
    public void pull(Exchange exchange, String kinds) {
        ledger.pullNow(Pull.of(exchange).connection(), kinds);
    }

    /**
     * Keeps an event that was learned another way than by webhook.
     *
     * @return whether it is new
     */
    public boolean offer(Exchange exchange, String body) {
        ledger.expect(Pull.of(exchange).connection(), provider);
        return kept(exchange, body);
    }

    /**
     * Keeps the items of an answer as events that were learned by a sweep. What is no event is
     * noted and costs no other.
     *
     * @param items the path of the items in the body
     * @param id the path of an item's id in the item
     * @return the items that are safe and new to this pull, as rows with the one column {@code id}:
     *     whatever lists them may forget them now
     */
    public List<Map<String, String>> offer(Exchange exchange, String items, String id) {
        ledger.hold(Pull.of(exchange), provider);
        return swept.of(exchange, items, id);
    }

    private boolean kept(Exchange exchange, String body) {
        UUID connection = Pull.of(exchange).connection();
        Arrival arrival =
                shape.of(
                        connection, null, "offer", Map.of(), body.getBytes(StandardCharsets.UTF_8));
        if (arrival == null) {
            throw InboxSettings.wrong(provider, "inbox.offer", "was given what is not JSON");
        }
        boolean isNew = arrivals.keep(arrival) == Arrivals.Kept.NEW;
        if (isNew) {
            Learned.count(exchange, provider);
        }
        return isNew;
    }

    /** Makes a new address of the connection and tells its URL, to register it at the provider. */
    public String address(Exchange exchange) {
        return registration.address(exchange);
    }

    /** Whether the URL at this path of the body is an address of the connection that stays. */
    public boolean registered(Exchange exchange, String path) {
        return registration.registered(exchange, path);
    }

    /**
     * Keeps whether a post that was asked for came the whole way, for the operators to see.
     *
     * @param paths what the answer in the body says of it, separated by commas
     */
    public void checked(Exchange exchange, boolean ok, String paths) {
        registration.checked(exchange, ok, paths);
    }

    private static Exception cause(Exchange exchange) {
        Exception caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        Exception found = caught == null ? exchange.getException() : caught;
        // a splitter wraps what stops it
        for (Throwable inner = found; inner != null; inner = inner.getCause()) {
            if (inner instanceof Fault fault) {
                return fault;
            }
        }
        return found;
    }

    /** What an operator reads: class and place, never a message that may quote the event. */
    private String said(Event event, Exception cause) {
        if (cause instanceof Fault) {
            return cause.getMessage();
        }
        StackTraceElement[] trace =
                cause == null ? new StackTraceElement[0] : cause.getStackTrace();
        return "CARAVAN-EVENT "
                + provider
                + ": event "
                + event.id()
                + " broke off with "
                + (cause == null ? "no exception" : cause.getClass().getSimpleName())
                + (trace.length == 0 ? "" : " at " + trace[0])
                + "; tried again until webhook.retries is used up";
    }
}
