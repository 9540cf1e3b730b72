package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.desk.Answer;
import dev.caravan.desk.Desk;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A refused record goes through the mapping of today, and never over what came later. */
class ReplayTest {
    private static final String ROUTES =
            """
            <camel xmlns="http://camel.apache.org/schema/xml-io">
              <route id="bank.tick"><from uri="quartz:bank/pull?cron=0/1+*+*+*+*+?&amp;stateful=true"/>
                <bean ref="connections" method="claim('pull', 2)"/>
                <split><simple>${body}</simple><setProperty name="pull"><simple>${body}</simple></setProperty>
                  <doTry>
                    <bean ref="connections" method="begin"/>
                    <setProperty name="endpoint"><constant>accounts</constant></setProperty><to uri="direct:call"/>
                    <bean ref="store" method="save(*, 'account', 'accounts.sql')"/>
                    <bean ref="connections" method="accounts"/>
                    <split stopOnException="true"><simple>${body}</simple><setProperty name="account"><simple>${body}</simple></setProperty>
                      <setProperty name="endpoint"><constant>transactions</constant></setProperty><to uri="direct:call"/>
                      <bean ref="store" method="save(*, 'transaction', 'transactions.sql')"/>
                      <setProperty name="endpoint"><constant>orders</constant></setProperty><to uri="direct:call"/>
                      <bean ref="store" method="replace(*, 'standing_order', 'orders.sql')"/>
                    </split>
                    <bean ref="connections" method="done(*, '1d')"/>
                    <doCatch><exception>java.lang.Exception</exception><bean ref="faults" method="end(*, '1d')"/></doCatch>
                  </doTry>
                </split>
              </route>
              <route id="bank.call"><from uri="direct:call"/>
                <setProperty name="request"><simple>GET /${exchangeProperty.endpoint}</simple></setProperty>
                <removeHeaders pattern="*"/><setBody><constant/></setBody>
                <setHeader name="CamelHttpMethod"><constant>GET</constant></setHeader>
                <setHeader name="CamelHttpPath"><simple>/${exchangeProperty.endpoint}</simple></setHeader>
                <to uri="{{api.url}}?disableStreamCache=true"/><convertBodyTo type="byte[]"/>
              </route>
            </camel>
            """;

    private static final String ACCOUNTS =
            """
            select position, item ->> 'id' as provider_key, item ->> 'id' as provider_account_id, 'account' as family,
              'GBP' as currency, item as raw from page
            """;

    private static final String TRANSACTIONS =
            """
            select position, item ->> 'id' as provider_key, 'booked' as status, '2026-11-01'::date as booking_date,
              (item ->> 'amount')::numeric as amount, item ->> 'currency' as currency, 'credit' as direction,
              item ->> 'text' as description,
              case when item ->> 'check' is null then item else item || jsonb_build_object('check', (item ->> 'check')::int) end as raw
            from page
            """;

    private static final String ORDERS =
            """
            select position, item ->> 'id' as provider_key, item ->> 'payee' as payee, (item ->> 'next')::date as next_payment_date,
              item as raw from page
            """;

    private final Map<String, String> told = new ConcurrentHashMap<>();
    private final Path folder = Scratch.folder("replay");
    private HttpServer bank;
    private House house;
    private Desk desk;
    private UUID connection;

    @BeforeEach
    void open() throws IOException {
        told.put("/accounts", "[{\"id\":\"a\"}]");
        told.put("/transactions", "[]");
        told.put("/orders", "[]");
        bank = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        bank.createContext(
                "/",
                call -> {
                    byte[] body =
                            told.get(call.getRequestURI().getPath())
                                    .getBytes(StandardCharsets.UTF_8);
                    call.sendResponseHeaders(200, body.length);
                    call.getResponseBody().write(body);
                    call.close();
                });
        bank.start();
        Files.createDirectories(folder.resolve("routes/bank"));
        file("bank.xml", ROUTES);
        file("answers.properties", "");
        file("accounts.sql", ACCOUNTS);
        file("transactions.sql", TRANSACTIONS);
        file("orders.sql", ORDERS);
        house =
                House.of(
                                "bank",
                                folder.resolve("routes"),
                                Map.of(
                                        "api.url",
                                        "http://127.0.0.1:" + bank.getAddress().getPort()))
                        .start();
        connection = house.connection(Map.of());
        desk =
                new Desk(
                        house.database,
                        house.deployer(),
                        new ProviderFolders(folder.resolve("routes")),
                        house.journeys,
                        folder,
                        folder,
                        house.clock,
                        List.of());
    }

    @AfterEach
    void close() {
        house.close();
        bank.stop(0);
    }

    private void file(String name, String text) throws IOException {
        Files.writeString(folder.resolve("routes/bank").resolve(name), text);
    }

    /** The mapping takes a comma from now on, on the running node. */
    private void mended() throws IOException {
        var before = house.camel();
        file(
                "transactions.sql",
                TRANSACTIONS.replace(
                        "(item ->> 'amount')::numeric",
                        "replace(item ->> 'amount', ',', '.')::numeric"));
        House.until(() -> house.deployer().camel("bank").filter(now -> now != before).isPresent());
    }

    private static String transaction(String id, String amount) {
        return "{\"id\":\"" + id + "\",\"amount\":\"" + amount + "\",\"currency\":\"GBP\"}";
    }

    private void pulled(String path, String... records) {
        told.put(path, "[" + String.join(",", records) + "]");
        house.pull(connection);
        assertThat(house.fault(connection)).isEmpty();
    }

    private Answer ask(String... words) {
        return desk.run(List.of(words), "alice");
    }

    private Answer replay() {
        return ask(
                "rejects",
                house.text("select max(id)::text from caravan.rejected_record"),
                "--replay");
    }

    private Object cell(Answer answer, String column) {
        return answer.rows().get(0).get(answer.columns().indexOf(column));
    }

    private List<String> stored() {
        return house.texts(
                "select provider_transaction_id_or_key || ' ' || amount from (select"
                        + " raw ->> 'id' as provider_transaction_id_or_key, amount from"
                        + " ledger.transaction where removed_at is null) t order by 1");
    }

    private String settled() {
        return house.text(
                "select concat_ws(' ', settled_how, replays) from ledger.rejected_record");
    }

    @Test
    void aRecordGoesInByTheMendedMappingOnceAndLikeAnyOther() throws Exception {
        pulled("/transactions", transaction("t1", "1.00"), transaction("t2", "12,50"));
        assertThat(stored()).containsExactly("t1 1.00");

        Answer vain = replay();
        assertThat(vain.code()).as("it does not fit yet").isEqualTo(Answer.TROUBLE);
        assertThat(cell(vain, "why").toString()).contains("numeric");
        assertThat(settled()).isEqualTo("1");

        mended();
        assertThat(replay().code()).isZero();
        assertThat(stored()).containsExactly("t1 1.00", "t2 12.50");
        assertThat(settled()).isEqualTo("stored 1");
        assertThat(house.text("select settled_by from caravan.rejected_record")).isEqualTo("alice");
        assertThat(house.text("select count(distinct pull_id)::text from caravan.transaction"))
                .as("as if its page came: under its own pull")
                .isEqualTo("1");
        assertThat(
                        house.number(
                                "select count(*) from ledger.change where kind = 'transaction' and"
                                        + " op = 'insert'"))
                .as("readers are told of it as of any other")
                .isEqualTo(2);
        assertThat(ask("rejects").rows()).isEmpty();
        assertThat(cell(ask("rejects", "--settled"), "how")).isEqualTo("stored");
        assertThat(replay().text()).contains("settled already");

        house.pull(connection);
        assertThat(stored()).as("and it stays one").containsExactly("t1 1.00", "t2 12.50");
        pulled("/transactions", transaction("t9", "much"), transaction("t2", "12,50"));
        assertThat(
                        house.number(
                                "select count(*) from ledger.rejected_record where settled_at is"
                                        + " null"))
                .as("what is refused anew is another one")
                .isOne();
    }

    @Test
    void whatALaterPullToldStaysAndWhatAnEarlierOneToldIsReplaced() throws Exception {
        pulled("/transactions", transaction("old", "10.00"), transaction("new", "12,50"));
        pulled("/transactions", transaction("old", "11,50"), transaction("new", "13.00"));
        mended();
        Answer all = ask("rejects", "--provider", "bank", "--kind", "transactions", "--replay");
        assertThat(all.code()).isZero();
        assertThat(all.rows())
                .extracting(row -> row.get(0) + " " + row.get(1))
                .containsExactly("newer 1", "stored 1");
        assertThat(stored()).containsExactly("new 13.00", "old 11.50");
    }

    @Test
    void aSetThatWasToldAnewWithoutTheRecordStaysWithoutIt() throws Exception {
        pulled("/orders", "{\"id\":\"o1\",\"payee\":\"p\"}", "{\"id\":\"o2\",\"next\":\"soon\"}");
        pulled("/orders", "{\"id\":\"o1\",\"payee\":\"p\"}");
        file("orders.sql", ORDERS.replace("(item ->> 'next')::date", "null::date"));
        Answer replayed = replay();
        assertThat(cell(replayed, "how")).isEqualTo("superseded");
        assertThat(replayed.code()).isZero();
        assertThat(house.texts("select raw ->> 'id' from ledger.standing_order"))
                .containsExactly("o1");
    }

    @Test
    void nothingIsAddedToAConnectionThatWasEndedNorByANumberThatWasCut() throws Exception {
        pulled(
                "/transactions",
                transaction("t1", "12,50"),
                "{\"id\":\"1234567890123456\",\"amount\":\"1\",\"currency\":\"GBP\",\"check\":\"x\"}",
                "{\"id\":\"t3\",\"amount\":\"1,10\",\"currency\":\"XXX\"}");
        mended();
        Answer all = ask("rejects", "--provider", "bank", "--kind", "transactions", "--replay");
        assertThat(all.code()).as("two are left").isEqualTo(Answer.TROUBLE);
        assertThat(all.rows())
                .extracting(row -> row.get(0) + " " + row.get(1))
                .containsExactly("refused 1", "refused 1", "stored 1");
        assertThat(all.text()).contains("currency is iso 4217").contains("long numbers were cut");
        assertThat(
                        house.number(
                                "select count(*) from ledger.rejected_record where settled_at is"
                                        + " null"))
                .isEqualTo(2);

        pulled("/transactions", transaction("t4", "4x"));
        house.database.update("update caravan.connection set state = 'revoked'");
        assertThat(replay().text()).contains("its connection was ended");
        assertThat(stored()).containsExactly("t1 12.50");
    }

    @Test
    void whatIsNotThereOrNotNamedIsSaid() {
        assertThat(ask("rejects", "--replay").code()).isEqualTo(Answer.USAGE);
        assertThat(ask("rejects", "--provider", "bank", "--replay").code()).isEqualTo(Answer.USAGE);
        assertThat(ask("rejects", "999", "--replay").code()).isEqualTo(Answer.NOTHING);
        assertThat(ask("rejects", "word", "--replay").code()).isEqualTo(Answer.NOTHING);
        assertThat(ask("rejects", "--provider", "bank", "--kind", "x", "--replay").code())
                .isEqualTo(Answer.NOTHING);
    }

    /** The two ways to an edited mapping: what was refused goes in, what is there changes. */
    @Test
    void anEditedMappingIsShownAndAppliedToWhatIsKeptWithoutTheBank() throws Exception {
        pulled("/transactions", transaction("t1", "1.00"), transaction("t2", "2.00"));
        var before = house.camel();
        file(
                "transactions.sql",
                TRANSACTIONS.replace(
                        "'credit' as direction", "'credit' as direction, 'x' as category"));
        House.until(() -> house.deployer().camel("bank").filter(now -> now != before).isPresent());

        Answer shown = ask("remap", "bank", "transaction");
        assertThat(shown.code()).as(shown.text()).isZero();
        assertThat(shown.text()).contains("category", "null -> x", "2 would change", "--apply");
        assertThat(shown.json()).contains("columns_that_would_change");
        Answer applied = ask("remap", "bank", "transaction", "--since", "1d", "--apply");
        assertThat(applied.text()).contains("2 changed");
        assertThat(house.number("select count(*) from ledger.transaction where category = 'x'"))
                .isEqualTo(2);
        assertThat(house.number("select count(*) from ledger.changes() where op = 'update'"))
                .isEqualTo(2);
        Answer why = ask("why", house.text("select max(id)::text from caravan.transaction"));
        assertThat(why.parts().get("remaps").text()).contains("alice", "transactions.sql");

        String rows = "select string_agg(xmin || ' ' || ctid, ' ') from caravan.transaction";
        String kept = house.text(rows);
        house.pull(connection);
        assertThat(house.text(rows)).isEqualTo(kept);

        assertThat(ask("remap", "bank", "nosuch").code()).isEqualTo(Answer.NOTHING);
        assertThat(ask("remap", "nobody", "transaction").code()).isEqualTo(Answer.NOTHING);
        assertThat(ask("remap", "bank", "balance").code()).isEqualTo(Answer.NOTHING);
        assertThat(ask("remap", "bank", "account", "--since", "then").code())
                .isEqualTo(Answer.USAGE);
    }
}
