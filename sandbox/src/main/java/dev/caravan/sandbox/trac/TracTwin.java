package dev.caravan.sandbox.trac;

import dev.caravan.sandbox.FaultTable;
import dev.caravan.sandbox.Front;
import dev.caravan.sandbox.Journal;
import dev.caravan.sandbox.http.LoopbackServer;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A stand-in for Pebble Trac, written from the contract alone. Knows the truth behind every answer
 * and fails on demand. Safe for use by many threads; listens on 127.0.0.1 from construction to
 * close.
 */
public final class TracTwin implements AutoCloseable {
    private final AtomicReference<TracSettings> settings;
    private final Clock clock;
    private final Journal journal = new Journal();
    private final TracFaults faults = new TracFaults(new FaultTable());
    private final Tokens tokens;
    private final World world;
    private final StateFile stateFile;
    private final LoopbackServer server;

    private TracTwin(TracSettings initial, Clock clock) {
        AppJwt.register(initial);
        this.settings = new AtomicReference<>(initial);
        this.clock = clock;
        this.tokens = new Tokens(clock);
        this.stateFile = new StateFile(initial.stateFile());
        this.world = new World(initial, clock, firstDay(initial), this::save);
        stateFile.restore(world, tokens);
        Answers answers = new Answers(settings::get);
        Pager pager = new Pager(settings::get, new StartKey(initial.seed()));
        AppJwt jwt = new AppJwt(settings::get, this::audience, clock, answers);
        TracProvider provider =
                new TracProvider(
                        this,
                        new Gate(settings::get, world, tokens, jwt, new RateLimit(clock), answers),
                        new AppApi(settings::get, clock, world, tokens, pager, answers, this::save),
                        new DataApi(settings::get, clock, world, pager, answers),
                        answers);
        this.server =
                new LoopbackServer(
                        initial.port(),
                        initial.maxConnections(),
                        initial.gzip(),
                        new Front(provider, clock, faults.table(), journal));
        save();
    }

    public static TracTwin start(TracSettings settings, Clock clock) {
        return new TracTwin(settings, clock);
    }

    private LocalDate firstDay(TracSettings initial) {
        return stateFile
                .firstDay()
                .orElseGet(
                        () ->
                                initial.firstDay().isEmpty()
                                        ? LocalDate.now(clock.withZone(ZoneOffset.UTC))
                                        : LocalDate.parse(initial.firstDay()));
    }

    /** Scheme, host and port; the API is under {@link #api()}. */
    public URI base() {
        return server.base();
    }

    /** The base URL of contract 1, without a slash at its end. */
    public URI api() {
        return base().resolve("/api/v1");
    }

    /** The aud that an app JWT must carry. */
    public String audience() {
        String set = settings().audience();
        return set.isEmpty() ? base().toString() : set;
    }

    public TracFaults faults() {
        return faults;
    }

    public Journal journal() {
        return journal;
    }

    public TracTruth truth() {
        return new TracTruth(world, tokens, clock, "");
    }

    public TracSettings settings() {
        return settings.get();
    }

    /**
     * Changes manners while the twin runs. Port, seed, volume and tree are those of the start and
     * stay as they are.
     */
    public void change(TracSettings now) {
        AppJwt.register(now);
        settings.set(now);
    }

    /** From now on the next key alone signs. */
    public void cutOver() {
        change(settings().acceptedKey("next"));
    }

    /** The app's own, in every state. */
    public List<Installation> installations() {
        return world.installations().stream().filter(Installation::ours).toList();
    }

    public Installation installation(String id) {
        return world.installation(id)
                .orElseThrow(() -> new IllegalArgumentException("no installation " + id));
    }

    /** An installation of another app: 403 for a token. */
    public Installation foreignInstallation() {
        return world.installations().stream().filter(one -> !one.ours()).findFirst().orElseThrow();
    }

    /** What an installation covers, parents first. */
    public List<Organization> organizations(String installationId) {
        return installation(installationId).granted().stream().map(this::organization).toList();
    }

    public Organization organization(String id) {
        return world.organization(id)
                .orElseThrow(() -> new IllegalArgumentException("no organization " + id));
    }

    /** The organizations of all installations that are nobody's parent. */
    public List<Organization> schools() {
        return world.leaves();
    }

    /** The organization is gone for everybody: 404. */
    public void deleteOrganization(String id) {
        world.delete(id);
    }

    /** Transactions that were created so long ago and are processed only now. */
    public List<Transaction> settleLate(String organizationId, int rows, Duration age) {
        return organization(organizationId).settleLate(rows, age);
    }

    /** An installation token without the JWT, as if the exchange had just happened. */
    public String token(String installationId) {
        Duration life = Duration.ofSeconds(settings().tokenSeconds());
        String token = tokens.issue(installation(installationId).id(), life).token();
        save();
        return token;
    }

    /** All tokens of the installation are over now: 403. */
    public void expireTokens(String installationId) {
        tokens.expire(installation(installationId).id());
        save();
    }

    @Override
    public void close() {
        server.close();
    }

    private void save() {
        stateFile.save(world, tokens);
    }
}
