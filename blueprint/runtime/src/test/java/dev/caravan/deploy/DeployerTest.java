package dev.caravan.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.store.Database;
import dev.caravan.store.Migrations;
import dev.caravan.store.StoreLogin;
import dev.caravan.vault.Sealer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeployerTest {
    private static final String MAPPING =
            "select position, item ->> 'id' as provider_key, item ->> 'name' as full_name, item as"
                    + " raw from page";

    private static EmbeddedPostgres server;
    private static Database database;

    @TempDir Path home;
    private final Map<String, Map<String, String>> settings = new ConcurrentHashMap<>();
    private Deployer deployer;

    @BeforeAll
    static void store() throws Exception {
        server = EmbeddedPostgres.start();
        database =
                new Database(
                        new StoreLogin(
                                "jdbc:postgresql://localhost:" + server.getPort() + "/postgres",
                                "postgres",
                                ""),
                        3);
        new Migrations(database).run();
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
        server.close();
    }

    @BeforeEach
    void deployer() throws IOException {
        Path key = Files.writeString(home.resolve("key"), "A".repeat(43));
        settings.put("bank", Map.of("word", "first"));
        deployer =
                new Deployer(
                        new ProviderFolders(home.resolve("routes")),
                        settings::get,
                        new Verbs(database, Sealer.from(key), home, Clock.systemUTC(), "test"),
                        new SimpleMeterRegistry(),
                        () -> true);
        deployer.start();
        save("people.sql", MAPPING);
        save("bank.xml", route("<setBody><constant>{{word}}</constant></setBody>"));
        until("first");
    }

    @AfterEach
    void close() {
        deployer.close();
    }

    private static String route(String steps) {
        return "<camel xmlns=\"http://camel.apache.org/schema/xml-io\"><route id=\"bank.say\"><from"
                + " uri=\"direct:say\"/>"
                + steps
                + "</route><route id=\"bank.people\"><from uri=\"direct:people\"/><bean"
                + " ref=\"store\" method=\"save(*, 'holder', 'people.sql')\"/></route></camel>";
    }

    private void save(String file, String text) throws IOException {
        Path folder = Files.createDirectories(home.resolve("routes/bank"));
        Files.writeString(folder.resolve(file), text);
    }

    /** What the running route says; nothing in the moment between two versions. */
    private String said() {
        try {
            return deployer.camel("bank")
                    .map(
                            camel ->
                                    camel.createProducerTemplate()
                                            .requestBody("direct:say", "", String.class))
                    .orElse("nothing");
        } catch (CamelExecutionException betweenTwoVersions) {
            return "nothing";
        }
    }

    private void until(String word) {
        await().atMost(Duration.ofSeconds(20)).until(() -> said().equals(word));
    }

    private String refusal() {
        await().atMost(Duration.ofSeconds(20)).until(() -> deployer.refusals().containsKey("bank"));
        return deployer.refusals().get("bank");
    }

    @Test
    void aSaveIsLiveAndSoIsAChangedSetting() throws IOException {
        save("bank.xml", route("<setBody><constant>second</constant></setBody>"));
        until("second");
        save("bank.xml", route("<setBody><constant>{{word}}</constant></setBody>"));
        settings.put("bank", Map.of("word", "third"));
        until("third");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<setBody><constant>half",
                "<setBodi><constant>x</constant></setBodi>",
                "<to uri=\"nosuch:thing\"/>",
                "<to uri=\"direct:x?nosuch=1\"/>",
                "<setBody><constant>{{nosuch}}</constant></setBody>",
                "<bean ref=\"nosuch\" method=\"x\"/>",
                "<setBody><simple>${nosuch(</simple></setBody>",
                "<setBody><jsonpath>$..[</jsonpath></setBody>",
                "<to uri=\"http://127.0.0.1:1?httpClientConfigurer=#nosuch\"/>"
            })
    void aBrokenRouteIsRefusedWithAReasonWhileTheOldOneRunsOn(String steps) throws IOException {
        save("bank.xml", route(steps));
        assertThat(refusal())
                .startsWith("CARAVAN-ROUTE bank: bank.xml line 1, column ")
                .contains("what ran before runs on");
        assertThat(said()).isEqualTo("first");
    }

    @Test
    void aRefusalNamesTheElementThatCannotWork() throws IOException {
        save(
                "bank.xml",
                route(
                        "\n"
                                + "  <log message=\"x\"/>\n"
                                + "  <log message=\"y\"/><to uri=\"nosuch:a&amp;b\"/>"));
        assertThat(refusal()).startsWith("CARAVAN-ROUTE bank: bank.xml line 3, column 21 ");
    }

    @Test
    void aRouteThatDoesNotStartIsNamedAndTheOldOneRunsAgain() throws IOException {
        save(
                "bank.xml",
                route(
                        "<log message=\"x\"/></route>\n<route id=\"bank.twice\"><from"
                                + " uri=\"direct:say\"/><log message=\"y\"/>"));
        assertThat(refusal())
                .startsWith("CARAVAN-ROUTE bank: bank.xml line 2, column 24 does not start");
        until("first");
    }

    @Test
    void aFileBesideTheMainOneAddsRoutesAndIsNamedWhereItIsWrong() throws IOException {
        String beside =
                "<camel xmlns=\"http://camel.apache.org/schema/xml-io\"><route"
                    + " id=\"bank.more\"><from"
                    + " uri=\"direct:more\"/><setBody><constant>more</constant></setBody></route></camel>";
        save("more.xml", beside);
        save("bank.xml", route("<to uri=\"direct:more\"/>"));
        until("more");
        save("more.xml", beside.replace("setBody", "setBodi"));
        assertThat(refusal()).startsWith("CARAVAN-ROUTE bank: more.xml");
        assertThat(said()).isEqualTo("more");
    }

    @Test
    void aMappingThatPostgresRefusesIsNamedByLineAndColumn() throws IOException {
        save("people.sql", "select position,\n  nosuch as provider_key, item as raw from page");
        assertThat(refusal())
                .contains("CARAVAN-MAPPING bank: people.sql line 2, column 3")
                .contains("nosuch");
        assertThat(said()).isEqualTo("first");
    }

    @Test
    void aColumnThatTheStoreLacksIsNamed() throws IOException {
        save("people.sql", MAPPING.replace("full_name", "fool_name"));
        assertThat(refusal()).contains("fool_name").contains("holder lacks");
    }

    @Test
    void anEmptySettingThatARouteUsesMakesTheProviderWait() {
        settings.put("bank", Map.of("word", ""));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> deployer.idle().equals(Map.of("bank", "word")));
        assertThat(deployer.running()).isEmpty();
        assertThat(deployer.refusals()).isEmpty();
    }

    @Test
    void aFolderThatGoesTakesItsProviderAlong() throws IOException {
        Files.delete(home.resolve("routes/bank/bank.xml"));
        await().atMost(Duration.ofSeconds(20)).until(() -> deployer.running().isEmpty());
    }
}
