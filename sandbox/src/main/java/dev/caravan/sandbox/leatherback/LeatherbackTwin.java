package dev.caravan.sandbox.leatherback;

import dev.caravan.sandbox.FaultTable;
import dev.caravan.sandbox.Front;
import dev.caravan.sandbox.Journal;
import dev.caravan.sandbox.http.LoopbackServer;
import java.net.URI;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A stand-in for Leatherback's open banking, written from the contract alone: API, token endpoint
 * and registration at the base, the authorization app beside them. Knows the truth behind every
 * answer and fails on demand. Safe for use by many threads; listens on 127.0.0.1 until closed.
 */
public final class LeatherbackTwin implements AutoCloseable {
    private final AtomicReference<LeatherbackSettings> settings;
    private final Clock clock;
    private final Journal journal = new Journal();
    private final LeatherbackFaults faults = new LeatherbackFaults(new FaultTable());
    private final Register register = new Register();
    private final Tokens tokens;
    private final IdTokens idTokens;
    private final ClientKeys keys;
    private final Bank bank;
    private final StateFile stateFile;
    private final LoopbackServer server;

    private LeatherbackTwin(LeatherbackSettings initial, Clock clock) {
        this.settings = new AtomicReference<>(initial);
        this.clock = clock;
        this.tokens = new Tokens(settings::get, clock);
        this.idTokens = new IdTokens(settings::get, this::issuer, clock);
        this.keys = new ClientKeys(settings::get);
        this.stateFile = new StateFile(initial.stateFile());
        LocalDate today = LocalDate.now(clock.withZone(ZoneId.of(initial.bankZone())));
        this.bank = new Bank(initial, stateFile.restore(register, tokens).orElse(today), clock);
        if (!initial.clientId().isEmpty()) {
            register.add(
                    new Client(
                            initial.clientId(),
                            initial.certificate(),
                            initial.callbackUrl(),
                            "registered at the start"));
        }
        Front front = new Front(desk(), clock, faults.table(), journal);
        this.server =
                new LoopbackServer(
                        initial.port(),
                        initial.maxConnections(),
                        initial.gzip(),
                        new Envelope(front, settings::get, clock));
        save();
    }

    private Desk desk() {
        RequestObjects requests =
                new RequestObjects(settings::get, this::issuer, clock, register, keys);
        return new Desk(
                settings::get,
                new Desk.Parts(
                        register,
                        tokens,
                        idTokens,
                        new Registration(register, tokens),
                        new TokenEndpoint(settings::get, clock, register, tokens, idTokens, bank),
                        new AuthApp(settings::get, clock, register, tokens, idTokens, requests),
                        new Gate(settings::get, clock, register, tokens),
                        new ConsentApi(settings::get, clock, register, tokens),
                        new DataApi(settings::get, this::publicBase, clock, bank),
                        new MessageSeal(settings::get, clock, keys, idTokens),
                        new Controls(this),
                        this::save));
    }

    public static LeatherbackTwin start(LeatherbackSettings settings, Clock clock) {
        return new LeatherbackTwin(settings, clock);
    }

    /** Where API, token endpoint, registration and the authorization app are. */
    public URI base() {
        return server.base();
    }

    /** Where a link to the authorization app begins. */
    public URI authorizeUrl() {
        return base().resolve(settings().authorizePath());
    }

    private String publicBase() {
        String set = settings().publicBase();
        return set.isEmpty() ? base().toString() : set;
    }

    /** The iss of id_tokens and, unless set otherwise, the aud of request objects. */
    public String issuer() {
        return settings().issuer().isEmpty() ? publicBase() : settings().issuer();
    }

    public LeatherbackFaults faults() {
        return faults;
    }

    public Journal journal() {
        return journal;
    }

    public LeatherbackTruth truth() {
        return new LeatherbackTruth(bank, register, tokens);
    }

    public LeatherbackSettings settings() {
        return settings.get();
    }

    /**
     * Changes manners while the twin runs. Port, seed, volume and first client stay as they are.
     */
    public void change(LeatherbackSettings now) {
        settings.set(now);
    }

    /**
     * Connects a customer with every permission and no dates, as if the dialogue had just ended.
     */
    public Connected connect(String login) {
        return connect(
                login,
                "ReadAccountsDetail",
                "ReadBalances",
                "ReadBeneficiariesDetail",
                "ReadTransactionsDetail",
                "ReadTransactionsCredits",
                "ReadTransactionsDebits");
    }

    /** The same with these permissions. */
    public Connected connect(String login, String... permissions) {
        Client client =
                register.client(settings().clientId())
                        .orElseThrow(() -> new IllegalArgumentException("no client is registered"));
        String at = Stamp.ticks(clock.instant());
        Consent asked =
                new Consent(
                        UUID.randomUUID().toString(),
                        client.id(),
                        Consent.AWAITING,
                        at,
                        at,
                        List.of(permissions),
                        "",
                        "",
                        "",
                        "",
                        0,
                        false,
                        false);
        register.add(asked);
        Consent consent = register.decide(asked.id(), Consent.AUTHORISED, clock.instant(), login);
        AccessToken access =
                tokens.forCustomer(client, consent.id(), consent.id(), bank.customer(login));
        Optional<RefreshToken> refresh =
                settings().refreshTokens()
                        ? Optional.of(tokens.refreshToken(client.id(), consent.id()))
                        : Optional.empty();
        save();
        return new Connected(consent, access.value(), refresh.map(RefreshToken::value).orElse(""));
    }

    /** The accounts of {@code customer<n>}. */
    public List<BankAccount> accounts(String login) {
        return bank.accounts(login);
    }

    public BankAccount account(String id) {
        return bank.find(id).orElseThrow(() -> new IllegalArgumentException("no account " + id));
    }

    /** Every consent ever made, orphans included, the oldest first. */
    public List<Consent> consents() {
        return register.consents();
    }

    public Consent consent(String id) {
        return register.consent(id)
                .orElseThrow(() -> new IllegalArgumentException("no consent " + id));
    }

    /** The consent that was authorised last. */
    public Consent lastConsent() {
        return register.consents().stream()
                .filter(Consent::connected)
                .max(Comparator.comparingLong(Consent::authenticatedAt))
                .orElseThrow(() -> new IllegalArgumentException("no consent was authorised"));
    }

    public List<Client> clients() {
        return List.copyOf(register.clients());
    }

    /** The customer takes the access away at the bank: the status stays, the tokens are dead. */
    public void revoke(String consentId) {
        tokens.kill(consent(consentId).id());
        save();
    }

    /** Access tokens end now, refresh tokens go on. */
    public void expireAccessTokens(String consentId) {
        tokens.expireAccess(consent(consentId).id());
        save();
    }

    public void killRefreshTokens(String consentId) {
        tokens.killRefresh(consent(consentId).id());
        save();
    }

    /** ExpirationDateTime is now. */
    public void expireConsent(String consentId) {
        String now = Stamp.ticks(clock.instant());
        register.change(consent(consentId).id(), before -> before.expiring(now));
        save();
    }

    /** Another key signs id_tokens from now on, and only it is published. */
    public void rotateSigningKey() {
        idTokens.rotate();
    }

    /** How often the client's JWKS was fetched. */
    public long jwksFetches() {
        return keys.fetches();
    }

    @Override
    public void close() {
        server.close();
    }

    private void save() {
        stateFile.save(register, tokens, bank.firstDay());
    }
}
