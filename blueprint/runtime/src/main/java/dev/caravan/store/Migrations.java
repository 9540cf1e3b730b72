package dev.caravan.store;

import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import java.sql.Connection;
import org.flywaydb.core.Flyway;

/**
 * Brings the store to this version's shape, forward only. Any number of nodes may call it at once:
 * Flyway takes an advisory lock and the later ones find nothing to do.
 */
public final class Migrations {
    private static final int OLDEST = 160_000;

    private final Database database;
    private final int oldest;

    public Migrations(Database database) {
        this(database, OLDEST);
    }

    Migrations(Database database, int oldest) {
        this.database = database;
        this.oldest = oldest;
    }

    /**
     * @throws SetupFault where the server is older than PostgreSQL 16
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
        Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(database.dataSource())
                .locations("classpath:db/migration")
                .schemas("caravan")
                .defaultSchema("caravan")
                .createSchemas(true)
                .table("migration")
                .initSql("set search_path to caravan")
                .load()
                .migrate();
    }

    /** The version the store is at, for example {@code 2}. */
    public String version() {
        return database.inTransaction(Migrations::latest);
    }

    private static String latest(Connection connection) throws java.sql.SQLException {
        return Database.query(
                        connection,
                        "select version from caravan.migration where success order by"
                                + " installed_rank desc limit 1",
                        row -> row.getString(1))
                .get(0);
    }
}
