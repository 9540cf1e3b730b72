package dev.caravan.store;

import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the store to this version's shape, forward only, each migration whole or not at all. Any
 * number of nodes may call it at once: Flyway takes an advisory lock and the later ones find
 * nothing to do. A newer store is left as it is, and is refused where it says that this version is
 * too old for it.
 */
public final class Migrations {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
    private static final int OLDEST = 160_000;

    private final Database database;
    private final int oldest;
    private final MigrationVersion target;

    public Migrations(Database database) {
        this(database, OLDEST, MigrationVersion.LATEST);
    }

    private Migrations(Database database, int oldest, MigrationVersion target) {
        this.database = database;
        this.oldest = oldest;
        this.target = target;
    }

    /** As if nothing older than this server would do. */
    static Migrations on(Database database, int oldest) {
        return new Migrations(database, oldest, MigrationVersion.LATEST);
    }

    /** The migrations of an older Caravan, which knew those up to a version. */
    public static Migrations upTo(Database database, String version) {
        return new Migrations(database, OLDEST, MigrationVersion.fromVersion(version));
    }

    /**
     * @throws SetupFault where the server is older than PostgreSQL 16, or the store is of a newer
     *     Caravan beside which this one cannot run
     * @throws dev.caravan.faults.StoreFault where it cannot be reached
     */
    public void run() {
        int version =
                database.inTransaction(
                        connection ->
                                Database.query(
                                                connection,
                                                "select current_setting('server_version_num')::int",
                                                row -> row.getInt(1))
                                        .get(0));
        if (version < oldest) {
            throw new SetupFault(
                    new Fault.Account(
                            "CARAVAN-STORE-OLD",
                            "store",
                            "expected PostgreSQL 16 or later,",
                            "found version number " + version,
                            "upgrade the server; nothing was changed in it",
                            null));
        }
        Flyway flyway =
                Flyway.configure(Migrations.class.getClassLoader())
                        .dataSource(database.dataSource())
                        .locations("classpath:db/migration")
                        .schemas("caravan")
                        .defaultSchema("caravan")
                        .createSchemas(true)
                        .table("migration")
                        .initSql("set search_path to caravan")
                        .target(target)
                        .load();
        refuseNewer(newest(flyway));
        boolean moved = flyway.migrate().migrationsExecuted > 0;
        database.inTransaction(connection -> settle(connection, moved)).ifPresent(LOG::warn);
    }

    /** What a shape that may be new asks for; why the publication is not kept, where it is not. */
    private static Optional<String> settle(Connection connection, boolean moved)
            throws SQLException {
        if (!has(connection, "caravan.promise")) {
            return Optional.empty();
        }
        Database.update(
                connection,
                "update caravan.promise set software = ?, migrated_at = caravan.now() where ? or"
                        + " software is null",
                Version.software(),
                moved);
        String why =
                Database.query(connection, "select caravan.publish()", row -> row.getString(1))
                        .get(0);
        return Optional.ofNullable(why)
                .map(
                        reason ->
                                "CARAVAN-STORE-PUBLICATION store: the publication caravan_changes"
                                        + " is not kept up to date: "
                                        + reason
                                        + "; logical readers lack it or a new kind of record,"
                                        + " everything else works");
    }

    private static boolean has(Connection connection, String table) throws SQLException {
        return Database.query(
                        connection,
                        "select to_regclass(?) is not null",
                        row -> row.getBoolean(1),
                        table)
                .get(0);
    }

    /** The newest version that this Caravan knows. */
    private int newest(Flyway flyway) {
        return Stream.of(flyway.info().all())
                .filter(known -> known.getState().isResolved())
                .map(MigrationInfo::getVersion)
                // the making of the schema itself has none
                .filter(version -> version != null && version.compareTo(target) <= 0)
                .mapToInt(version -> version.getMajor().intValue())
                .max()
                .orElse(0);
    }

    private void refuseNewer(int newest) {
        Integer needed = database.inTransaction(Migrations::needed);
        if (needed > newest) {
            throw new SetupFault(
                    new Fault.Account(
                            "CARAVAN-STORE-NEW",
                            "store",
                            "expected a store that version " + newest + " of its schema can use,",
                            "found one at " + version() + " that needs " + needed + " or later",
                            "start the newer Caravan again, or go back with the backup from before"
                                    + " its first start; nothing was changed in it",
                            null));
        }
    }

    /** The version that a node must know to run here; 0 where the store does not say. */
    private static int needed(Connection connection) throws SQLException {
        return has(connection, "caravan.compatibility")
                ? Database.query(
                                connection,
                                "select oldest from caravan.compatibility",
                                row -> row.getInt(1))
                        .get(0)
                : 0;
    }

    /** The version the store is at, for example {@code 2}. */
    public String version() {
        return database.inTransaction(Migrations::latest);
    }

    private static String latest(Connection connection) throws SQLException {
        return Database.query(
                        connection,
                        "select version from caravan.migration where success order by"
                                + " installed_rank desc limit 1",
                        row -> row.getString(1))
                .get(0);
    }
}
