package dev.caravan.desk;

import dev.caravan.connections.Tryout;
import dev.caravan.deploy.Deployer;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.rehearsal.Recording;
import dev.caravan.rehearsal.Rehearsal;
import dev.caravan.rehearsal.Report;
import dev.caravan.store.Database;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * {@code try}: one pull with the provider's folder as it is on disk, or with another one, whose
 * rows nobody keeps. Stateless.
 */
final class TryCommand implements Command {
    private static final int LONGEST = 300;

    private final Rehearsal rehearsal;
    private final Recording recording;
    private final Deployer deployer;
    private final ProviderFolders folders;
    private final Database database;

    TryCommand(Database database, Deployer deployer, ProviderFolders folders, Clock clock) {
        this.rehearsal = new Rehearsal(database, deployer);
        this.recording = new Recording(database, deployer, clock);
        this.deployer = deployer;
        this.folders = folders;
        this.database = database;
    }

    @Override
    public Usage usage() {
        return Usage.of(
                "try <provider> [--connection ID] [--files FOLDER] [--kinds A,B] [--since DATE]"
                    + " [--max-pages N] [--max-calls N] [--rows N] [--seconds N] [--post] [--record"
                    + " CASE]: one pull that stores nothing, with the files on disk or those of a"
                    + " folder: what is asked, what comes, what it becomes and what would change;"
                    + " its calls are real");
    }

    @Override
    public List<String> choices(String name) {
        return name.equals("provider") ? List.copyOf(deployer.running()) : List.of();
    }

    @Override
    public Answer run(Arguments arguments) {
        String provider = arguments.get("provider");
        Map<String, String> files = new TreeMap<>(folders.files(provider));
        if (arguments.has("files")) {
            Path folder = Path.of(arguments.get("files")).toAbsolutePath().normalize();
            if (!Files.isDirectory(folder)) {
                return Answer.said(Answer.NOTHING, "no folder at " + folder);
            }
            files.putAll(ProviderFolders.read(folder));
        }
        if (files.isEmpty()) {
            return Answer.said(Answer.NOTHING, "there is no provider " + provider);
        }
        UUID connection = connection(provider, arguments.get("connection"));
        if (connection == null) {
            return Answer.said(
                    Answer.NOTHING, "no connection of " + provider + " works; connect one first");
        }
        int rows;
        Tryout.Bounds bounds;
        Duration patience;
        try {
            rows = number(arguments, "rows", 5, 1_000);
            bounds =
                    new Tryout.Bounds(
                            kinds(arguments.get("kinds", "")),
                            arguments.has("since") ? LocalDate.parse(arguments.get("since")) : null,
                            number(arguments, "max-pages", 3, 10_000),
                            number(arguments, "max-calls", 40, 10_000),
                            rows,
                            arguments.has("post"));
            patience = Duration.ofSeconds(number(arguments, "seconds", 45, LONGEST));
        } catch (DateTimeParseException | NumberFormatException e) {
            return Answer.said(
                    Answer.USAGE, "expected " + usage().line() + ", found " + e.getMessage());
        }
        Rehearsal.Wanted wanted =
                new Rehearsal.Wanted(provider, files, connection, bounds, patience);
        String name = arguments.get("record");
        if (name != null && !name.matches("[a-z0-9][a-z0-9-]{0,60}")) {
            return Answer.said(
                    Answer.USAGE, "expected --record such-a-name, found --record " + name);
        }
        Report report =
                name == null
                        ? rehearsal.of(wanted)
                        : recording.to(
                                wanted,
                                folders.overrides(provider).resolve("contract").resolve(name));
        return TriedAnswer.of(report, rows);
    }

    private static List<String> kinds(String written) {
        return Arrays.stream(written.split("[\\s,]+")).filter(kind -> !kind.isEmpty()).toList();
    }

    private static int number(Arguments arguments, String name, int otherwise, int most) {
        int number = Integer.parseInt(arguments.get(name, String.valueOf(otherwise)));
        if (number < 1 || number > most) {
            throw new NumberFormatException("--" + name + " " + number + ", not 1 to " + most);
        }
        return number;
    }

    /** The one that was asked for, else one that works, the least recently pulled last. */
    private UUID connection(String provider, String asked) {
        List<Object> values = new ArrayList<>(List.of(provider));
        if (asked != null) {
            values.add(asked);
        }
        return database
                .query(
                        "select id from caravan.connection where "
                                + (asked == null
                                        ? "provider = ? and state in ('active', 'expiring') and"
                                                + " kind = 'data'"
                                        : "provider = ? and id = ?::uuid")
                                + " order by (lease_until > caravan.now()) is true, paused_until is"
                                + " not null, last_ok_at desc nulls last, id limit 1",
                        row -> row.getObject(1, UUID.class),
                        values.toArray())
                .stream()
                .findFirst()
                .orElse(null);
    }
}
