package dev.caravan.intake;

import dev.caravan.connections.Journey;
import dev.caravan.faults.Fault;
import dev.caravan.faults.StoreFault;
import dev.caravan.payments.Payments;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trip of a payment: its user's yes is exchanged for tokens and the payment submitted, once,
 * while the user waits. What is answered is the name of a page. Safe for any number of threads.
 */
final class Paying {
    private static final Logger LOG = LoggerFactory.getLogger(Paying.class);

    private static final Map<String, String> PAGES =
            Map.of(
                    "submitted", "sent",
                    "pending", "sent",
                    "executed", "sent",
                    "rejected", "refused",
                    "declined", "cancelled",
                    "draft", "unpaid",
                    "authorised", "unpaid",
                    "abandoned", "unpaid");

    private Paying() {}

    private static Payments verb(RunningProvider provider) {
        return provider.payments();
    }

    /** The user said no. */
    static String declined(RunningProvider provider, Journey journey) {
        verb(provider).declined(journey.connection());
        return page(provider, journey);
    }

    /** The trip came to nothing before anything could be submitted. */
    static String failed(RunningProvider provider, Journey journey, Exception error) {
        verb(provider).abandoned(journey.connection(), said(provider, error));
        return page(provider, journey);
    }

    /**
     * The user said yes: tokens first of all, then the one submission.
     *
     * @param told sets what the trip and its answer say
     * @param userAddress the user's own address, null where none may be told
     */
    static String agreed(
            RunningProvider provider,
            Journey journey,
            Consumer<Exchange> told,
            String userAddress) {
        Exchange exchanged = provider.ask("pay-callback", told);
        try {
            if (exchanged.getException() != null) {
                return failed(provider, journey, exchanged.getException());
            }
        } catch (StoreFault e) {
            // nothing was sent; the payment is abandoned when the store is back
            return "unpaid";
        }
        try {
            Exchange submitted =
                    provider.ask(
                            "pay-submit",
                            request -> {
                                journey.tell(request);
                                request.setProperty("userAddress", userAddress);
                            });
            return submitted.getException() == null
                    ? page(provider, journey)
                    : failed(provider, journey, submitted.getException());
        } catch (StoreFault e) {
            // it may have left: nobody may say that it did not
            return "unclear";
        }
    }

    private static String page(RunningProvider provider, Journey journey) {
        return PAGES.getOrDefault(verb(provider).state(journey.connection()), "unclear");
    }

    private static String said(RunningProvider provider, Exception error) {
        String why =
                error instanceof Fault
                        ? error.getMessage()
                        : "CARAVAN-PAYMENT "
                                + provider.name()
                                + ": a trip failed with "
                                + (error == null ? "no code" : error.getClass().getSimpleName())
                                + "; nothing was sent";
        LOG.warn(why);
        return why;
    }
}
