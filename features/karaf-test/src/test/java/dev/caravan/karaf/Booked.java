package dev.caravan.karaf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The booked transactions of one account at TrueLayer, as a count, a sum and a digest over their
 * identities: equal for the store and for the twin exactly when nothing was lost, doubled or
 * changed.
 */
record Booked(long count, BigDecimal sum, String digest) {

    // the twin's own identity writes cents, which JSON shortens on the way ("1407.4")
    private static final String ROWS =
            """
            select a.provider_account_id, t.amount,
              coalesce(t.provider_transaction_id,
                concat_ws('|', left(t.raw ->> 'timestamp', 10), round(t.amount, 2), t.currency, t.description)) as identity
            from ledger.transaction t join ledger.account a using (account_id)
            where t.provider = 'truelayer' and t.status = 'booked' and t.removed_at is null
            """;

    /** By the twin's own word, for every account of every user who connected. */
    static Map<String, Booked> atTheTwin(String truth) throws IOException {
        var accounts = new TreeMap<String, Booked>();
        for (JsonNode account : new ObjectMapper().readTree(truth)) {
            accounts.put(
                    account.get("account_id").asText(),
                    new Booked(
                            account.get("count").asLong(),
                            new BigDecimal(account.get("sum").asText()).stripTrailingZeros(),
                            account.get("digest").asText()));
        }
        return accounts;
    }

    /** By the promised views, read with the reader's own login. */
    static Map<String, Booked> inTheStore(Installed installed) throws IOException, SQLException {
        var identities = new TreeMap<String, List<String>>();
        var sums = new TreeMap<String, BigDecimal>();
        try (var store = reader(installed);
                var rows = store.createStatement().executeQuery(ROWS)) {
            while (rows.next()) {
                identities
                        .computeIfAbsent(rows.getString(1), account -> new ArrayList<>())
                        .add(rows.getString(3));
                sums.merge(rows.getString(1), rows.getBigDecimal(2), BigDecimal::add);
            }
        }
        var accounts = new TreeMap<String, Booked>();
        identities.forEach(
                (account, ids) ->
                        accounts.put(
                                account,
                                new Booked(
                                        ids.size(),
                                        sums.get(account).stripTrailingZeros(),
                                        digest(ids))));
        return accounts;
    }

    /** The reader's login, from the password file that Caravan writes. */
    static Connection reader(Installed installed) throws IOException, SQLException {
        if (installed.store() != null) {
            return DriverManager.getConnection(installed.store(), "postgres", "");
        }
        for (var line : installed.etc("caravan.pgpass").split("\n")) {
            var login = line.split(":", 5);
            if (login.length == 5 && login[3].equals("caravan_reader")) {
                return DriverManager.getConnection(
                        "jdbc:postgresql://" + login[0] + ":" + login[1] + "/" + login[2],
                        login[3],
                        login[4]);
            }
        }
        throw new IOException("no line for caravan_reader in caravan.pgpass");
    }

    /** The first column of an answer. */
    static List<String> texts(Installed installed, String sql) throws IOException, SQLException {
        var texts = new ArrayList<String>();
        try (var store = reader(installed);
                var rows = store.createStatement().executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    static long number(Installed installed, String sql) throws IOException, SQLException {
        return Long.parseLong(texts(installed, sql).get(0));
    }

    private static String digest(List<String> identities) {
        var sorted = new ArrayList<>(identities);
        sorted.sort(null);
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(
                            sha.digest(String.join("\n", sorted).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
