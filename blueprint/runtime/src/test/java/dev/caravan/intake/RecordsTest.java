package dev.caravan.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.store.Database;
import dev.caravan.store.Migrations;
import dev.caravan.store.StoreLogin;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The count of the store that is laid beside what a provider says of itself. */
class RecordsTest {
    private static EmbeddedPostgres server;
    private static Database database;

    @BeforeAll
    static void fills() throws Exception {
        server = EmbeddedPostgres.start();
        String url = "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
        database = new Database(new StoreLogin(url, "postgres", ""), 3);
        new Migrations(database).run();
        database.update(
                """
                with one as (
                  insert into caravan.connection (provider, user_ref, state, external_id)
                  values ('bank', 'u', 'active', 'consent-1') returning id),
                two as (
                  insert into caravan.connection (provider, user_ref, state) values ('other', 'u', 'pending') returning id),
                account as (
                  insert into caravan.account (connection_id, identity, provider_account_id, family, currency, raw)
                  select id, key, key, 'account', 'GBP', '{}' from one, unnest(array['b', 'a']) key returning id, identity)
                insert into caravan.transaction (account_id, identity, status, provider_transaction_id, booking_date,
                  amount, currency, direction, description, raw, removed_at)
                select account.id, t.*, '{}'::jsonb, case t.identity when '5' then now() end
                from account, (values
                  ('1', 'booked', 'z', date '2026-11-20', -1.10, 'GBP', 'debit', 'one'),
                  ('2', 'booked', 'B', date '2026-11-20', 2.25, 'GBP', 'credit', 'two'),
                  ('3', 'booked', null, date '2026-11-20', 3, 'GBP', 'credit', 'three'),
                  ('4', 'pending', 'p', date '2026-11-20', 9, 'GBP', 'credit', 'four'),
                  ('5', 'booked', 'gone', date '2026-11-20', 99, 'GBP', 'credit', 'five'))
                  as t (identity, status, id, on_day, amount, currency, direction, description)
                where account.identity = 'a'
                """);
    }

    @AfterAll
    static void stops() throws Exception {
        database.close();
        server.close();
    }

    @Test
    void countsWhatIsAliveWithSumAndDigestOverWhatTheProviderKnowsItBy() throws Exception {
        JsonNode booked = kind("bank", "transaction");

        assertThat(booked.get("rows").asInt()).isEqualTo(3);
        assertThat(booked.get("sum").asText()).isEqualTo("4.15");
        // by code point: capitals first; a row without an id stands as what it says
        assertThat(booked.get("digest").asText())
                .isEqualTo(digest("2026-11-20|3.00|GBP|three\nB\nz"));
        assertThat(kind("bank", "transaction_pending").get("rows").asInt()).isEqualTo(1);
        assertThat(kind("bank", "account").get("digest").asText()).isEqualTo(digest("a\nb"));
    }

    @Test
    void countsTheConnectionsThatCameAbout() throws Exception {
        assertThat(kind("bank", "connection").get("digest").asText())
                .isEqualTo(digest("consent-1"));
        assertThat(kind("other", "connection")).isNull();
    }

    @Test
    void namesEveryKindThatTheStoreKnowsAndNoHistory() {
        assertThat(new Records(database).now().get("known"))
                .extracting(JsonNode::asText)
                .contains(
                        "account",
                        "balance",
                        "organization",
                        "party",
                        "screening_match",
                        "transaction")
                .doesNotContain("balance_history", "pull_run")
                .doesNotHaveDuplicates();
    }

    private static JsonNode kind(String provider, String kind) {
        for (JsonNode one : new Records(database).now().get("kinds")) {
            if (one.get("provider").asText().equals(provider)
                    && one.get("kind").asText().equals(kind)) {
                return one;
            }
        }
        return null;
    }

    private static String digest(String text) throws Exception {
        return HexFormat.of()
                .formatHex(
                        MessageDigest.getInstance("SHA-256")
                                .digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
