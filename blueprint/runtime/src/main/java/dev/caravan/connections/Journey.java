package dev.caravan.connections;

import java.time.Instant;
import java.util.UUID;
import org.apache.camel.Exchange;

/**
 * A trip of a user to the bank that is under way. It tells routes what it is by properties that
 * only references show. Immutable.
 */
public final class Journey {
    private final UUID id;
    private final UUID connection;
    private final String provider;
    private final boolean pays;
    private final TripSecrets secrets;
    private final String reference;
    private final Instant consentEnd;

    /**
     * @param pays whether it is the trip of a payment, whose id is then the connection's
     * @param reference what the provider calls it, null while it has no name
     * @param consentEnd when the consent before this one ends, or null
     */
    Journey(
            UUID id,
            UUID connection,
            String provider,
            boolean pays,
            TripSecrets secrets,
            String reference,
            Instant consentEnd) {
        this.id = id;
        this.connection = connection;
        this.provider = provider;
        this.pays = pays;
        this.secrets = secrets;
        this.reference = reference;
        this.consentEnd = consentEnd;
    }

    UUID id() {
        return id;
    }

    public UUID connection() {
        return connection;
    }

    public String provider() {
        return provider;
    }

    /** Whether this is the trip of a payment. */
    public boolean pays() {
        return pays;
    }

    Instant consentEnd() {
        return consentEnd;
    }

    /** Sets the properties {@code connection} and {@code journey.*} of a request to a route. */
    public void tell(Exchange request) {
        request.setProperty("connection", connection);
        request.setProperty("journey.state", secrets.state());
        request.setProperty("journey.uuid", secrets.uuid());
        request.setProperty("journey.verifier", secrets.verifier());
        request.setProperty("journey.challenge", secrets.challenge());
        request.setProperty("journey.nonce", secrets.nonce());
        request.setProperty("journey.reference", reference);
    }
}
