package dev.caravan.inbox;

import dev.caravan.connections.Connections;
import dev.caravan.connections.EventLeases;
import dev.caravan.signer.KeySets;
import dev.caravan.store.Database;
import dev.caravan.vault.Secrets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;

/**
 * Makes the inbox of a provider by its settings. All inboxes of a node share their commits. Safe
 * for any number of threads.
 */
public final class Inboxes {
    private final Database database;
    private final Clock clock;
    private final Arrivals arrivals;
    private final KeySets keys = new KeySets();
    private final Addresses addresses;
    private final BiFunction<UUID, String, Optional<String>> own;

    /**
     * @param own a connection's own value by its name
     */
    public Inboxes(Database database, Clock clock, BiFunction<UUID, String, Optional<String>> own) {
        this.database = database;
        this.clock = clock;
        this.own = own;
        this.arrivals = new Arrivals(database);
        this.addresses = new Addresses(database);
    }

    /**
     * @param hands a {@link Connections} whose hands are for events alone
     * @throws dev.caravan.faults.SetupFault where a setting does not fit
     */
    public Inbox of(
            String provider, Map<String, String> settings, Secrets secrets, Connections hands) {
        InboxSettings read = InboxSettings.of(provider, settings);
        Shape shape =
                new Shape(
                        provider,
                        settings,
                        read.verifier().equals("standard") ? "header:webhook-id" : "sha256");
        Proofs proofs = new Proofs(provider, settings, secrets, own);
        Verifier verifier =
                switch (read.verifier()) {
                    case "header" ->
                            new HeaderVerifier(
                                    InboxSettings.needed(provider, settings, "webhook.header"),
                                    proofs);
                    case "standard" -> new StandardVerifier(proofs, read.tolerance(), clock);
                    case "jws" -> JwsVerifier.of(provider, settings, keys);
                    case "url" -> JwsVerifier.whereSigned(provider, settings, keys);
                    default -> null;
                };
        return new Inbox(
                provider,
                read,
                new Door(read, verifier, shape, arrivals),
                shape,
                arrivals,
                new Ledger(database),
                new EventLeases(database, hands, "webhook", Ledger.NEXT),
                new Sweep(database, provider, clock),
                new Registration(provider, read, addresses, database));
    }
}
