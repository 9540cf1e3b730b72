package dev.caravan.payments;

import dev.caravan.payments.PaymentMoves.Move;
import dev.caravan.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * What time alone does to payments: questions come due, what nobody finished is given up, what is
 * long over is forgotten. Each state stands in its statement as a literal, since no partial index
 * fits a parameter. Safe for any number of threads and nodes; all times are database time.
 */
final class Upkeep {
    private final Database database;
    private final String provider;

    Upkeep(Database database, String provider) {
        this.database = database;
        this.provider = provider;
    }

    /** Takes payments whose question is due; a node that dies over one leaves it to the next. */
    List<UUID> due(int most, Duration lease) {
        return database.query(
                """
                update caravan.payment p set polls = polls + 1, next_poll_at = caravan.now() + make_interval(secs => ?)
                from (select id from caravan.payment where provider = ? and next_poll_at <= caravan.now()
                      order by next_poll_at limit ? for update skip locked) due
                where p.id = due.id returning p.id
                """,
                row -> row.getObject(1, UUID.class),
                (double) lease.toSeconds(),
                provider,
                most);
    }

    /** Gives up what its user never came back for, or came back for and nobody sent. */
    void abandon(String late, String alone) {
        database.inTransaction(
                store -> {
                    // a trip that ended this moment may still be on its way to us
                    PaymentMoves.moved(
                            store,
                            "state = 'draft' and exists (select from caravan.journey j where"
                                    + " j.connection_id = caravan.payment.id and j.expires_at <"
                                    + " caravan.now() - interval '2 minutes') and provider = ?",
                            provider,
                            Move.ours("draft", "abandoned", late),
                            "");
                    return PaymentMoves.moved(
                            store,
                            "state = 'authorised' and authorised_at < caravan.now() - interval '5"
                                    + " minutes' and provider = ?",
                            provider,
                            Move.ours("authorised", "abandoned", alone),
                            "");
                });
    }

    /** Finds payments that left and whose answer nobody can hear any more. */
    List<UUID> unheard(String why) {
        return database.inTransaction(
                store ->
                        PaymentMoves.moved(
                                store,
                                "state = 'submitting' and awaited_until < caravan.now() and"
                                        + " provider = ?",
                                provider,
                                Move.ours("submitting", "unknown", why),
                                ""));
    }

    /** Erases tokens, link and intent of payments that are over for so long. */
    void forget(Duration keep) {
        database.inTransaction(store -> forgotten(store, keep));
    }

    private int forgotten(Connection store, Duration keep) throws SQLException {
        return Database.update(
                store,
                """
                with over as (
                  update caravan.payment set intent_sealed = null, link_sealed = null, erased_at = caravan.now()
                  where id in (select id from caravan.payment where provider = ? and erased_at is null
                    and settled_at < caravan.now() - make_interval(secs => ?) limit 1000 for update skip locked)
                  returning id),
                ended as (
                  update caravan.connection c set state = 'revoked' from over
                  where c.id = over.id and c.state in ('pending', 'authorised')),
                refreshes as (delete from caravan.token_refresh t using over where t.connection_id = over.id)
                delete from caravan.token_set t using over where t.connection_id = over.id
                """,
                provider,
                (double) keep.toSeconds());
    }
}
