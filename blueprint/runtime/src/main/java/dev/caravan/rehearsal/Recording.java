package dev.caravan.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.connections.Tryout;
import dev.caravan.deploy.Deployer;
import dev.caravan.deploy.Provider;
import dev.caravan.deploy.Wire;
import dev.caravan.store.Database;
import dev.caravan.store.OneTransaction;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Tries a pull and keeps its exchanges as a case of the provider's contract, with pseudonyms for
 * everybody and no secret; the rows that it must become are those that the masked exchanges become
 * when they are played back to a connection that has none yet. Safe for any number of threads.
 */
public final class Recording {
    private static final int KEY_BYTES = 32;

    /** Settings that shape what is asked or what it becomes; no other is written down. */
    private static final String SHAPING =
            "(page|map|window|query|entries)\\..*|.*\\.(overlap|wider)|base\\.path";

    private final Database database;
    private final Deployer deployer;
    private final Rehearsal rehearsal;
    private final Clock clock;

    public Recording(Database database, Deployer deployer, Clock clock) {
        this.database = database;
        this.deployer = deployer;
        this.rehearsal = new Rehearsal(database, deployer);
        this.clock = clock;
    }

    /**
     * What came of it.
     *
     * @param rows the rows of the connection, in one order, as text
     */
    public record Replayed(String fault, String rows) {}

    /**
     * Tries it, and keeps it in a folder where all of it was good.
     *
     * @param folder {@code contract/CASE}, not there yet
     * @return what was seen, with the reason as its fault where nothing was kept
     */
    public Report to(Rehearsal.Wanted wanted, Path folder) {
        if (Files.exists(folder)) {
            throw Rehearsal.refused(
                    wanted.provider(), "recording " + folder, "is there already", "name another");
        }
        Tryout tryout = new Tryout(wanted.bounds());
        Tape tape = new Tape(true, wanted.provider(), tryout);
        AtomicReference<Provider> provider = new AtomicReference<>();
        Report report = rehearsal.on(wanted, tryout, tape, provider::set);
        if (report.fault() != null) {
            return report;
        }
        Bases bases = rehearsal.bases(provider.get(), wanted.connection());
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        Masks masks = new Masks(new Pseudonyms(key), own(wanted.files()));
        Map<String, String> settings = settings(wanted.connection());
        settings.values().stream().filter(value -> !value.startsWith("http")).forEach(masks::id);
        // what is known by the end of the first pass is found everywhere by the second
        tape.all().forEach(one -> Transcript.of(one, bases, masks));
        List<Exchanged> exchanges =
                tape.all().stream().map(one -> Transcript.of(one, bases, masks)).toList();
        settings.replaceAll(
                (name, value) -> value.startsWith("http") ? "{" + name + "}" : masks.id(value));
        Case kept = described(wanted, provider.get(), settings);
        AtomicReference<JsonNode> rows = new AtomicReference<>();
        String fault = playedBack(wanted, kept, exchanges, bases, rows);
        if (fault != null || rows.get().isEmpty()) {
            return report.because(
                    "not recorded: played back, it became "
                            + (fault == null
                                    ? "no row; record the kind that lists accounts too"
                                    : fault));
        }
        kept.write(folder, exchanges, rows.get(), readme(kept, exchanges, folder));
        return report;
    }

    /** Pulls over a wire and tells the rows of the connection before they are undone. */
    public Replayed replayed(Rehearsal.Wanted wanted) {
        try (Database rows = new Database(new OneTransaction(database))) {
            Admission.of(rows, wanted.provider(), wanted.connection());
            Tryout tryout = new Tryout(wanted.bounds());
            String broken =
                    deployer.aside(
                            wanted.provider(),
                            wanted.files(),
                            (verbs, provider) -> verbs.tried(provider, rows, Wire.PLAIN),
                            (camel, words) -> OnePull.on(camel, words, wanted, tryout, rows));
            return new Replayed(
                    broken != null ? broken : tryout.fault(),
                    broken != null ? "" : Rows.written(Rows.of(rows, wanted.connection())));
        }
    }

    private String playedBack(
            Rehearsal.Wanted wanted,
            Case kept,
            List<Exchanged> exchanges,
            Bases bases,
            AtomicReference<JsonNode> into) {
        try (Database rows = new Database(new OneTransaction(database))) {
            UUID nobody = nobody(rows, wanted.connection(), kept, bases);
            Rehearsal.Wanted again =
                    new Rehearsal.Wanted(
                            wanted.provider(),
                            wanted.files(),
                            nobody,
                            kept.bounds(),
                            wanted.patience());
            Tryout tryout = new Tryout(kept.bounds());
            Playback playback = new Playback(exchanges, bases);
            String broken =
                    deployer.aside(
                            wanted.provider(),
                            wanted.files(),
                            (verbs, provider) -> verbs.replayed(provider, rows, playback),
                            (camel, words) -> OnePull.on(camel, words, again, tryout, rows));
            if (broken == null) {
                into.set(Rows.of(rows, nobody));
            }
            return !playback.missing().isEmpty()
                    ? "another question: " + playback.missing()
                    : broken != null ? broken : tryout.fault();
        }
    }

    /** A connection like the one that was tried, but for who it is and what it has. */
    private static UUID nobody(Database rows, UUID like, Case kept, Bases bases) {
        Map<String, String> own = new TreeMap<>(kept.own());
        own.replaceAll((name, value) -> bases.address(value));
        UUID nobody =
                rows.first(
                                """
                                insert into caravan.connection (provider, user_ref, state, institution, scopes, settings, secrets_sealed, authorised_at)
                                select provider, 'nobody', 'active', institution, scopes, ?::jsonb, secrets_sealed, caravan.now()
                                from caravan.connection where id = ? returning id
                                """,
                                row -> row.getObject(1, UUID.class),
                                Rows.written(Rows.JSON.valueToTree(own)),
                                like)
                        .orElseThrow();
        rows.update(
                """
                insert into caravan.token_set (connection_id, generation, access_sealed, refresh_sealed, access_expires_at, refreshed_at)
                select ?, 1, access_sealed, refresh_sealed, caravan.now() + interval '1 hour', caravan.now()
                from caravan.token_set where connection_id = ?
                """,
                nobody,
                like);
        return nobody;
    }

    private Map<String, String> settings(UUID connection) {
        Map<String, String> own = new TreeMap<>();
        database.query(
                        "select key, value from caravan.connection c, jsonb_each_text(c.settings)"
                                + " where c.id = ?",
                        row -> Map.entry(row.getString(1), row.getString(2)),
                        connection)
                .forEach(setting -> own.put(setting.getKey(), setting.getValue()));
        return own;
    }

    private Case described(Rehearsal.Wanted wanted, Provider provider, Map<String, String> own) {
        Map<String, String> shaping = new TreeMap<>();
        provider.settings()
                .forEach(
                        (name, value) -> {
                            if (name.matches(SHAPING) && !value.startsWith("http")) {
                                shaping.put(name, value);
                            }
                        });
        List<String> kinds = new ArrayList<>(wanted.bounds().kinds());
        if (kinds.isEmpty()) {
            provider.settings().keySet().stream()
                    .filter(name -> name.matches("schedule\\.(?!zone$|spread$).+"))
                    .map(name -> name.substring("schedule.".length()))
                    .filter(kind -> !provider.settings().get("schedule." + kind).isBlank())
                    .sorted()
                    .forEach(kinds::add);
        }
        return database.first(
                        "select institution, scopes from caravan.connection where id = ?",
                        row ->
                                new Case(
                                        clock.instant().truncatedTo(ChronoUnit.SECONDS),
                                        new Tryout.Bounds(
                                                kinds,
                                                wanted.bounds().since(),
                                                wanted.bounds().pages(),
                                                wanted.bounds().calls(),
                                                1,
                                                false),
                                        row.getString(1) == null ? "" : row.getString(1),
                                        row.getString(2) == null ? "" : row.getString(2),
                                        shaping,
                                        own),
                        wanted.connection())
                .orElseThrow();
    }

    private static Properties own(Map<String, String> files) {
        Properties own = new Properties();
        try {
            own.load(new StringReader(files.getOrDefault("record.properties", "")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return own;
    }

    private static String readme(Case kept, List<Exchanged> exchanges, Path folder) {
        return """
        # %s

        Recorded by `try --record` on %s: %d exchanges, at most %d pages of a resource. Nobody in it is real: what tells \
        who somebody is was replaced by pseudonyms of the same shape, and what is secret was left out.
        """
                .formatted(
                        folder.getFileName(),
                        kept.recorded().toString().substring(0, 10),
                        exchanges.size(),
                        kept.bounds().pages());
    }
}
