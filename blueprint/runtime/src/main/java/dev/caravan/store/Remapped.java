package dev.caravan.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What deriving rows again came to, counted as it goes. For one thread; whoever gets it afterwards
 * only reads.
 */
public final class Remapped {
    private static final int EXAMPLES = 3;

    private final Map<String, Count> columns = new TreeMap<>();
    private final Map<String, Count> refused = new TreeMap<>();
    private final Map<String, Count> rekeyed = new TreeMap<>();
    private final Map<String, Count> stuck = new TreeMap<>();
    private final Map<String, Count> unread = new TreeMap<>();
    private long looked;
    private long differing;
    private long changed;
    private long newer;
    private UUID stoppedAt;

    /** How many, and the first few. */
    public static final class Count {
        private long rows;
        private final List<String> examples = new ArrayList<>();

        private void add(String example) {
            rows++;
            if (examples.size() < EXAMPLES) {
                examples.add(example);
            }
        }

        public long rows() {
            return rows;
        }

        public List<String> examples() {
            return List.copyOf(examples);
        }
    }

    void saw(String file, Derived row) {
        looked++;
        switch (row.fate()) {
            case LOST ->
                    count(unread, file + "\nwhat is kept of it does not make the row again", row);
            case DROPPED -> count(refused, file + "\nits mapping makes no row of it", row);
            case REKEYED -> count(rekeyed, file + "\nit would be another record", row);
            default -> fits(file, row);
        }
    }

    private void fits(String file, Derived row) {
        row.stuck().forEach(column -> count(stuck, file + "\n" + column.asText(), row));
        if (row.reason() != null) {
            count(refused, file + "\n" + row.reason(), row);
            return;
        }
        if (row.differs()) {
            differing++;
        }
        row.changes()
                .fields()
                .forEachRemaining(
                        each ->
                                columns.computeIfAbsent(
                                                file + "\n" + each.getKey(), none -> new Count())
                                        .add(said(row, each.getKey())));
    }

    private static String said(Derived row, String column) {
        return column.equals("raw")
                ? row.id() + ": differs"
                : row.id()
                        + ": "
                        + row.was().path(column).asText()
                        + " -> "
                        + row.changes().path(column).asText();
    }

    private static void count(Map<String, Count> into, String what, Derived row) {
        into.computeIfAbsent(what, none -> new Count()).add(String.valueOf(row.id()));
    }

    void refused(String file, long id, String reason) {
        looked++;
        refused.computeIfAbsent(file + "\n" + reason, none -> new Count()).add(String.valueOf(id));
    }

    void unread(String file, long id, String why) {
        looked++;
        unread.computeIfAbsent(file + "\n" + why, none -> new Count()).add(String.valueOf(id));
    }

    void wrote(Derivation.Written written) {
        changed += written.changed();
        newer += written.newer();
    }

    void stoppedAt(UUID connection) {
        stoppedAt = connection;
    }

    /** Mapping and column, with a line break between them, to how many rows change. */
    public Map<String, Count> columns() {
        return columns;
    }

    /** Mapping and reason to rows that do not fit; they stay as they are. */
    public Map<String, Count> refused() {
        return refused;
    }

    /** Mapping and reason to rows that would become other records; they stay as they are. */
    public Map<String, Count> rekeyed() {
        return rekeyed;
    }

    /** Mapping and column to rows whose kept payload does not give it again; it stays. */
    public Map<String, Count> stuck() {
        return stuck;
    }

    /** Mapping and reason to rows that cannot be derived at all; they stay as they are. */
    public Map<String, Count> unread() {
        return unread;
    }

    public long looked() {
        return looked;
    }

    /** Rows that would say something else. */
    public long differing() {
        return differing;
    }

    /** Rows that were written with another value. */
    public long changed() {
        return changed;
    }

    /** Rows that a pull wrote meanwhile, which stays. */
    public long newer() {
        return newer;
    }

    /** The connection to go on with; null where it came to the end. */
    public UUID stoppedAt() {
        return stoppedAt;
    }

    long barred() {
        return java.util.stream.Stream.of(refused, rekeyed, unread)
                .flatMap(each -> each.values().stream())
                .mapToLong(Count::rows)
                .sum();
    }
}
