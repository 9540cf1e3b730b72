package dev.caravan.intake;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who may hold a connection to a listener: so many of one address, so many in all, and none that is
 * silent for long. Where all places are taken, who has been silent the longest makes room. Safe for
 * any number of threads.
 */
public final class Turnstile implements Handler<RoutingContext> {
    private static final long FIRST = Duration.ofSeconds(5).toNanos();
    private static final long BETWEEN = Duration.ofMinutes(1).toNanos();
    private static final long LOOK_MILLIS = 500;

    private final String listener;
    private final int most;
    private final int mostOfAddress;
    private final List<String> trustedProxies;
    private final Refusals refusals;
    private final Map<HttpConnection, Guest> guests = new HashMap<>();
    private final Map<String, Integer> ofAddress = new HashMap<>();

    /** Who has said nothing yet and who nothing more, each the longest silent first. */
    private final Set<Guest> fresh = new LinkedHashSet<>();

    private final Set<Guest> resting = new LinkedHashSet<>();
    private Vertx watched;

    /**
     * @param most how many connections there may be
     * @param mostOfAddress how many of one address, unless it is a trusted proxy's
     */
    public Turnstile(
            String listener,
            int most,
            int mostOfAddress,
            List<String> trustedProxies,
            MeterRegistry metrics,
            Clock clock) {
        this.listener = listener;
        this.most = most;
        this.mostOfAddress = mostOfAddress;
        this.trustedProxies = List.copyOf(trustedProxies);
        this.refusals =
                new Refusals(
                        metrics,
                        clock,
                        "caravan.http.refused",
                        "listener",
                        "a connection or a request");
    }

    /** One with usual numbers that nobody watches. */
    static Turnstile usual(String listener) {
        return new Turnstile(
                listener, 2_000, 200, List.of(), new SimpleMeterRegistry(), Clock.systemUTC());
    }

    /** A connection, and since when it is silent. */
    private static final class Guest {
        private final HttpConnection connection;
        private final String address;
        private long since = System.nanoTime();

        private Guest(HttpConnection connection, String address) {
            this.connection = connection;
            this.address = address;
        }
    }

    synchronized void opened(HttpConnection connection, Vertx vertx) {
        String address = UserAddress.host(String.valueOf(connection.remoteAddress().hostAddress()));
        if (!trustedProxies.contains(address)
                && ofAddress.getOrDefault(address, 0) >= mostOfAddress) {
            refused("full-address");
            connection.close();
            return;
        }
        if (guests.size() >= most && !makeRoom()) {
            refused("full");
            connection.close();
            return;
        }
        Guest guest = new Guest(connection, address);
        guests.put(connection, guest);
        ofAddress.merge(address, 1, Integer::sum);
        connection.closeHandler(closed -> gone(guest));
        fresh.add(guest);
        if (watched != vertx) {
            watched = vertx;
            vertx.setPeriodic(LOOK_MILLIS, look -> look());
        }
    }

    private boolean makeRoom() {
        Set<Guest> silent = fresh.isEmpty() ? resting : fresh;
        if (silent.isEmpty()) {
            return false;
        }
        Guest longest = silent.iterator().next();
        refused("full");
        forget(longest);
        longest.connection.close();
        return true;
    }

    /** A request came: its connection is not silent until it is answered. */
    @Override
    public void handle(RoutingContext call) {
        HttpConnection connection = call.request().connection();
        spoke(connection);
        call.addEndHandler(
                ended -> {
                    answered(connection);
                    int status = call.response().getStatusCode();
                    if (status >= 400 && status < 500) {
                        refused("status-" + status);
                    }
                });
        call.next();
    }

    private synchronized void spoke(HttpConnection connection) {
        Guest guest = guests.get(connection);
        if (guest != null) {
            fresh.remove(guest);
            resting.remove(guest);
        }
    }

    private synchronized void answered(HttpConnection connection) {
        Guest guest = guests.get(connection);
        if (guest != null) {
            guest.since = System.nanoTime();
            resting.add(guest);
        }
    }

    private synchronized void look() {
        for (Guest each : silentFor(fresh, FIRST)) {
            refused("silent");
            each.connection.close();
        }
        silentFor(resting, BETWEEN).forEach(each -> each.connection.close());
    }

    private static List<Guest> silentFor(Set<Guest> silent, long nanos) {
        long now = System.nanoTime();
        List<Guest> late = silent.stream().takeWhile(each -> now - each.since > nanos).toList();
        late.forEach(silent::remove);
        return late;
    }

    private synchronized void gone(Guest guest) {
        forget(guest);
    }

    private void forget(Guest guest) {
        fresh.remove(guest);
        resting.remove(guest);
        if (guests.remove(guest.connection) != null) {
            ofAddress.computeIfPresent(
                    guest.address, (address, count) -> count > 1 ? count - 1 : null);
        }
    }

    /** Counted, and said once a minute. */
    void refused(String kind) {
        refusals.count(listener, kind);
    }
}
