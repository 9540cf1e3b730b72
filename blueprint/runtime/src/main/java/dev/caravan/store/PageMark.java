package dev.caravan.store;

import dev.caravan.connections.Pull;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.apache.camel.Exchange;

/**
 * What is remembered of the last page of a resource. Storing one page twice in a row changes
 * nothing, so a page that equals the last one to the byte, under the same mapping and context, need
 * not be read at all. Written in the page's transaction; immutable.
 */
record PageMark(byte[] digest, int seen, String oldest, String newest) {

    /** The mark of a resource's last page, or null. */
    static PageMark last(Connection store, Exchange exchange) throws SQLException {
        List<PageMark> found =
                Database.query(
                        store,
                        "select digest, seen, oldest, newest from caravan.page where connection_id"
                                + " = ? and endpoint = ? and account = ?",
                        row ->
                                new PageMark(
                                        row.getBytes(1),
                                        row.getInt(2),
                                        row.getString(3),
                                        row.getString(4)),
                        Pull.of(exchange).connection(),
                        Pull.resource(exchange),
                        Pull.accountKey(exchange));
        return found.isEmpty() ? null : found.get(0);
    }

    /** The result of storing the page once more. */
    PageResult again() {
        return PageResult.known(seen, oldest, newest, null);
    }

    /**
     * Keeps the mark of a page.
     *
     * @param done whether the pull has the whole resource with it
     */
    static void keep(
            Connection store, Exchange exchange, byte[] digest, PageResult page, boolean done)
            throws SQLException {
        Database.update(
                store,
                """
                insert into caravan.page (connection_id, endpoint, account, digest, seen, oldest, newest, pull_id, done, read_at)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, caravan.now())
                on conflict (connection_id, endpoint, account) do update set digest = excluded.digest, seen = excluded.seen,
                  oldest = excluded.oldest, newest = excluded.newest, pull_id = excluded.pull_id, done = excluded.done,
                  read_at = excluded.read_at
                """,
                Pull.of(exchange).connection(),
                Pull.resource(exchange),
                Pull.accountKey(exchange),
                page.rejected() == 0 ? digest : null,
                page.seen(),
                page.oldest(),
                page.newest(),
                Pull.of(exchange).id(),
                done);
    }

    /** Forgets what was read about the row of an exchange: the next page of it is looked at. */
    static void forget(Connection store, Exchange exchange) throws SQLException {
        Database.update(
                store,
                "delete from caravan.page where connection_id = ? and account = ? and account <>"
                        + " '-'",
                Pull.of(exchange).connection(),
                Pull.accountKey(exchange));
    }

    static byte[] digest(long mapping, String context, byte[] body) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            // 2: pages of before V27 are looked at once more, for which kinds they tell
            sha.update(("2 " + mapping + context).getBytes(StandardCharsets.UTF_8));
            return sha.digest(body);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
