package dev.caravan.rehearsal;

import dev.caravan.connections.Pull;
import dev.caravan.connections.Tryout;
import dev.caravan.deploy.Verbs;
import dev.caravan.faults.Faults;
import dev.caravan.store.Database;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;

/** Hands one pull to a provider's route and waits for its end, for as long as it may. Stateless. */
final class OnePull {
    private OnePull() {}

    /** Why the pull did not come to its end; null where it did. */
    static String on(
            CamelContext camel,
            Verbs.Vocabulary words,
            Rehearsal.Wanted wanted,
            Tryout tryout,
            Database rows) {
        Route route = camel.getRoute(wanted.provider() + ".pull");
        String begins = route == null ? "nothing" : route.getEndpoint().getEndpointBaseUri();
        if (!begins.matches("(direct|seda):.*")) {
            throw Rehearsal.refused(
                    wanted.provider(),
                    "route " + wanted.provider() + ".pull",
                    "begins at " + begins + ", expected direct: or seda:",
                    "let a schedule claim, and hand each claim to it");
        }
        Pull pull = words.connections().tried(wanted.connection(), tryout);
        String to =
                begins.startsWith("seda:")
                        ? begins + "?waitForTaskToComplete=Always&timeout=0"
                        : begins;
        ExecutorService thread =
                Executors.newSingleThreadExecutor(work -> new Thread(work, "caravan-try"));
        try {
            Exchange done =
                    thread.submit(
                                    () -> {
                                        Thread.currentThread()
                                                .setContextClassLoader(
                                                        camel.getApplicationContextClassLoader());
                                        return camel.createProducerTemplate()
                                                .request(
                                                        to,
                                                        exchange ->
                                                                exchange.setProperty("pull", pull));
                                    })
                            .get(wanted.patience().toMillis(), TimeUnit.MILLISECONDS);
            return tryout.hasEnded() ? null : unfinished(done);
        } catch (TimeoutException e) {
            // whatever waits for the store is let go
            rows.close();
            return Rehearsal.refused(
                            wanted.provider(),
                            "the try",
                            "was not over after " + wanted.patience().toSeconds() + " s",
                            "give it longer with --seconds, or less to do with --kinds")
                    .getMessage();
        } catch (ExecutionException e) {
            return String.valueOf(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            rows.close();
            return "interrupted";
        } finally {
            thread.shutdownNow();
        }
    }

    private static String unfinished(Exchange exchange) {
        Exception cause = Faults.cause(exchange);
        return cause == null
                ? "the pull came to no end: its route calls neither connections.done nor faults.end"
                : cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
