package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.FaultTable;
import dev.caravan.sandbox.Front;
import dev.caravan.sandbox.Journal;
import dev.caravan.sandbox.http.LoopbackServer;
import java.net.URI;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A stand-in for Pockit behind tell.connect, written from the contract alone. Knows the truth
 * behind every answer and fails on demand. Safe for use by many threads; listens on 127.0.0.1 from
 * construction to close.
 */
public final class PockitTwin implements AutoCloseable {
    private final AtomicReference<PockitSettings> settings;
    private final Clock clock;
    private final Journal journal = new Journal();
    private final PockitFaults faults = new PockitFaults(new FaultTable());
    private final Secrets secrets = new Secrets();
    private final Consents consents = new Consents();
    private final StateFile stateFile;
    private final Bank bank;
    private final PaymentApi payments;
    private final Dialogue dialogue;
    private final TokenEndpoint tokens;
    private final LoopbackServer server;

    private PockitTwin(PockitSettings initial, Clock clock) {
        this.settings = new AtomicReference<>(initial);
        this.clock = clock;
        this.stateFile = new StateFile(initial.listening().stateFile());
        JsonNode state = stateFile.read();
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate firstDay = StateFile.firstDay(state, today);
        this.bank = new Bank(initial.holdings(), firstDay, clock, StateFile.deeds(state));
        Refusals refusals = new Refusals(settings::get);
        Gate gate = new Gate(settings::get, consents, refusals, clock);
        Meter meter = new Meter(settings::get, refusals, clock);
        Pages pages = new Pages(settings::get, this::base, refusals);
        this.payments = new PaymentApi(settings::get, gate, refusals, clock);
        this.dialogue = new Dialogue(settings::get, consents, bank, secrets, clock);
        this.tokens = new TokenEndpoint(settings::get, gate, consents, secrets, refusals, clock);
        StateFile.restore(state, consents, payments);
        PockitProvider.Parts parts =
                new PockitProvider.Parts(
                        gate,
                        meter,
                        consents,
                        new AuthoriseEndpoint(
                                settings::get, this::base, gate, consents, refusals, clock),
                        dialogue,
                        tokens,
                        new ResourceApi(settings::get, gate, meter, bank, pages, refusals, clock),
                        payments,
                        truth(),
                        new Controls(this),
                        refusals,
                        this::save);
        this.server =
                new LoopbackServer(
                        initial.listening().port(),
                        initial.listening().maxConnections(),
                        initial.listening().gzip(),
                        new Front(
                                new PockitProvider(settings::get, parts),
                                clock,
                                faults.table(),
                                journal));
        save();
    }

    public static PockitTwin start(PockitSettings settings, Clock clock) {
        return new PockitTwin(settings, clock);
    }

    /** Host and port; the auth server and the resources are behind their prefixes. */
    public URI base() {
        return server.base();
    }

    public PockitFaults faults() {
        return faults;
    }

    public Journal journal() {
        return journal;
    }

    public PockitTruth truth() {
        return new PockitTruth(settings::get, bank, consents, payments, secrets);
    }

    public PockitSettings settings() {
        return settings.get();
    }

    /** Changes manners while the twin runs; what listens and what lies in accounts stays. */
    public void change(PockitSettings now) {
        settings.set(now);
    }

    /** Connects a user, as if the browser dialogue and the exchange had just ended. */
    public Tokens connect(String user) {
        bank.accounts(user);
        Intent intent =
                new Intent(
                        UUID.randomUUID().toString(),
                        UUID.randomUUID().toString(),
                        "aisp",
                        true,
                        "",
                        clock.millis(),
                        false,
                        0);
        consents.open(intent, false);
        String code = secrets.code();
        Tokens made = tokens.connect(dialogue.consent(intent, user, code), code);
        save();
        return made;
    }

    /** The aisp consents of a user, the oldest first. */
    public List<Consent> consents(String user) {
        return consents.of(user, false);
    }

    /** The newest aisp consent of a user. */
    public Consent consent(String user) {
        List<Consent> all = consents(user);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no consent of " + user);
        }
        return all.get(all.size() - 1);
    }

    /** The user takes everything back; nobody is told. */
    public void revoke(String user) {
        consents(user).forEach(Consent::revoke);
        save();
    }

    /** The accounts of a user such as user1. */
    public List<BankAccount> accounts(String user) {
        return bank.accounts(user);
    }

    /** The account behind an id that some consent sees. */
    public BankAccount account(String id) {
        return truth().account(id);
    }

    /** The id under which the user's newest consent sees this account. */
    public String id(BankAccount account) {
        return account.id(consent(account.user()).idSalt());
    }

    public Transaction addTransaction(String accountId, Transaction row) {
        return account(accountId).add(row);
    }

    public void grow(String accountId, int rows) {
        bank.grow(account(accountId), rows);
        save();
    }

    /** All pending rows of the account become booked under new ids. */
    public List<Transaction> settlePending(String accountId) {
        List<Transaction> booked = bank.settlePending(account(accountId));
        save();
        return booked;
    }

    /** Gives a payment this status, whatever its age; empty lets paymentSteps go on. */
    public Payment paymentStatus(String paymentId, String status) {
        Payment payment = payments.force(paymentId, status);
        save();
        return payment;
    }

    @Override
    public void close() {
        server.close();
    }

    private void save() {
        stateFile.save(bank, consents, payments);
    }
}
