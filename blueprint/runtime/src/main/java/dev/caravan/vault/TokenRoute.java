package dev.caravan.vault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.connections.Pull;
import dev.caravan.faults.ClientFault;
import dev.caravan.faults.ConsentFault;
import dev.caravan.faults.Fault;
import dev.caravan.faults.RefreshFault;
import dev.caravan.faults.RevokedFault;
import dev.caravan.faults.SetupFault;
import dev.caravan.faults.ThrottledFault;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;

/**
 * Asks a route of the provider for tokens. What that raises about the consent, the client, a pause
 * or the settings stays what it is; everything else is a {@link RefreshFault}. Immutable.
 */
final class TokenRoute {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final String provider;

    TokenRoute(String provider) {
        this.provider = provider;
    }

    /**
     * The answer that the route leaves as its body.
     *
     * @param connection whose tokens they will be, null where they are ours as a client
     */
    String asked(Exchange exchange, String route, UUID connection) {
        Pull pull = Pull.of(exchange);
        if (pull != null && pull.tryout() != null) {
            pull.tryout().renewing(true);
        }
        Exchange request =
                exchange.getContext()
                        .createProducerTemplate()
                        .request(
                                route,
                                asking -> {
                                    asking.setProperty("connection", connection);
                                    asking.setProperty("pull", pull);
                                });
        if (pull != null && pull.tryout() != null) {
            pull.tryout().renewing(false);
        }
        Exception failed = request.getException();
        if (failed instanceof ConsentFault
                || failed instanceof ClientFault
                || failed instanceof ThrottledFault
                || failed instanceof RevokedFault
                || failed instanceof SetupFault) {
            throw (Fault) failed;
        }
        if (failed != null) {
            String what =
                    failed instanceof Fault
                            ? failed.getMessage()
                            : failed.getClass().getSimpleName();
            throw odd("did not come: " + what);
        }
        return Optional.ofNullable(request.getMessage().getBody(String.class)).orElse("");
    }

    JsonNode parsed(String answer) {
        try {
            return JSON.readTree(answer == null ? "" : answer);
        } catch (JsonProcessingException e) {
            throw odd("is not JSON");
        }
    }

    RefreshFault odd(String found) {
        return new RefreshFault(
                new Fault.Account(
                        "CARAVAN-TOKEN",
                        provider,
                        "the token answer",
                        found,
                        "the old tokens are kept and used at the next slot",
                        null));
    }
}
