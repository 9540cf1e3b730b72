package dev.caravan.desk;

import dev.caravan.connections.Spans;
import dev.caravan.deploy.Deployer;
import dev.caravan.store.Database;
import dev.caravan.store.Remap;
import dev.caravan.store.Remapped;
import dev.caravan.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * {@code remap}: derives rows again from the payloads that are kept, and shows what would change
 * before anything does. Stateless.
 */
final class RemapCommand implements Command {
    /** Shorter than the launcher waits for an answer. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private static final String KINDS =
            """
            select table_name from information_schema.columns where table_schema = 'caravan'
              and column_name in ('identity', 'raw', 'derivation_id') group by 1 having count(*) = 3 order by 1
            """;

    private final Database database;
    private final Deployer deployer;
    private final Clock clock;

    RemapCommand(Database database, Deployer deployer, Clock clock) {
        this.database = database;
        this.deployer = deployer;
        this.clock = clock;
    }

    @Override
    public Usage usage() {
        return Usage.of(
                "remap <provider> <kind> [--since WHEN] [--connection ID] [--from ID] [--apply]:"
                        + " derives rows of a kind (transaction, account, ...) again from what is"
                        + " kept of them, with the mappings of today, and shows what would change;"
                        + " with --apply it does");
    }

    @Override
    public List<String> choices(String name) {
        return switch (name) {
            case "provider" -> List.copyOf(deployer.running());
            case "kind" -> kinds();
            default -> List.of();
        };
    }

    private List<String> kinds() {
        return database.query(KINDS, row -> row.getString(1));
    }

    @Override
    public Answer run(Arguments arguments) {
        String provider = arguments.get("provider");
        String kind = arguments.get("kind");
        Optional<Store> store =
                deployer.camel(provider)
                        .map(c -> c.getRegistry().lookupByNameAndType("store", Store.class));
        if (store.isEmpty()) {
            return Answer.said(
                    Answer.NOTHING, provider + " does not run: its mappings are not there");
        }
        if (!kinds().contains(kind)) {
            return Answer.said(Answer.NOTHING, "no kind " + kind + ", expected one of " + kinds());
        }
        Remap.Wanted wanted;
        try {
            wanted =
                    new Remap.Wanted(
                            kind,
                            id(arguments.get("connection")),
                            id(arguments.get("from")),
                            since(arguments.get("since")),
                            arguments.has("apply"),
                            arguments.who());
        } catch (IllegalArgumentException | DateTimeParseException e) {
            return Answer.said(
                    Answer.USAGE, "expected " + usage().line() + ", found " + e.getMessage());
        }
        return told(store.get().remap(wanted, patience()), wanted.applies());
    }

    private BooleanSupplier patience() {
        Instant until = clock.instant().plus(LONGEST);
        return () -> clock.instant().isBefore(until) && !Thread.currentThread().isInterrupted();
    }

    private static UUID id(String written) {
        return written == null ? null : UUID.fromString(written);
    }

    /** A day in UTC, or a span back from now by the store's clock. */
    private Instant since(String written) {
        if (written == null) {
            return null;
        }
        if (written.matches("\\d{4}-.*")) {
            return LocalDate.parse(written).atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        return database.first(
                        "select caravan.now()",
                        row -> row.getObject(1, java.time.OffsetDateTime.class).toInstant())
                .orElseThrow()
                .minus(Spans.of(written));
    }

    private static Answer told(Remapped told, boolean applied) {
        Map<String, Answer> parts = new LinkedHashMap<>();
        parts.put(applied ? "columns that changed" : "columns that would change", columns(told));
        parts.put("would be refused", table("reason", "ids", told.refused()));
        parts.put("would be another record", table("reason", "ids", told.rekeyed()));
        parts.put("cannot be derived", table("reason", "ids", told.unread()));
        parts.put("columns that stay as they are", table("column", "ids", told.stuck()));
        boolean barred =
                !told.refused().isEmpty() || !told.rekeyed().isEmpty() || !told.unread().isEmpty();
        int code =
                told.looked() == 0
                        ? Answer.NOTHING
                        : barred || told.stoppedAt() != null ? Answer.TROUBLE : Answer.GOOD;
        return Answer.parts(code, parts, remark(told, applied));
    }

    private static Answer columns(Remapped told) {
        List<List<Object>> rows = new ArrayList<>();
        told.columns()
                .forEach(
                        (key, count) -> {
                            for (int i = 0; i < count.examples().size(); i++) {
                                String[] words = key.split("\n", 2);
                                rows.add(
                                        List.of(
                                                i == 0 ? words[0] : "",
                                                i == 0 ? words[1] : "",
                                                i == 0 ? count.rows() : "",
                                                count.examples().get(i)));
                            }
                        });
        return Answer.table(List.of("mapping", "column", "rows", "example"), rows);
    }

    private static Answer table(String what, String of, Map<String, Remapped.Count> counts) {
        List<List<Object>> rows = new ArrayList<>();
        counts.forEach(
                (key, count) -> {
                    String[] words = key.split("\n", 2);
                    rows.add(
                            List.of(
                                    words[0],
                                    count.rows(),
                                    String.join(" ", count.examples()),
                                    words[1]));
                });
        return Answer.table(List.of("mapping", "rows", of, what), rows);
    }

    private static String remark(Remapped told, boolean applied) {
        if (told.looked() == 0 && told.stoppedAt() == null) {
            return "no row of that kind";
        }
        StringBuilder remark = new StringBuilder();
        remark.append(told.looked()).append(" rows were looked at, ");
        if (applied) {
            remark.append(told.changed()).append(" changed");
            if (told.newer() > 0) {
                remark.append("; ")
                        .append(told.newer())
                        .append(" that a pull wrote meanwhile stay as it wrote them");
            }
        } else {
            remark.append(told.differing()).append(" would change");
            if (told.differing() > 0) {
                remark.append("; nothing was done yet: say it again with --apply");
            }
        }
        if (!told.stuck().isEmpty()) {
            remark.append(
                    "; what was masked or left out of a payload is not there to derive from, and"
                            + " stays until its next pull");
        }
        if (told.stoppedAt() != null) {
            remark.append("; stopped here, go on with --from ").append(told.stoppedAt());
        }
        return remark.toString();
    }
}
