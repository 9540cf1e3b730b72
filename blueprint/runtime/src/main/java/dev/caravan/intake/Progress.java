package dev.caravan.intake;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;

/** What was pulled so far, from the run records: cheap to ask twice a second. Stateless. */
final class Progress {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * So many connections that were not pulled whole yet are named; more would be a long answer.
     */
    private static final int MOST_NAMED = 20;

    private final Database database;

    Progress(Database database) {
        this.database = database;
    }

    ObjectNode now() {
        ObjectNode now = JSON.createObjectNode();
        now.put("status", "up");
        ArrayNode providers = now.putArray("providers");
        database.query(
                """
                select provider, count(*) as total, count(*) filter (where state in ('active', 'expiring')) as active,
                  count(*) filter (where first_complete_at is not null) as complete,
                  count(*) filter (where lease_until > caravan.now()) as running,
                  count(*) filter (where last_fault is not null) as failed, min(last_fault) as fault,
                  (array_agg(id::text order by created_at) filter (where first_complete_at is null
                    and state in ('active', 'expiring')))[1:%d] as unfinished
                from caravan.connection where kind = 'data' group by provider order by provider
                """
                        .formatted(MOST_NAMED),
                row -> providers.add(provider(row)));
        now.putObject("connections")
                .put("total", total(providers, "total"))
                .put("active", total(providers, "active"));
        now.putObject("pulls")
                .put("running", total(providers, "running"))
                .put("complete", total(providers, "complete"))
                .put("failed", total(providers, "failed"));
        ArrayNode kinds = now.putArray("kinds");
        database.query(
                """
                select c.provider, p.kind, sum(p.calls) as calls, sum(p.seen) as seen, sum(p.inserted) - sum(p.removed) as rows,
                  sum(p.rejected) as rejected
                from caravan.pull_run p join caravan.connection c on c.id = p.connection_id
                group by c.provider, p.kind order by c.provider, p.kind
                """,
                row -> kinds.add(kind(row)));
        now.put("accounts", sum(kinds, "rows", "accounts") + sum(kinds, "rows", "cards"));
        now.put("calls", total(kinds, "calls"));
        now.put("transactions", sum(kinds, "rows", "transactions"));
        now.put("rejected", total(kinds, "rejected"));
        database.first(
                        "select min(due_at)::text from caravan.task where kind = 'pull' having"
                                + " min(due_at) is not null",
                        row -> row.getString(1))
                .ifPresent(next -> now.put("next", next));
        return now;
    }

    private static ObjectNode provider(ResultSet row) throws SQLException {
        ObjectNode provider =
                JSON.createObjectNode()
                        .put("provider", row.getString("provider"))
                        .put("total", row.getLong("total"))
                        .put("active", row.getLong("active"))
                        .put("running", row.getLong("running"))
                        .put("complete", row.getLong("complete"))
                        .put("failed", row.getLong("failed"));
        ArrayNode unfinished = provider.putArray("unfinished");
        if (row.getArray("unfinished") != null) {
            for (String id : (String[]) row.getArray("unfinished").getArray()) {
                unfinished.add(id);
            }
        }
        String fault = row.getString("fault");
        return fault == null ? provider : provider.put("fault", fault);
    }

    private static ObjectNode kind(ResultSet row) throws SQLException {
        return JSON.createObjectNode()
                .put("provider", row.getString("provider"))
                .put("kind", row.getString("kind"))
                .put("rows", row.getLong("rows"))
                .put("seen", row.getLong("seen"))
                .put("calls", row.getLong("calls"))
                .put("rejected", row.getLong("rejected"));
    }

    private static long sum(ArrayNode kinds, String figure, String kind) {
        long sum = 0;
        for (var row : kinds) {
            sum += row.get("kind").asText().equals(kind) ? row.get(figure).asLong() : 0;
        }
        return sum;
    }

    private static long total(ArrayNode kinds, String figure) {
        long sum = 0;
        for (var row : kinds) {
            sum += row.get(figure).asLong();
        }
        return sum;
    }
}
