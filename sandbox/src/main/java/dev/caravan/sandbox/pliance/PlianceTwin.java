package dev.caravan.sandbox.pliance;

import dev.caravan.sandbox.FaultTable;
import dev.caravan.sandbox.Front;
import dev.caravan.sandbox.Journal;
import dev.caravan.sandbox.http.LoopbackServer;
import dev.caravan.sandbox.http.Trust;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A stand-in for Pliance's screening API, written from the contract alone. Knows the truth behind
 * every answer, sends real webhooks and fails on demand. Safe for use by many threads; listens on
 * 127.0.0.1, and reaches nothing else, from construction to close.
 */
public final class PlianceTwin implements AutoCloseable {
    private final AtomicReference<PlianceSettings> settings;
    private final Journal journal = new Journal();
    private final PlianceFaults faults = new PlianceFaults(new FaultTable());
    private final Screening screening;
    private final Courier courier;
    private final Tenants tenants;
    private final LoopbackServer server;
    private final Optional<ClientCertificates.Listener> listener;
    private final Optional<LoopbackServer> secure;

    private PlianceTwin(PlianceSettings initial, Clock clock) {
        this.settings = new AtomicReference<>(initial);
        this.screening =
                new Screening(
                        WatchList.of(
                                Invented.watchList(
                                        initial.seed(),
                                        initial.listedPersons(),
                                        initial.listedCompanies())));
        this.listener =
                initial.tlsPort() < 0
                        ? Optional.empty()
                        : Optional.of(ClientCertificates.listener(initial, clock));
        this.courier =
                new Courier(
                        settings::get,
                        Trust.of(initial.webhookTrust(), initial.webhookTrustPassword()));
        this.tenants = new Tenants(settings::get, screening, courier, clock);
        PlianceApi api = new PlianceApi(settings::get, tenants, new Controls(this), clock);
        Front front = new Front(api, clock, faults.table(), journal);
        this.server =
                new LoopbackServer(initial.port(), initial.maxConnections(), initial.gzip(), front);
        this.secure =
                listener.map(
                        one ->
                                LoopbackServer.secure(
                                        initial.tlsPort(),
                                        initial.maxConnections(),
                                        initial.gzip(),
                                        front,
                                        one.context(),
                                        true));
    }

    public static PlianceTwin start(PlianceSettings settings, Clock clock) {
        return new PlianceTwin(settings, clock);
    }

    /** The host without certificate; the API is under {@code /api}. */
    public URI base() {
        return server.base();
    }

    /** The host that asks for a client certificate, where the settings open it. */
    public Optional<URI> secureBase() {
        return secure.map(LoopbackServer::base);
    }

    /** What the secure host shows, for its callers to trust. */
    public Optional<X509Certificate> serverCertificate() {
        return listener.map(ClientCertificates.Listener::shown);
    }

    public PlianceFaults faults() {
        return faults;
    }

    public Journal journal() {
        return journal;
    }

    /** Of all customers and tenants. */
    public PlianceTruth truth() {
        return new PlianceTruth(tenants.all());
    }

    public PlianceSettings settings() {
        return settings.get();
    }

    /**
     * Changes manners while the twin runs. Ports, certificates, seed and volume are those of the
     * start; a customer whose multitenancy changes loses its data.
     */
    public void change(PlianceSettings now) {
        tenants.switched(settings.getAndSet(now), now);
    }

    /** The first customer's first place. */
    public Tenant tenant() {
        PlianceCustomer first = settings().customers().get(0);
        List<Place> places = first.places();
        return tenant(first.iss(), places.isEmpty() ? "" : places.get(0).tenant());
    }

    /** A place, which need not have been called before. */
    public Tenant tenant(String iss, String tenant) {
        PlianceCustomer customer =
                settings().customers().stream()
                        .filter(one -> one.iss().equals(iss))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("no customer " + iss));
        return new Tenant(tenants.at(customer, tenant), tenants.population());
    }

    /** Everything that is listed now. */
    public List<Listed> watchList() {
        return screening.list().all();
    }

    /** Lists the entry, or replaces the one of its id, and screens everybody again. */
    public void list(Listed entry) {
        screening.list(entry);
        tenants.all().forEach(Books::rescreen);
    }

    /** Takes the entry off the list and screens everybody again. */
    public void delist(String id) {
        screening.delist(id);
        tenants.all().forEach(Books::rescreen);
    }

    /** Keeps all webhooks from now on, so that a test can change their order. */
    public void holdWebhooks() {
        courier.outbox().hold();
    }

    public void releaseWebhooks(boolean reversed) {
        courier.outbox().release(reversed);
    }

    /** Waits until no webhook is on its way; false when the limit comes first. */
    public boolean webhooksSettled(Duration limit) throws InterruptedException {
        return courier.outbox().settled(limit);
    }

    @Override
    public void close() {
        courier.close();
        server.close();
        secure.ifPresent(LoopbackServer::close);
    }
}
