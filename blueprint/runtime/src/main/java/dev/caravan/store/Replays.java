package dev.caravan.store;

import dev.caravan.faults.SetupFault;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Sends refused records through the mapping of today, one transaction each, as if their page came
 * once more, and never over what a later pull told. Safe for any number of threads and nodes: the
 * row of the connection is held, as every page holds it.
 */
final class Replays {
    private final Database database;
    private final String provider;
    private final StoreContext context;
    private final String route;
    private final Mappings mappings;

    Replays(
            Database database,
            String provider,
            StoreContext context,
            String route,
            Mappings mappings) {
        this.database = database;
        this.provider = provider;
        this.context = context;
        this.route = route;
        this.mappings = mappings;
    }

    /** The mappings as they are deployed. */
    @FunctionalInterface
    interface Mappings {
        Store.Deployed of(String kind, String file, String part);
    }

    /** A record as it was kept. */
    private record Refused(
            long id,
            UUID connection,
            Long account,
            long pull,
            String page,
            String kind,
            String payload,
            boolean cut,
            String way,
            boolean settled,
            String state,
            boolean accountThere,
            String own) {}

    Replayed replay(long id, String who) {
        Optional<Refused> found = database.inTransaction(store -> read(store, id));
        if (found.isEmpty()) {
            return new Replayed(Replayed.How.MISSING, "no such record of " + provider);
        }
        String barred = barred(found.get());
        if (barred != null) {
            return new Replayed(Replayed.How.REFUSED, barred);
        }
        Way way = Way.read(found.get().way());
        try {
            // deployed before anything is held
            deployed(way.own());
            way.further().forEach(this::deployed);
        } catch (SetupFault e) {
            return new Replayed(Replayed.How.REFUSED, e.getMessage());
        }
        return database.inTransaction(store -> replayed(store, way, id, who));
    }

    private Store.Deployed deployed(Way.Step step) {
        return mappings.of(step.kind(), step.file(), step.part());
    }

    private Optional<Refused> read(Connection store, long id) throws SQLException {
        return Database.query(
                        store,
                        """
                        select r.*, c.state, c.settings::text as own, r.account_id is null
                          or exists (select from caravan.account a where a.id = r.account_id) as account_there
                        from caravan.rejected_record r join caravan.connection c on c.id = r.connection_id
                        where r.id = ? and r.provider = ? for update of c, r
                        """,
                        Replays::refused,
                        id,
                        provider)
                .stream()
                .findFirst();
    }

    private static Refused refused(ResultSet row) throws SQLException {
        long account = row.getLong("account_id");
        return new Refused(
                row.getLong("id"),
                row.getObject("connection_id", UUID.class),
                account == 0 ? null : account,
                row.getLong("pull_id"),
                row.getString("page"),
                row.getString("kind"),
                row.getString("payload"),
                row.getBoolean("payload_cut"),
                row.getString("way"),
                row.getObject("settled_at") != null,
                row.getString("state"),
                row.getBoolean("account_there"),
                row.getString("own"));
    }

    /** Why it cannot even be tried; null where it can. */
    private static String barred(Refused refused) {
        if (refused.settled()) {
            return "it is settled already";
        }
        if (refused.way() == null) {
            return "an earlier version kept it without the way of its page: pull, and it is met"
                    + " again";
        }
        if (refused.cut()) {
            return "long numbers were cut out of it to mask it, and its id may be one: pull, and it"
                    + " is met again";
        }
        if (refused.state().equals("revoked")) {
            return "its connection was ended: nothing is added to it";
        }
        return refused.accountThere() ? null : "its account is not there any more";
    }

    private Replayed replayed(Connection store, Way way, long id, String who) throws SQLException {
        Optional<Refused> held = read(store, id);
        String barred = held.isEmpty() ? "it was erased meanwhile" : barred(held.get());
        if (barred != null) {
            return new Replayed(Replayed.How.REFUSED, barred);
        }
        Refused refused = held.get();
        if (way.whole() && toldWithout(store, way, refused)) {
            return settled(store, refused, who, Replayed.How.SUPERSEDED);
        }
        Savepoint before = store.setSavepoint();
        try {
            List<String> identities =
                    run(store, way, refused, PageStatement.Mode.PAGE).identities();
            store.rollback(before);
            if (identities.isEmpty()) {
                return again(store, refused, "00000", "its mapping makes no row of it");
            }
            if (newer(store, way, refused, identities)) {
                return settled(store, refused, who, Replayed.How.NEWER);
            }
            run(store, way, refused, PageStatement.Mode.MERGE);
            kept(store, way, refused);
            return settled(store, refused, who, Replayed.How.STORED);
        } catch (SQLException e) {
            store.rollback(before);
            if (!Rejects.blamesData(String.valueOf(e.getSQLState()))) {
                throw e;
            }
            return again(store, refused, e.getSQLState(), Rejects.reason(e));
        }
    }

    /** Whether a later pull was told the whole set, without this record or with it in good form. */
    private static boolean toldWithout(Connection store, Way way, Refused refused)
            throws SQLException {
        return !Database.query(
                        store,
                        "select 1 from caravan.page where connection_id = ? and endpoint = ? and"
                                + " account = ? and done and pull_id > ?",
                        row -> 1,
                        refused.connection(),
                        way.resource(),
                        way.accountKey(),
                        refused.pull())
                .isEmpty();
    }

    /** Whether a later pull wrote a row of its identity, or took it away. */
    private boolean newer(Connection store, Way way, Refused refused, List<String> identities)
            throws SQLException {
        Table table = deployed(way.own()).table();
        return !Database.query(
                        store,
                        "select 1 from caravan.%s t where t.identity = any (?) and t.pull_id > ? and %s"
                                .formatted(
                                        table.name(),
                                        table.scope().equals("connection_id")
                                                ? "t.connection_id = ?"
                                                : "t.account_id in (select a.id from"
                                                        + " caravan.account a where a.connection_id"
                                                        + " = ?)"
                                                        + (refused.account() == null
                                                                ? ""
                                                                : " and t.account_id = "
                                                                        + refused.account())),
                        row -> 1,
                        store.createArrayOf("text", identities.toArray()),
                        refused.pull(),
                        refused.connection())
                .isEmpty();
    }

    /** What else its page told is only made known where it is missing: it may be newer by now. */
    private PageResult run(Connection store, Way way, Refused refused, PageStatement.Mode mode)
            throws SQLException {
        for (Way.Step step : way.further()) {
            if (step.stub()) {
                run(store, way, step, refused, PageStatement.Mode.STUB);
            }
        }
        PageResult result = run(store, way, way.own(), refused, mode);
        for (Way.Step step : way.further()) {
            if (!step.stub()) {
                run(store, way, step, refused, PageStatement.Mode.STUB);
            }
        }
        return result;
    }

    private PageResult run(
            Connection store, Way way, Way.Step step, Refused refused, PageStatement.Mode mode)
            throws SQLException {
        Store.Deployed deployed = deployed(step);
        return deployed.statement()
                .run(
                        store,
                        ("[" + refused.payload() + "]").getBytes(StandardCharsets.UTF_8),
                        new PageStatement.Scope(
                                deployed.table().scope().equals("account_id")
                                        ? refused.account()
                                        : refused.connection(),
                                refused.connection(),
                                context.again(way.context(), step.part(), refused.own()),
                                new String[] {""},
                                new String[0],
                                step.value(),
                                "{}",
                                refused.pull()),
                        mode);
    }

    /** What a page that changes rows leaves beside them. */
    private void kept(Connection store, Way way, Refused refused) throws SQLException {
        Store.Deployed deployed = deployed(way.own());
        if (deployed.table().name().equals(Settlement.KIND) && refused.account() != null) {
            Settlement.link(store, refused.account(), refused.pull());
        }
        // the next page of the resource is looked at, be it equal to the last one or not
        Database.update(
                store,
                "update caravan.page set digest = null where connection_id = ? and endpoint = ? and"
                        + " account = ?",
                refused.connection(),
                way.resource(),
                way.accountKey());
        StoredPage.keepReplayed(
                store,
                new StoredPage.Asked(
                        refused.connection(),
                        refused.pull(),
                        refused.kind(),
                        way.resource(),
                        way.accountKey(),
                        refused.page()),
                StoredPage.Read.of(deployed),
                route);
    }

    private static Replayed settled(Connection store, Refused refused, String who, Replayed.How how)
            throws SQLException {
        Database.update(
                store,
                "update caravan.rejected_record set settled_at = caravan.now(), settled_how = ?,"
                        + " settled_by = ? where id = ?",
                how.word(),
                who,
                refused.id());
        return new Replayed(how, how.sentence());
    }

    private static Replayed again(Connection store, Refused refused, String state, String reason)
            throws SQLException {
        Database.update(
                store,
                "update caravan.rejected_record set reason = ?, sqlstate = ?, replays = replays + 1"
                        + " where id = ?",
                reason,
                state,
                refused.id());
        return new Replayed(Replayed.How.REFUSED, reason);
    }
}
