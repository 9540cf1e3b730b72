package dev.caravan.deferred;

import dev.caravan.connections.ProviderAccount;
import dev.caravan.connections.Pull;
import java.time.Duration;
import java.time.LocalDate;
import org.apache.camel.Exchange;

/**
 * A result that is fetched in place of the call that asked for it, as property {@code deferred} of
 * an exchange. Immutable.
 *
 * @param resource the endpoint, and the kind where one endpoint answers for several
 * @param account null where it is about the whole connection
 * @param from the first day that was asked for, null where no dates were
 * @param path where it is, below the provider's API address
 * @param age how long ago it was accepted
 */
public record Deferral(
        long id,
        String endpoint,
        String resource,
        String kind,
        ProviderAccount account,
        LocalDate from,
        LocalDate to,
        String path,
        Duration age) {

    /** The result at hand, null where the call is one of its own, as one that confirms another. */
    public static Deferral of(Exchange exchange) {
        Deferral taken = taken(exchange);
        return taken != null && taken.endpoint().equals(Pull.endpoint(exchange)) ? taken : null;
    }

    /** The result that was taken up, whatever the exchange asks for now. */
    static Deferral taken(Exchange exchange) {
        return exchange.getProperty("deferred", Deferral.class);
    }
}
