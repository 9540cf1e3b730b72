package dev.caravan.desk;

import dev.caravan.deploy.Deployer;
import dev.caravan.deploy.LocalFile;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.faults.StoreFault;
import dev.caravan.store.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code doctor}: looks at everything that commonly goes wrong and says of each how it is and what
 * to do. It changes nothing. Stateless.
 */
final class DoctorCommand implements Command {
    private static final Duration SKEW = Duration.ofSeconds(5);
    private static final long LEAST_FREE = 1L << 30;
    private static final Set<PosixFilePermission> OTHERS =
            EnumSet.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE);

    private final Database database;
    private final Deployer deployer;
    private final ProviderFolders folders;
    private final Path etc;
    private final Path data;
    private final Clock clock;

    DoctorCommand(
            Database database,
            Deployer deployer,
            ProviderFolders folders,
            Path etc,
            Path data,
            Clock clock) {
        this.database = database;
        this.deployer = deployer;
        this.folders = folders;
        this.etc = etc;
        this.data = data;
        this.clock = clock;
    }

    @Override
    public Usage usage() {
        return Usage.of("doctor: looks at what commonly goes wrong, and says what to do");
    }

    private static final class Findings {
        private final List<List<Object>> rows = new ArrayList<>();
        private int bad;

        private void add(boolean good, String what, String found, String todo) {
            rows.add(List.of(good ? "good" : "bad", what, good ? found : found + "; " + todo));
            bad += good ? 0 : 1;
        }
    }

    @Override
    public Answer run(Arguments arguments) {
        Findings findings = new Findings();
        try {
            findings.add(true, "store", "PostgreSQL " + text("show server_version"), "");
            store(findings);
            work(findings);
            paused(findings);
        } catch (StoreFault e) {
            findings.add(false, "store", e.getMessage(), "see docs/errors.md");
        }
        providers(findings);
        files(findings);
        disk(findings);
        return new Answer(
                findings.bad == 0 ? Answer.GOOD : Answer.TROUBLE,
                List.of("is", "what", "found"),
                findings.rows,
                findings.bad == 0 ? "all is well" : findings.bad + " to look at");
    }

    private void store(Findings findings) {
        for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
            String value = text("select current_setting('" + setting + "')");
            findings.add(
                    value.equals("on"),
                    setting,
                    value,
                    "a crash of the machine may lose what was acknowledged");
        }
        Instant there =
                database.first(
                                "select clock_timestamp()",
                                row -> row.getObject(1, OffsetDateTime.class).toInstant())
                        .orElseThrow();
        Duration skew = Duration.between(there, clock.instant()).abs();
        findings.add(
                skew.compareTo(SKEW) < 0,
                "clock",
                "differs from the store's by " + skew.toMillis() + " ms",
                "set it by NTP; signatures are refused by their time");
    }

    private void work(Findings findings) {
        counted(
                findings,
                "consents",
                "select count(*) from caravan.connection where state in ('expired',"
                        + " 'reauth_required')",
                "connections whose user has to come again",
                "consents, and send a link");
        counted(
                findings,
                "dead letters",
                "select count(*) from caravan.inbox where state = 'dead'",
                "webhook events that failed for good",
                "inbox --state dead, mend the cause, replay");
        counted(
                findings,
                "unknown payments",
                "select count(*) from caravan.payment where state = 'unknown' or state in"
                        + " ('submitted', 'pending') and next_poll_at is null",
                "payments that nobody asks for any more",
                "look at the bank, then POST /payments/{id}/resolve");
        counted(
                findings,
                "broken days",
                "select count(*) from caravan.recheck where mended_at is null and next_at is null"
                        + " and times > 0",
                "days that were read again as often as proof.again says and do not add up",
                "ledger.balance_proof says between which balances; ask the provider");
        counted(
                findings,
                "rejected records",
                "select count(*) from caravan.rejected_record where last_seen_at > caravan.now() -"
                        + " interval '1 day' and settled_at is null",
                "refused in a day",
                "rejects, mend the mapping, then rejects ID --replay");
        counted(
                findings,
                "stopped providers",
                "select count(*) from caravan.provider where stopped_at is not null",
                "whose credentials were refused",
                "mend the secret; a save of the cfg lifts the stop");
        counted(
                findings,
                "late pulls",
                "select count(*) from caravan.task t join caravan.connection c on c.id ="
                        + " t.connection_id where t.kind = 'pull' and t.due_at < caravan.now() -"
                        + " interval '15 minutes' and c.state in ('active', 'expiring') and"
                        + " coalesce(c.paused_until < caravan.now(), true) and not exists (select"
                        + " from ledger.hold h where h.provider = c.provider and h.stands and"
                        + " coalesce(h.connection_id, c.id) = c.id)",
                "due for a quarter of an hour",
                "status; raise pull.parallel, or add a node");
    }

    /** Wanted by somebody, so nothing bad; but nobody should forget it. */
    private void paused(Findings findings) {
        database.query(
                        "select concat_ws(' ', coalesce('connection ' || connection_id, 'all of"
                            + " it'), 'since', date_trunc('second', held_at), 'by', held_by, 'until"
                            + " ' || date_trunc('second', held_until)) || coalesce(': ' || why,"
                            + " ''), provider from ledger.hold where stands order by held_at limit"
                            + " 20",
                        row -> List.of(row.getString(1), row.getString(2)))
                .forEach(
                        hold -> findings.add(true, "paused", hold.get(1) + ": " + hold.get(0), ""));
    }

    private void counted(Findings findings, String what, String sql, String of, String todo) {
        String count = text(sql);
        findings.add(count.equals("0"), what, count + " " + of, todo);
    }

    private String text(String sql) {
        return database.first(sql, row -> row.getString(1)).orElse("");
    }

    private void providers(Findings findings) {
        deployer.refusals()
                .forEach((name, why) -> findings.add(false, name, why, "validate, then save"));
        deployer.idle()
                .forEach(
                        (name, key) ->
                                findings.add(true, name, "idle: setting " + key + " is empty", ""));
        deployer.running().stream()
                .filter(name -> !deployer.refusals().containsKey(name))
                .forEach(name -> findings.add(true, name, "runs", ""));
        folders.names().forEach(name -> local(findings, name));
    }

    private void local(Findings findings, String provider) {
        folders.local(provider).stream()
                .filter(LocalFile::behind)
                .forEach(
                        file ->
                                findings.add(
                                        false,
                                        "routes/" + provider + "/" + file.name(),
                                        file.says(),
                                        file.edited()
                                                ? "diff "
                                                        + provider
                                                        + ", take over what is new, then edit "
                                                        + provider
                                                        + " "
                                                        + file.name()
                                                        + " --merged"
                                                : "delete it to follow the shipped one"));
    }

    private void files(Findings findings) {
        List<Path> open = new ArrayList<>();
        for (Path folder : List.of(etc, etc.resolve("secrets"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(Files::isRegularFile)
                        .filter(file -> !file.endsWith("README"))
                        .filter(
                                file ->
                                        folder.endsWith("secrets")
                                                || file.toString().matches(".*\\.(key|pgpass)"))
                        .filter(DoctorCommand::othersMayRead)
                        .forEach(open::add);
            } catch (IOException e) {
                // no such folder: nothing in it is open
            }
        }
        findings.add(
                open.isEmpty(),
                "secret files",
                open.isEmpty() ? "readable by their owner only" : open + " can be read by others",
                "chmod 600");
    }

    private static boolean othersMayRead(Path file) {
        try {
            return Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private void disk(Findings findings) {
        long free = data.toFile().getUsableSpace();
        findings.add(
                free > LEAST_FREE,
                "disk",
                (free >> 20) + " MiB free where the data is",
                "make room: a full store refuses webhooks and pauses pulls");
    }
}
