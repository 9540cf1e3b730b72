package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.deploy.Deployer;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.deploy.Verbs;
import dev.caravan.desk.Answer;
import dev.caravan.desk.Desk;
import dev.caravan.sandbox.truelayer.BankAccount;
import dev.caravan.sandbox.truelayer.BookedRow;
import dev.caravan.sandbox.truelayer.Transaction;
import dev.caravan.vault.Sealer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A row tells an operator where it came from, by which versions, and what happened to it. */
class WhyTest {
    private static World world;
    private static UUID connection;
    private static BankAccount account;
    private static Desk desk;

    @BeforeAll
    static void open() {
        world = World.of(World.smallBank().accountsPerConnection(1).cardsPerConnection(0));
        connection = world.connected("john1");
        account = world.twin.accounts("john1").get(0);
        desk = world.desk(new ProviderFolders(World.ROUTES), world.home);
    }

    @AfterAll
    static void close() {
        world.close();
    }

    private static Answer ask(String... words) {
        return desk.run(List.of(words));
    }

    private static JsonNode json(String... words) throws Exception {
        return new ObjectMapper().readTree(ask(words).json());
    }

    private static String sha256(String file) throws Exception {
        byte[] text = Files.readAllBytes(World.ROUTES.resolve("truelayer").resolve(file));
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    }

    private static String edited() {
        String today = world.clock.instant().toString().substring(0, 10);
        BookedRow row =
                world.twin.addTransaction(
                        account.id(),
                        Transaction.debit(today + "T08:00:00Z", "Tea", "2.00")
                                .withIds("tea-1", null));
        world.pull(connection);
        account.edit(row, was -> was.withDescription("Coffee"));
        world.pullAttended(connection);
        return world.text(
                "select transaction_id from ledger.transaction where description = 'Coffee'");
    }

    @Test
    void aTransactionTellsItsPagesRequestsVersionsAndChanges() throws Exception {
        JsonNode why = json("why", edited());
        JsonNode first = why.path("pages").path(0);
        JsonNode last = why.path("pages").path(1);

        assertThat(why.path("rows").path(0).path("note").isNull()).as("%s", why).isTrue();
        assertThat(why.path("pages")).hasSize(2);
        assertThat(first.path("page").asText()).isEqualTo("brought it");
        assertThat(first.path("caused_by").asText()).isEqualTo("the schedule");
        assertThat(first.path("request").asText())
                .startsWith("GET ")
                .contains("accounts/" + account.id() + "/transactions?");
        assertThat(last.path("page").asText()).isEqualTo("changed it last");
        assertThat(last.path("caused_by").asText()).isEqualTo("a present user");
        assertThat(last.path("pull").asLong()).isGreaterThan(first.path("pull").asLong());
        String call = "select count(*) from caravan.call where correlation_id = '";
        for (JsonNode page : why.path("pages")) {
            assertThat(page.path("mapping").asText())
                    .isEqualTo("transactions.sql " + sha256("transactions.sql").substring(0, 8));
            assertThat(page.path("version").asText())
                    .startsWith("own file of the installation, live since 20");
            assertThat(page.path("route").asText())
                    .isEqualTo(
                            world.text(
                                    "select route from caravan.deployment where outcome = 'live'"));
            assertThat(world.number(call + page.path("call").asText() + "'")).isOne();
        }
        assertThat(why.path("changes"))
                .extracting(
                        change ->
                                change.path("op").asText()
                                        + " "
                                        + change.path("column").asText("-")
                                        + " "
                                        + change.path("was").asText("-")
                                        + " > "
                                        + change.path("became").asText("-"))
                .containsExactly(
                        "insert - - > -",
                        "update description Tea > Coffee",
                        "update raw.description Tea > Coffee");
        assertThat(why.path("changes").path(1).path("request")).isEqualTo(last.path("request"));
        assertThat(ask("why", why.path("rows").path(0).path("transaction").asText()).text())
                .containsPattern("\n\npages:\npage +brought it\n")
                .containsPattern("\n\nchanges:\nat +op +column +was +became +pull +request\n");
    }

    @Test
    void anyKindOfRowCanBeAskedFor() throws Exception {
        String balance = world.text("select max(id) from caravan.balance");
        JsonNode why = json("why", "balance:" + balance);
        assertThat(why.path("rows").path(0).path("what").asText()).isEqualTo("balance:" + balance);
        assertThat(why.path("rows").path(0).path("user").asText()).isEqualTo("john1");
        assertThat(why.path("pages").path(0).path("mapping").asText()).startsWith("balance");
        String row = world.text("select max(account_id) from ledger.account");
        assertThat(json("why", "account:" + row).path("pages").path(0).path("request").asText())
                .endsWith("accounts");
        assertThat(ask("why", "migration:1").code()).isEqualTo(Answer.NOTHING);
        assertThat(ask("why", "connection:1").code()).isEqualTo(Answer.NOTHING);
        assertThat(ask("why", "balance:x").code()).isEqualTo(Answer.USAGE);
    }

    @Test
    void whatWentLiveAndWhatWasRefusedIsToldWithItsVersionsAndItsReason() throws Exception {
        Path own = Scratch.folder("own");
        Path file = Files.createDirectories(own.resolve("bank")).resolve("bank.xml");
        ProviderFolders folders = new ProviderFolders(own);
        folders.ship("bank", Map.of("bank.xml", bank("1000"), "answers.properties", ""));
        try (Deployer deployer =
                new Deployer(
                        folders,
                        name -> Map.of(),
                        new Verbs(
                                world.database,
                                Sealer.from(world.home.resolve("vault.key")),
                                world.home,
                                world.clock,
                                "node-b"),
                        new SimpleMeterRegistry(),
                        () -> true)) {
            deployer.start();
            World.until(() -> deployments().size() == 1);
            Files.writeString(file, bank("2000"));
            World.until(() -> deployments().size() == 2);
            Files.writeString(file, bank("2000").replace("log:", "lag:"));
            World.until(() -> deployments().size() == 3);
        }
        JsonNode rows = json("deployments", "--provider", "bank").path("rows");
        assertThat(rows)
                .extracting(row -> row.path("node").asText() + " " + row.path("outcome").asText())
                .containsExactly("node-b refused", "node-b live", "node-b live");
        assertThat(rows.path(0).path("reason").asText()).contains("bank.xml").contains("lag");
        assertThat(rows.path(1).path("edited").asText()).startsWith("bank.xml ").hasSize(17);
        assertThat(rows.path(2).path("edited").isNull()).isTrue();
        assertThat(rows)
                .extracting(row -> row.path("route").asText())
                .as("each text is a version of its own")
                .doesNotHaveDuplicates();
        assertThat(ask("deployments", "--provider", "nobody").text()).isEqualTo("nothing\n");
        assertThat(ask("deployments", "--last", "1").rows()).hasSize(1);
    }

    private static List<String> deployments() {
        return world.texts("select outcome from caravan.deployment where provider = 'bank'");
    }

    private static String bank(String period) {
        return """
        <camel xmlns="http://camel.apache.org/schema/xml-io"><route id="bank.tick">
          <from uri="direct:tick%s"/><to uri="log:tick?level=DEBUG"/></route></camel>
        """
                .formatted(period);
    }
}
