package dev.caravan.deploy;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.processor.errorhandler.RedeliveryErrorHandler;
import org.apache.camel.spi.RouteStartupOrder;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Waits until a context has nothing under way. What only waits for its next attempt is woken and
 * ends there, so that nobody waits for a pause that a provider asked for. Stateless.
 */
final class Drain {
    private static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();

    private Drain() {}

    /** Calls that wait to be repeated are not repeated here; a route that starts again may. */
    static void wake(CamelContext camel) {
        for (RouteStartupOrder route : camel.getCamelContextExtension().getRouteStartupOrder()) {
            for (Service service : route.getServices()) {
                for (Service child : ServiceHelper.getChildServices(service, true)) {
                    if (child instanceof RedeliveryErrorHandler handler) {
                        handler.prepareShutdown(false, false);
                    }
                }
            }
        }
    }

    /**
     * @param most how many exchanges may be left
     * @return whether no more were left in time
     */
    static boolean until(CamelContext camel, IntSupplier most, Duration patience) {
        long giveUp = System.nanoTime() + patience.toNanos();
        while (underWay(camel) > most.getAsInt()) {
            if (System.nanoTime() > giveUp || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return true;
    }

    private static int underWay(CamelContext camel) {
        int underWay = camel.getInflightRepository().size();
        for (Route route : camel.getRoutes()) {
            if (route.getConsumer() instanceof ShutdownAware waiting) {
                underWay += waiting.getPendingExchangesSize();
            }
        }
        return underWay;
    }
}
