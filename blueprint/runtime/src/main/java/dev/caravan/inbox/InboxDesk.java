package dev.caravan.inbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.caravan.store.Database;

/**
 * What operators see and do of the inbox: lists, and replays. It never shows a body. Safe for any
 * number of threads.
 */
public final class InboxDesk {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST = 1_000;
    private static final int USUAL = 100;

    private static final String REPLAY =
            """
            with again as (
              update caravan.inbox set state = 'new', attempts = 0, next_at = caravan.now(), done_at = null
              where %s returning connection_id, provider),
            due as (
              insert into caravan.task as t (connection_id, kind, provider, due_at)
              select distinct connection_id, 'webhook', provider, caravan.now() from again
              on conflict (connection_id, kind) do update set due_at = excluded.due_at, pull_id = null)
            select count(*) from again
            """;

    private final Database database;

    public InboxDesk(Database database) {
        this.database = database;
    }

    /**
     * Events, the oldest first.
     *
     * @param provider empty is any
     * @param state empty is any
     * @param after only events after the one of this number; empty is from the first
     * @param most how many, at most 1000; empty is 100
     */
    public ArrayNode list(String provider, String state, String after, String most) {
        ArrayNode events = JSON.createArrayNode();
        int limit = most.matches("\\d{1,6}") ? Math.min(MOST, Integer.parseInt(most)) : USUAL;
        long from = after.matches("\\d{1,18}") ? Long.parseLong(after) : 0;
        database.query(
                        """
                        select to_jsonb(e)::text from ledger.inbox e
                        where (? = '' or e.provider = ?) and (? = '' or e.state = ?) and e.event_id > ?
                        order by e.event_id limit ?
                        """,
                        row -> row.getString(1),
                        provider,
                        provider,
                        state,
                        state,
                        from,
                        limit)
                .forEach(
                        event ->
                                events.addRawValue(
                                        new com.fasterxml.jackson.databind.util.RawValue(event)));
        return events;
    }

    /** The webhook of each connection that has one, and whether it comes through. */
    public ArrayNode webhooks(String provider) {
        ArrayNode webhooks = JSON.createArrayNode();
        database.query(
                        "select to_jsonb(w)::text from ledger.webhook w where ? = '' or provider ="
                                + " ? order by provider, connection_id limit ?",
                        row -> row.getString(1),
                        provider,
                        provider,
                        MOST)
                .forEach(
                        webhook ->
                                webhooks.addRawValue(
                                        new com.fasterxml.jackson.databind.util.RawValue(webhook)));
        return webhooks;
    }

    /** One event anew; its place in the order of its entity stays. */
    public int replay(long id) {
        return database.first(REPLAY.formatted("id = ?"), row -> row.getInt(1), id).orElse(0);
    }

    /** All events of a state anew. */
    public int replay(String provider, String state) {
        return database.first(
                        REPLAY.formatted("(? = '' or provider = ?) and state = ?"),
                        row -> row.getInt(1),
                        provider,
                        provider,
                        state)
                .orElse(0);
    }
}
