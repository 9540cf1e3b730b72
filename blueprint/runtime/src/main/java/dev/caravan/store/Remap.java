package dev.caravan.store;

import dev.caravan.faults.SetupFault;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * Derives rows of one kind again from the payloads that are kept, connection after connection and a
 * few thousand rows a transaction. It takes no lease and holds no pull up: a row that is written
 * meanwhile stays as it was written. For one thread.
 */
public final class Remap {
    private static final int BATCH = 2_000;

    private final Database database;
    private final String provider;
    private final String settings;
    private final Replays.Mappings mappings;
    private final Map<Group, Way> ways = new HashMap<>();
    private final Remapped told = new Remapped();

    /**
     * @param settings those that mappings may know today, as JSON
     */
    Remap(Database database, String provider, String settings, Replays.Mappings mappings) {
        this.database = database;
        this.provider = provider;
        this.settings = settings;
        this.mappings = mappings;
    }

    /**
     * What to derive.
     *
     * @param connection the only one; null is all of the provider
     * @param from the connection to begin with, as a remap that was stopped named it; null is the
     *     first
     * @param since rows that the provider told before then are left alone; null is none
     * @param applies whether it is written
     */
    public record Wanted(
            String kind, UUID connection, UUID from, Instant since, boolean applies, String who) {}

    /** Rows that were read alike: by one version of a mapping and for one part. */
    private record Group(String file, String version, String part) {}

    /** How rows of a group are derived; without a derivation {@code why} says why not. */
    private record Way(Derivation derivation, String version, String why) {}

    private record Kept(long id, Group group) {}

    Remapped run(Wanted wanted, BooleanSupplier goOn) {
        Table table =
                database.inTransaction(
                        store -> Table.read(store, provider, "remap", wanted.kind()));
        Long run = wanted.applies() ? begun(wanted) : null;
        Map<Group, List<Long>> waiting = new HashMap<>();
        for (UUID connection : connections(wanted)) {
            for (Kept row : rows(table, connection, wanted)) {
                List<Long> ids = waiting.computeIfAbsent(row.group(), none -> new ArrayList<>());
                ids.add(row.id());
                if (ids.size() == BATCH) {
                    if (!goOn.getAsBoolean()) {
                        told.stoppedAt(connection);
                        break;
                    }
                    flush(table, row.group(), waiting.remove(row.group()), run);
                }
            }
            if (told.stoppedAt() == null && !goOn.getAsBoolean()) {
                told.stoppedAt(connection);
            }
            if (told.stoppedAt() != null) {
                break;
            }
        }
        waiting.forEach((group, ids) -> flush(table, group, ids, run));
        if (run != null) {
            ended(run);
        }
        return told;
    }

    private List<UUID> connections(Wanted wanted) {
        return database.query(
                """
                select id from caravan.connection where provider = ? and (?::uuid is null or id = ?) and (?::uuid is null or id >= ?)
                order by id
                """,
                row -> row.getObject(1, UUID.class),
                provider,
                wanted.connection(),
                wanted.connection(),
                wanted.from(),
                wanted.from());
    }

    /** Rows that live; what only was referred to, or is read again anyway, says nothing yet. */
    private List<Kept> rows(Table table, UUID connection, Wanted wanted) {
        return database.query(
                """
                select t.id, r.file, r.version, r.part from caravan.%s t left join caravan.derivation r on r.id = t.derivation_id
                where %s and t.removed_at is null and t.digest is not null
                  and (?::timestamptz is null or coalesce(t.told_at, t.changed_at) >= ?)
                order by t.id
                """
                        .formatted(
                                table.name(),
                                table.scope().equals("connection_id")
                                        ? "t.connection_id = ?"
                                        : "t.account_id in (select a.id from caravan.account a"
                                                + " where a.connection_id = ?)"),
                row ->
                        new Kept(
                                row.getLong("id"),
                                new Group(
                                        row.getString("file"),
                                        row.getString("version"),
                                        row.getString("part"))),
                connection,
                wanted.since(),
                wanted.since());
    }

    private void flush(Table table, Group group, List<Long> ids, Long run) {
        Way way = ways.computeIfAbsent(group, each -> way(table, each));
        if (way.derivation() == null) {
            ids.forEach(id -> told.unread(String.valueOf(group.file()), id, way.why()));
            return;
        }
        Map<Long, String> refused = new HashMap<>();
        List<Derived> derived = new ArrayList<>();
        Derivation.Written written =
                database.patiently(
                        store -> {
                            refused.clear();
                            derived.clear();
                            look(store, way, ids, derived, refused);
                            return run == null ? null : write(store, way, group, derived, run);
                        });
        derived.forEach(row -> told.saw(group.file(), row));
        refused.forEach((id, reason) -> told.refused(group.file(), id, reason));
        if (written != null) {
            told.wrote(written);
        }
    }

    private Way way(Table table, Group group) {
        if (group.file() == null) {
            return new Way(
                    null, null, "an earlier version stored it without a word on how it was read");
        }
        Store.Deployed now;
        try {
            now = mappings.of(table.name(), group.file(), group.part());
        } catch (SetupFault e) {
            return new Way(null, null, e.getMessage());
        }
        return database.inTransaction(
                store -> {
                    List<String> text =
                            Database.query(
                                    store,
                                    "select body from caravan.mapping_text where version = ?",
                                    row -> row.getString(1),
                                    group.version());
                    if (text.isEmpty()) {
                        return new Way(null, null, "the mapping that made it is not known");
                    }
                    try {
                        Mapping then = Mapping.read(store, provider, group.file(), text.get(0), "");
                        return new Way(
                                Derivation.of(store, table, now.part(), then, now.mapping()),
                                now.mapping().version(),
                                null);
                    } catch (SetupFault e) {
                        return new Way(
                                null,
                                null,
                                "the mapping that made it works no more: " + e.getMessage());
                    }
                });
    }

    /** By halves where a record makes its mapping fail, so that the others are told. */
    private void look(
            Connection store,
            Way way,
            List<Long> ids,
            List<Derived> derived,
            Map<Long, String> refused)
            throws SQLException {
        Savepoint before = store.setSavepoint();
        try {
            derived.addAll(way.derivation().look(store, ids, settings));
            store.releaseSavepoint(before);
        } catch (SQLException e) {
            store.rollback(before);
            if (!Rejects.blamesData(String.valueOf(e.getSQLState()))) {
                throw e;
            }
            if (ids.size() == 1) {
                refused.put(ids.get(0), Rejects.reason(e));
            } else {
                int middle = ids.size() / 2;
                look(store, way, ids.subList(0, middle), derived, refused);
                look(store, way, ids.subList(middle, ids.size()), derived, refused);
            }
        }
    }

    private static Derivation.Written write(
            Connection store, Way way, Group group, List<Derived> derived, long run)
            throws SQLException {
        Derivation.Written written =
                way.derivation().write(store, derived.stream().filter(Derived::fits).toList());
        if (written.changed() > 0) {
            Database.update(
                    store,
                    "insert into caravan.remap_batch (remap_id, file, version_was, version) values"
                            + " (?, ?, ?, ?)",
                    run,
                    group.file(),
                    group.version(),
                    way.version());
        }
        return written;
    }

    private long begun(Wanted wanted) {
        return database.first(
                        "insert into caravan.remap_run (provider, kind, connection_id, told_since,"
                                + " who) values (?, ?, ?, ?, ?) returning id",
                        row -> row.getLong(1),
                        provider,
                        wanted.kind(),
                        wanted.connection(),
                        wanted.since(),
                        wanted.who())
                .orElseThrow();
    }

    private void ended(long run) {
        database.update(
                "update caravan.remap_run set ended_at = caravan.now(), looked = ?, changed = ?,"
                        + " refused = ?, newer = ? where id = ?",
                told.looked(),
                told.changed(),
                told.barred(),
                told.newer(),
                run);
    }
}
