package dev.caravan.inbox;

import dev.caravan.store.Database;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** The statements that store events and make them due. Safe for any number of threads. */
final class ArrivalRows {
    /**
     * One statement, so one trip and one commit; an address that has ended meanwhile takes nothing.
     */
    private static final String INSERT =
            """
            with given as materialized (
              select a.*, a.address is null or exists (select from caravan.webhook w
                where w.id = a.address and (w.ends_at is null or w.ends_at > caravan.now())) as good
              from unnest(?::text[], ?::uuid[], ?::bigint[], ?::bytea[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::bytea[]) with ordinality
                a (provider, connection_id, address, event_key, type, entity, source, headers, body, body_hash, nth)),
            fresh as (
              insert into caravan.inbox (provider, connection_id, event_key, type, entity, source, headers, body, body_hash)
              select provider, connection_id, event_key, type, entity, source, headers::jsonb, body, body_hash
              from given where good order by nth
              on conflict (connection_id, event_key) do nothing
              returning connection_id, event_key)
            select null::bigint as nth, connection_id, event_key from fresh
            union all select nth, null, null from given where not good
            """;

    private static final String NUDGE =
            """
            update caravan.task set due_at = caravan.now(), pull_id = null
            where connection_id = any (?::uuid[]) and kind = 'webhook' and (due_at is null or due_at > caravan.now())
              and exists (select from caravan.connection c where c.id = connection_id and c.state in ('active', 'expiring'))
            """;

    private final Database database;

    ArrivalRows(Database database) {
        this.database = database;
    }

    /** A row of the answer: an address that has ended, or an event that is new. */
    private record Told(int ended, UUID connection, byte[] key) {}

    /** Stores events and commits; tells of each what became of it. */
    Arrivals.Kept[] insert(List<Arrival> batch) {
        List<Told> told =
                database.query(
                        INSERT,
                        row ->
                                new Told(
                                        row.getInt(1),
                                        row.getObject(2, UUID.class),
                                        row.getBytes(3)),
                        texts(batch, Arrival::provider),
                        texts(batch, each -> each.connection().toString()),
                        batch.stream().map(Arrival::address).toArray(Long[]::new),
                        batch.stream().map(Arrival::key).toArray(byte[][]::new),
                        texts(batch, Arrival::type),
                        texts(batch, Arrival::entity),
                        texts(batch, Arrival::source),
                        texts(batch, Arrival::headers),
                        texts(batch, Arrival::body),
                        batch.stream().map(Arrival::hash).toArray(byte[][]::new));
        Arrivals.Kept[] kept = new Arrivals.Kept[batch.size()];
        Arrays.fill(kept, Arrivals.Kept.DUPLICATE);
        List<Told> fresh = new ArrayList<>();
        for (Told each : told) {
            if (each.key() == null) {
                kept[each.ended() - 1] = Arrivals.Kept.ENDED;
            } else {
                fresh.add(each);
            }
        }
        mark(batch, fresh, kept);
        return kept;
    }

    /** New rows come back in the order they were given; of equal ones the first is the new one. */
    private static void mark(List<Arrival> batch, List<Told> fresh, Arrivals.Kept[] kept) {
        int next = 0;
        for (int i = 0; i < kept.length && next < fresh.size(); i++) {
            Arrival given = batch.get(i);
            Told row = fresh.get(next);
            if (kept[i] != Arrivals.Kept.ENDED
                    && given.connection().equals(row.connection())
                    && Arrays.equals(given.key(), row.key())) {
                kept[i] = Arrivals.Kept.NEW;
                next++;
            }
        }
    }

    private static String[] texts(List<Arrival> batch, Function<Arrival, String> of) {
        return batch.stream().map(of).toArray(String[]::new);
    }

    /**
     * Makes connections' events due, after the commit: a claim that is under way then either sees
     * the event or is told to look again. What a kill leaves undone here the sweep of the verb
     * makes up.
     */
    void nudge(Collection<UUID> connections) {
        database.update(
                NUDGE, (Object) connections.stream().map(UUID::toString).toArray(String[]::new));
    }
}
