package dev.caravan.sandbox.leatherback;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * The clients that are registered and the consents that they made. Each change is seen whole or not
 * at all. Safe for use by many threads.
 */
final class Register {
    private final Map<String, Client> clients = new ConcurrentHashMap<>();
    private final Map<String, Consent> consents = new ConcurrentHashMap<>();

    void add(Client client) {
        clients.put(client.id(), client);
    }

    Optional<Client> client(String id) {
        return Optional.ofNullable(clients.get(id));
    }

    Collection<Client> clients() {
        return List.copyOf(clients.values());
    }

    void add(Consent consent) {
        consents.put(consent.id(), consent);
    }

    Optional<Consent> consent(String id) {
        return Optional.ofNullable(consents.get(id));
    }

    /** Of this client and not deleted; to anybody else it does not exist. */
    Optional<Consent> consent(String id, String clientId) {
        return consent(id).filter(one -> one.clientId().equals(clientId) && !one.deleted());
    }

    Consent change(String id, UnaryOperator<Consent> into) {
        return consents.computeIfPresent(id, (key, before) -> into.apply(before));
    }

    /** Every consent ever made, the oldest first. */
    List<Consent> consents() {
        return consents.values().stream()
                .sorted(
                        java.util.Comparator.comparing(Consent::createdAt)
                                .thenComparing(Consent::id))
                .toList();
    }

    Consent decide(String id, String how, Instant at, String login) {
        return change(id, before -> before.decided(how, at, login));
    }
}
