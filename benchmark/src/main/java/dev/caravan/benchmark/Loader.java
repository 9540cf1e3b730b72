package dev.caravan.benchmark;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.store.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.postgresql.PGConnection;

/**
 * Puts rows into the store 5,000 at a time. A first load is one COPY straight into the table; a
 * re-pull asks for identity and digest which rows are new or differ, and upserts only those. Owned
 * by one thread.
 */
final class Loader implements AutoCloseable {
    private static final int BATCH = 5_000;
    private static final JsonFactory JSON = new JsonFactory();
    private static final String COLUMNS =
            "account_id, identity, digest, status, provider_transaction_id, booked_at,"
                    + " booking_date, amount, currency, direction, running_balance, description,"
                    + " merchant_name, counterparty_name, counterparty_account, category,"
                    + " classification, anomaly, raw, pull_id";

    private final Connection store;
    private final boolean first;
    private final CopyText copy = new CopyText();
    private final Item item = new Item();
    private final MessageDigest sha256;
    private final List<Seen> batch = new ArrayList<>();
    private int copied;

    private Loader(Connection store, boolean first) throws Exception {
        this.store = store;
        this.first = first;
        this.sha256 = MessageDigest.getInstance("SHA-256");
    }

    /** A row of a page: where its bytes are and what it is known by. */
    private record Seen(
            long account, byte[] page, int from, int to, String identity, long digest) {}

    static Loader into(Connection store, boolean first) throws Exception {
        store.setAutoCommit(false);
        return new Loader(store, first);
    }

    long account(UUID connection, JsonNode account) throws SQLException {
        return Database.query(
                        store,
                        """
                        insert into caravan.account (connection_id, identity, provider_account_id, family, currency, raw)
                        values (?, ?, ?, 'account', ?, ?::jsonb)
                        on conflict (connection_id, identity) do update set identity = excluded.identity returning id
                        """,
                        row -> row.getLong(1),
                        connection,
                        "account:" + account.path("account_id").asText(),
                        account.path("account_id").asText(),
                        account.path("currency").asText(),
                        account.toString())
                .get(0);
    }

    /** Takes a page; answers how many rows it had. */
    int page(long account, byte[] page) throws IOException, SQLException {
        Map<String, Integer> nth = new HashMap<>();
        int rows = 0;
        try (JsonParser parser = JSON.createParser(page)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean results = parser.currentName().equals("results");
                parser.nextToken();
                if (!results) {
                    parser.skipChildren();
                    continue;
                }
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    item.read(parser);
                    take(account, page, nth);
                    rows++;
                }
            }
        }
        return rows;
    }

    private void take(long account, byte[] page, Map<String, Integer> nth)
            throws IOException, SQLException {
        String identity = item.key();
        if (identity == null) {
            String fingerprint = item.fingerprint();
            identity = hashed(fingerprint + "|" + nth.merge(fingerprint, 1, Integer::sum));
        }
        long digest = item.digest(page);
        if (first) {
            write(account, page, identity, digest);
            if (++copied == BATCH) {
                flush();
            }
        } else {
            batch.add(new Seen(account, page, item.from, item.to, identity, digest));
            if (batch.size() == BATCH) {
                flush();
            }
        }
    }

    private String hashed(String text) {
        byte[] hash = sha256.digest(text.getBytes(StandardCharsets.UTF_8));
        return "f:" + HexFormat.of().formatHex(hash);
    }

    private void write(long account, byte[] page, String identity, long digest) {
        boolean dated = dated(item.timestamp);
        String amount = item.signed();
        boolean out = amount.charAt(0) == '-' || item.zero() && "DEBIT".equalsIgnoreCase(item.type);
        copy.column(account);
        copy.column(identity);
        copy.column(digest);
        copy.column("booked");
        copy.column(filled(item.normalised, item.provider));
        copy.column(dated ? item.timestamp : null);
        copy.column(dated ? item.timestamp.substring(0, 10) : null);
        copy.column(amount);
        copy.column(item.currency);
        copy.column(out ? "debit" : "credit");
        copy.column(item.balance);
        copy.column(item.description);
        copy.column(item.merchant);
        copy.column(filled(item.preferred, item.debtor, item.providerMerchant));
        copy.column(item.iban);
        copy.column(item.category);
        copy.column(item.class1 == null ? item.class0 : item.class0 + " > " + item.class1);
        copy.column(anomaly(dated));
        copy.column(page, item.from, item.to, item.cardFrom, item.cardTo);
        copy.column(1);
        copy.endRow();
    }

    private String anomaly(boolean dated) {
        if (item.conflicting()) {
            return dated ? "SIGN_TYPE_CONFLICT" : "SIGN_TYPE_CONFLICT, UNPARSABLE_TIMESTAMP";
        }
        return dated ? null : "UNPARSABLE_TIMESTAMP";
    }

    private static String filled(String... texts) {
        for (String text : texts) {
            if (text != null && !text.isEmpty()) {
                return text;
            }
        }
        return null;
    }

    /** Whether a timestamp begins with a date; the twin of the benchmark writes no worse ones. */
    private static boolean dated(String written) {
        return written != null
                && written.length() >= 10
                && written.charAt(4) == '-'
                && written.charAt(7) == '-'
                && !written.startsWith("0001-01-01");
    }

    void flush() throws SQLException, IOException {
        if (first) {
            copyInto("caravan.transaction");
        } else if (!batch.isEmpty()) {
            for (Seen seen : changed()) {
                try (JsonParser parser =
                        JSON.createParser(seen.page(), seen.from(), seen.to() - seen.from())) {
                    parser.nextToken();
                    item.read(parser);
                    // offsets of this parser begin at the item
                    byte[] alone =
                            java.util.Arrays.copyOfRange(seen.page(), seen.from(), seen.to());
                    write(seen.account(), alone, seen.identity(), seen.digest());
                    copied++;
                }
            }
            upsert();
            batch.clear();
        }
        store.commit();
    }

    private List<Seen> changed() throws SQLException {
        Long[] accounts = new Long[batch.size()];
        String[] identities = new String[batch.size()];
        Long[] digests = new Long[batch.size()];
        for (int i = 0; i < batch.size(); i++) {
            accounts[i] = batch.get(i).account();
            identities[i] = batch.get(i).identity();
            digests[i] = batch.get(i).digest();
        }
        List<Seen> changed = new ArrayList<>();
        try (PreparedStatement ask =
                store.prepareStatement(
                        """
                        select k.nth from unnest(?::bigint[], ?::text[], ?::bigint[]) with ordinality k(account, identity, digest, nth)
                        where (select t.digest from caravan.transaction t where t.account_id = k.account and t.identity = k.identity)
                          is distinct from k.digest
                        """)) {
            ask.setArray(1, store.createArrayOf("bigint", accounts));
            ask.setArray(2, store.createArrayOf("text", identities));
            ask.setArray(3, store.createArrayOf("bigint", digests));
            try (ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    changed.add(batch.get(row.getInt(1) - 1));
                }
            }
        }
        return changed;
    }

    private void upsert() throws SQLException, IOException {
        if (copied == 0) {
            return;
        }
        String taken =
                COLUMNS.replaceAll("account_id, identity, ", "")
                        .replaceAll("(\\w+)", "$1 = excluded.$1");
        Database.update(
                store,
                "create temp table if not exists arrived on commit delete rows as select "
                        + COLUMNS
                        + " from caravan.transaction with no data");
        copyInto("arrived");
        Database.update(
                store,
                "insert into caravan.transaction ("
                        + COLUMNS
                        + ") select "
                        + COLUMNS
                        + " from arrived on conflict (account_id, identity) do update set "
                        + taken
                        + ", removed_at = null, changed_at = now(), changed_xid ="
                        + " pg_current_xact_id()");
    }

    private void copyInto(String table) throws SQLException, IOException {
        if (copied > 0) {
            store.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(
                            "copy " + table + " (" + COLUMNS + ") from stdin",
                            new java.io.ByteArrayInputStream(copy.bytes(), 0, copy.length()));
        }
        copy.clear();
        copied = 0;
    }

    @Override
    public void close() {
        copy.clear();
    }
}
