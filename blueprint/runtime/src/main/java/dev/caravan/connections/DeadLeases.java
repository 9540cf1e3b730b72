package dev.caravan.connections;

import dev.caravan.store.Database;
import java.util.List;

/**
 * Frees what a killed process of this host still holds, so that a restart goes on at once and need
 * not wait until the leases run out. Safe at any time: a holder that lives after all is fenced by
 * the epoch of the next claim.
 */
public final class DeadLeases {
    private final Database database;
    private final String node;

    /**
     * @param node this node, {@code host:process}
     */
    public DeadLeases(Database database, String node) {
        this.database = database;
        this.node = node;
    }

    /**
     * Frees the leases of processes of this host that are gone, and of an earlier life of this one.
     */
    public int free() {
        String host = node.substring(0, node.lastIndexOf(':') + 1);
        List<String> owners =
                database.query(
                        "select distinct lease_owner from caravan.connection where lease_owner is"
                                + " not null",
                        row -> row.getString(1));
        int freed = 0;
        for (String owner : owners) {
            if (owner.equals(node)
                    || owner.startsWith(host) && gone(owner.substring(host.length()))) {
                freed +=
                        database.update(
                                """
                                with freed as (
                                  update caravan.connection set lease_until = null, lease_owner = null
                                  where lease_owner = ? returning id)
                                update caravan.task set due_at = caravan.now() from freed
                                where connection_id = freed.id and pull_id is not null
                                """,
                                owner);
            }
        }
        return freed;
    }

    private static boolean gone(String process) {
        return process.matches("\\d{1,18}") && ProcessHandle.of(Long.parseLong(process)).isEmpty();
    }
}
