package dev.caravan.intake;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.store.Database;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/**
 * What the store holds alive, by provider and kind, to be laid beside what a provider says of
 * itself. Reads every row, so it is asked once something has ended and never polled. Stateless.
 */
final class Records {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Above so many rows of a kind there is no digest: the text under it would be too long. */
    private static final int MOST_DIGESTED = 5_000_000;

    /** One booked is kept for life, the pending ones are a set: so they are kinds of their own. */
    private static final String PENDING = "transaction_pending";

    /** A kind is a promised view with these two columns; a history holds the past as well. */
    private static final String VIEWS =
            """
            select table_name from information_schema.columns
            where table_schema = 'ledger' and column_name in ('provider', 'removed_at') and table_name not like '%history'
            group by 1 having count(*) = 2 order by 1
            """;

    /**
     * What the provider knows a row by, where plain columns say it. A kind without such a name has
     * no digest.
     */
    private static final Map<String, String> KEYS =
            Map.of(
                    "organization", "provider_organization_id",
                    "account", "provider_account_id",
                    "party", "provider_party_id",
                    "party_identifier",
                            "concat_ws('/', provider_party_id, value, coalesce(country, ''))",
                    "beneficiary", "provider_beneficiary_id",
                    "screening_subject", "provider_party_id",
                    "screening_match",
                            "concat_ws('/', provider_party_id, provider_link_id, match_id,"
                                    + " alias_id)",
                    "watchlist_entry", "concat_ws('/', match_id, list_id)",
                    "transaction",
                            "coalesce(provider_transaction_id, concat_ws('|', booking_date,"
                                    + " round(amount, 2), currency, description))");

    private final Database database;

    Records(Database database) {
        this.database = database;
    }

    /** All kinds as they are at one moment. */
    ObjectNode now() {
        return database.inTransaction(
                store -> {
                    Database.update(store, "set transaction isolation level repeatable read");
                    // after a million rows came in, the tables' statistics are those of before;
                    // every
                    // row is read anyway, and a plan that reads them account by account takes
                    // minutes
                    Database.update(store, "set local enable_nestloop = off");
                    return counted(store);
                });
    }

    private static ObjectNode counted(Connection store) throws SQLException {
        ObjectNode now = JSON.createObjectNode();
        now.putArray("known");
        now.putArray("kinds");
        kind(
                store,
                now,
                "connection",
                "state in ('active', 'expiring', 'reauth_required')",
                "external_id");
        for (String view : Database.query(store, VIEWS, row -> row.getString(1))) {
            String key = KEYS.getOrDefault(view, "null::text");
            if (view.equals("transaction")) {
                kind(store, now, view, "status = 'booked' and removed_at is null", key);
                kind(store, now, PENDING, "status = 'pending' and removed_at is null", key);
            } else {
                kind(store, now, view, "removed_at is null", key);
            }
        }
        return now;
    }

    private static void kind(
            Connection store, ObjectNode now, String kind, String alive, String key)
            throws SQLException {
        now.withArray("known").add(kind);
        ArrayNode kinds = (ArrayNode) now.get("kinds");
        String view = kind.equals(PENDING) ? "transaction" : kind;
        Database.query(
                store,
                """
                select provider, count(*) as rows, %s as sum, case when count(*) <= %d and count(key) > 0 then
                  encode(sha256(convert_to(string_agg(key, E'\\n' order by key collate "C"), 'UTF8')), 'hex') end as digest
                from (select v.*, %s as key from ledger.%s v where %s) alive group by provider order by provider
                """
                        .formatted(
                                view.equals("transaction") ? "sum(amount)" : "null::numeric",
                                MOST_DIGESTED,
                                key,
                                view,
                                alive),
                row -> {
                    ObjectNode found =
                            kinds.addObject()
                                    .put("provider", row.getString("provider"))
                                    .put("kind", kind)
                                    .put("rows", row.getLong("rows"));
                    BigDecimal sum = row.getBigDecimal("sum");
                    if (sum != null) {
                        found.put("sum", sum.toPlainString());
                    }
                    String digest = row.getString("digest");
                    return digest == null ? found : found.put("digest", digest);
                });
    }
}
