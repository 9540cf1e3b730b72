package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.connections.Journeys;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.truelayer.Browser;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Accounts that come back under other ids (contract 10) keep ours and their rows. */
class AccountMatchTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ROWS =
            "select transaction_id || ' ' || account_id || ' ' || amount from ledger.transaction"
                    + " where status = 'booked' and removed_at is null order by 1";

    private World world;
    private UUID connection;

    @BeforeEach
    void open() {
        world = World.of(World.smallBank());
        Journeys.Begun begun = world.journeys.begin("truelayer", "john");
        world.back(new Browser().allow(world.bank(begun.link()), "john", "iban"));
        world.tick();
        connection = begun.connection();
        world.awaitPull(connection, null);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private String accounts(String family) {
        return world.text(
                "select string_agg(account_id || case when removed_at is null then '' else ' gone'"
                        + " end, ', ' order by account_id) from ledger.account where family = '"
                        + family
                        + "'");
    }

    private String matches() {
        return world.text(
                "select coalesce(string_agg(distinct outcome || ' by ' || matched_by, ', '), '')"
                        + " from ledger.account_match");
    }

    /** The list as it was, changed by the test, is what the next pull is told. */
    private void told(String list, Consumer<ArrayNode> changed) throws Exception {
        ObjectNode answer = JSON.createObjectNode().put("status", "Succeeded");
        ArrayNode all = answer.putArray("results");
        for (String raw :
                world.texts(
                        "select raw::text from ledger.account where family || 's' = '"
                                + list
                                + "' order by account_id")) {
            all.add(JSON.readTree(raw));
        }
        changed.accept(all);
        world.twin.faults().on(list).answer(Reply.json(200, answer));
        world.pullAttended(connection);
    }

    private static ObjectNode at(ArrayNode all, int index) {
        return (ObjectNode) all.get(index);
    }

    @Test
    void anAccountWithItsNumberUnderAnotherIdIsTheSameAccount() throws Exception {
        List<String> rows = world.texts(ROWS);
        String before = accounts("account");
        told(
                "accounts",
                all -> {
                    at(all, 0).put("account_id", "new-0");
                    at(all, 1).put("account_id", "new-1").put("display_name", "Renamed");
                });
        assertThat(accounts("account")).isEqualTo(before);
        assertThat(matches()).isEqualTo("merged by iban");
        assertThat(rows).hasSizeGreaterThan(50);
        assertThat(world.texts(ROWS)).isEqualTo(rows);
        new LogOracle(world.database).holdsByPages();
        assertThat(
                        world.texts(
                                "select h.op || ' ' || (h.became #>> '{}') from ledger.account a,"
                                        + " ledger.history('account', account_id) h where"
                                        + " column_name = 'provider_account_id'"))
                .containsExactlyInAnyOrder("update new-0", "update new-1");
        assertThat(
                        world.texts(
                                "select provider_account_id || ' ' || display_name from"
                                        + " ledger.account where provider_account_id like 'new%'"
                                        + " order by 1"))
                .hasSize(2)
                .element(1)
                .isEqualTo("new-1 Renamed");
        assertThat(
                        world.number(
                                "select count(*) from ledger.account_match m join ledger.account a"
                                        + " using (account_id) where m.new_provider_account_id ="
                                        + " a.provider_account_id and m.old_provider_account_id not"
                                        + " like 'new%'"))
                .isEqualTo(2);
    }

    @Test
    void whereSeveralFitNoneIsMergedAndThatIsSaid() throws Exception {
        String first =
                world.text(
                        "select account_id from ledger.account where family = 'account' order by"
                                + " account_id limit 1");
        told(
                "accounts",
                all -> {
                    ObjectNode twin = at(all, 0).deepCopy();
                    at(all, 0).put("account_id", "new-a");
                    all.add(twin.put("account_id", "new-b"));
                });
        assertThat(matches()).isEqualTo("ambiguous by iban");
        assertThat(
                        world.texts(
                                "select account_id || ' ' || (other_account_id is not null) from"
                                        + " ledger.account_match"))
                .containsExactly(first + " true", first + " true");
        assertThat(accounts("account")).contains(first + " gone");
    }

    @Test
    void aNumberInAnotherCurrencyIsAnotherAccount() throws Exception {
        told("accounts", all -> at(all, 0).put("account_id", "new-0").put("currency", "EUR"));
        assertThat(matches()).isEmpty();
        assertThat(accounts("account")).contains(" gone");
    }

    @Test
    void whatASurerColumnTellsApartNoWeakerOneJoins() throws Exception {
        told(
                "accounts",
                all ->
                        at(all, 0)
                                .put("account_id", "new-0")
                                .withObject("/account_number")
                                .put("iban", "GB00OTHER"));
        assertThat(matches()).isEmpty();
    }

    @Test
    void aCardWithTheSameLastDigitsAtTheSameBankIsTheSameButUnsure() throws Exception {
        String before = accounts("card");
        told("cards", all -> at(all, 0).put("account_id", "new-card"));
        assertThat(accounts("card")).isEqualTo(before);
        assertThat(matches()).isEqualTo("unsure by institution+masked_pan");
    }

    @Test
    void aListWithARefusedRecordFindsItsAccountsAgainToo() throws Exception {
        String before = accounts("account");
        told(
                "accounts",
                all -> {
                    at(all, 0).put("account_id", "new-0");
                    all.add(at(all, 0).deepCopy().put("account_id", "bad").put("currency", "XX"));
                });
        assertThat(accounts("account")).isEqualTo(before);
        assertThat(matches()).isEqualTo("merged by iban");
    }
}
