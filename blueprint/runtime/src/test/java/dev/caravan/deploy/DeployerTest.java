package dev.caravan.deploy;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.store.Database;
import dev.caravan.store.Migrations;
import dev.caravan.store.StoreLogin;
import dev.caravan.vault.Sealer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
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
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private ProviderFolders folders;
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
        folders = new ProviderFolders(home.resolve("routes"));
        deployer =
                new Deployer(
                        folders,
                        settings::get,
                        new Verbs(database, Sealer.from(key), home, Clock.systemUTC(), "test"),
                        metrics,
                        () -> true,
                        Duration.ofMillis(100));
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

    /** What the running route says; asked as requests ask, who wait for a swap to end. */
    private String said() {
        return deployer.during(
                        "bank",
                        camel ->
                                camel.createProducerTemplate()
                                        .requestBody("direct:say", "", String.class))
                .orElse("nothing");
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
                "<to uri=\"http://127.0.0.1:1?httpClientConfigurer=#nosuch\"/>",
                "<bean ref=\"store\" method=\"nosuch(*)\"/>",
                "<bean ref=\"store\" method=\"save(*, 'holder')\"/>",
                "<bean ref=\"connections\" method=\"claim('pull', many)\"/>",
                "<bean ref=\"faults\" method=\"end\"/>",
                "<filter><method ref=\"inbox\" method=\"nosuch\"/><log message=\"x\"/></filter>",
                "<bean ref=\"vault\" method=\"bearer(*, 'direct:nosuch', 300)\"/>",
                "<to uri=\"direct:nosuch\"/>",
                "<to uri=\"seda:nosuch\"/>",
                "<to uri=\"sql:select nosuch from ledger.account?dataSource=#ledger\"/>",
                "<to uri=\"sql:select 1 from ledger.account where connection_id ="
                        + " :#${exchangeProperty.nosuch} ands?dataSource=#ledger\"/>",
                "<setBody><simple>${exchangeProperty.pull.nosuch('x')}</simple></setBody>",
                "<filter><simple>${exchangeProperty.walk.opened}</simple><log"
                        + " message=\"x\"/></filter>",
                "<doTry><log"
                    + " message=\"x\"/><doCatch><exception>dev.caravan.faults.NoFault</exception><log"
                    + " message=\"y\"/></doCatch></doTry>",
                "<onException><exception>dev.caravan.faults.NoFault</exception><log"
                        + " message=\"y\"/></onException><log message=\"z\"/>",
                "<log message=\"x\"/></route><route id=\"bank.tick\"><from"
                        + " uri=\"quartz:bank/t?cron=every+day\"/><log message=\"y\"/>"
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
    void aMappingThatWouldKnowRowsByOtherKeysIsRefusedUnlessItSaysWhatTheyWere()
            throws IOException {
        database.update(
                """
                with c as (insert into caravan.connection (provider, user_ref, state) values ('bank', 'one', 'active') returning id)
                insert into caravan.holder (connection_id, identity, digest, full_name, raw)
                select id, 'h1', 1, 'Ann', '{"id": "h1", "name": "Ann"}' from c
                """);
        save("people.sql", MAPPING.replace("item ->> 'id'", "'x-' || (item ->> 'id')"));
        assertThat(refusal())
                .startsWith("CARAVAN-REKEY bank: people.sql line 1, column ")
                .contains("gives 1 of 1 sampled rows of holder another identity, holder:")
                .contains("former_key")
                .contains("what ran before runs on");
        assertThat(said()).isEqualTo("first");
        save(
                "people.sql",
                MAPPING.replace(
                        "item ->> 'id' as provider_key",
                        "'x-' || (item ->> 'id') as provider_key, item ->> 'id' as former_key"));
        await().atMost(Duration.ofSeconds(20)).until(() -> deployer.refusals().isEmpty());
        assertThat(said()).isEqualTo("first");
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
    void twoBrokenFilesAreBothNamed() throws IOException {
        save("more.xml", "<camel>half");
        save("bank.xml", route("<setBodi/>"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> refusal().contains("bank.xml") && refusal().contains("more.xml"));
        assertThat(refusal().lines()).hasSize(1);
        assertThat(said()).isEqualTo("first");
    }

    @Test
    void anEditThatIsTakenBackIsNoRefusalAnyMore() throws IOException {
        save("bank.xml", "<camel>half");
        refusal();
        save("bank.xml", route("<setBody><constant>{{word}}</constant></setBody>"));
        await().atMost(Duration.ofSeconds(20)).until(() -> deployer.refusals().isEmpty());
        assertThat(said()).isEqualTo("first");
    }

    @Test
    void editorsLeaveFilesBesideThatAreNoneOfOurs() throws IOException {
        for (String name :
                List.of(
                        ".bank.xml.swp",
                        ".#bank.xml",
                        "4913",
                        "bank.xml~",
                        "bank.xml.tmp",
                        "bank.xml.bak",
                        "#bank.xml#",
                        "bank.xml___jb_tmp___")) {
            save(name, "<camel>half");
        }
        save("bank.xml", route("<setBody><constant>second</constant></setBody>"));
        until("second");
        assertThat(deployer.refusals()).isEmpty();
    }

    @Test
    void aFileThatIsMovedIntoItsPlaceIsLive() throws IOException {
        Path aside = home.resolve("aside.xml");
        Files.writeString(aside, route("<setBody><constant>moved</constant></setBody>"));
        Files.move(aside, home.resolve("routes/bank/bank.xml"), REPLACE_EXISTING, ATOMIC_MOVE);
        until("moved");
    }

    @Test
    void aFileThatIsDeletedAndWrittenAnewNeverStopsWhatRuns() throws IOException {
        CamelContext before = deployer.camel("bank").orElseThrow();
        Path file = home.resolve("routes/bank/bank.xml");
        String text = Files.readString(file);
        for (int i = 0; i < 5; i++) {
            Files.delete(file);
            await().during(Duration.ofMillis(150))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> said().equals("first"));
            Files.writeString(file, text);
        }
        assertThat(deployer.camel("bank")).containsSame(before);
    }

    @Test
    void linesMayEndAsOnWindowsAndAMarkMayStandBeforeThem() throws IOException {
        save(
                "bank.xml",
                "\uFEFF" + route("\r\n<setBody>\r\n<constant>second</constant>\r\n</setBody>\r\n"));
        until("second");
        save("bank.xml", route("\r\n<setBody>\r\n<constant>x</constant></setBodi>\r\n"));
        assertThat(refusal()).startsWith("CARAVAN-ROUTE bank: bank.xml line 3, column ");
    }

    @Test
    void whatIsNotUtf8IsNamedByLineAndColumn() throws IOException {
        Files.write(
                home.resolve("routes/bank/bank.xml"),
                route("\n  <log message=\"caf\u00e9\"/>").getBytes(StandardCharsets.ISO_8859_1));
        assertThat(refusal())
                .startsWith("CARAVAN-ROUTE bank: bank.xml line 2, column 20 is not UTF-8");
        assertThat(said()).isEqualTo("first");
    }

    @Test
    void whatIsThereAndIsNoFileIsRefusedAndNothingStops() throws IOException {
        Path file = home.resolve("routes/bank/people.sql");
        Files.delete(file);
        Files.createDirectory(file);
        assertThat(refusal()).startsWith("CARAVAN-ROUTE bank: people.sql is a directory");
        Files.delete(file);
        Files.createSymbolicLink(file, home.resolve("nowhere"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> refusal().contains("people.sql is a link that leads nowhere"));
        Files.writeString(home.resolve("nowhere"), MAPPING);
        await().atMost(Duration.ofSeconds(20)).until(() -> deployer.refusals().isEmpty());
        Files.writeString(file, "x".repeat(3 * 1_048_576));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> refusal().contains("people.sql has 3145728 bytes"));
        assertThat(said()).isEqualTo("first");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "schedule.people=nonsense",
                "schedule.zone=Nowhere/None",
                "call.deadline.seconds=soon",
                "webhook.verifier=nosuch"
            })
    void aSettingThatDoesNotFitIsRefusedAndNothingStops(String line) {
        String[] set = line.split("=");
        settings.put("bank", Map.of("word", "second", set[0], set[1]));
        assertThat(refusal()).startsWith("CARAVAN-").contains("bank").contains(set[1]);
        assertThat(said()).isEqualTo("first");
    }

    @Test
    void anErrorClassThatThereIsNotIsRefused() throws IOException {
        save("answers.properties", "500 = nosuch");
        assertThat(refusal()).contains("answers.properties").contains("nosuch");
        save("answers.properties", "500 = absent 3x");
        await().atMost(Duration.ofSeconds(20)).until(() -> refusal().contains("3x"));
        save("answers.properties", "500 = absent \\u00");
        await().atMost(Duration.ofSeconds(20)).until(() -> refusal().contains("encoding"));
        assertThat(said()).isEqualTo("first");
    }

    @Test
    void oneProvidersTroubleIsNotAnothersAlsoWhenItsFolderCannotBeRead() throws IOException {
        settings.put("shop", Map.of());
        Path shop = Files.createDirectories(home.resolve("routes/shop"));
        Files.createDirectory(shop.resolve("shop.xml"));
        await().atMost(Duration.ofSeconds(20)).until(() -> deployer.refusals().containsKey("shop"));
        save("bank.xml", route("<setBody><constant>second</constant></setBody>"));
        until("second");
    }

    @Test
    void whatIsCountedGoesOnOverASwap() throws IOException {
        said();
        double before = counted();
        save("bank.xml", route("<setBody><constant>second</constant></setBody>"));
        until("second");
        await().atMost(Duration.ofSeconds(20)).until(() -> !oldOnesAreThere());
        double after = counted();
        said();
        assertThat(before).isPositive();
        assertThat(after).isGreaterThan(before);
        assertThat(counted()).isEqualTo(after + 1);
    }

    private double counted() {
        return metrics.find("camel.exchanges.total").tag("routeId", "bank.say").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private static boolean oldOnesAreThere() {
        return beans("org.apache.camel:type=context,*") > 1;
    }

    private static int beans(String pattern) {
        try {
            return ManagementFactory.getPlatformMBeanServer()
                    .queryNames(new ObjectName(pattern), null)
                    .size();
        } catch (MalformedObjectNameException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.contains("deploy") && !name.matches("(?i).*(hikari|junit).*"))
                .filter(name -> name.matches("(?i).*(camel|quartz|guard|seda).*"))
                .count();
    }

    @Test
    void fiftyRefusalsLeaveNothingBehind() {
        String good = route("<setBody><constant>{{word}}</constant></setBody>");
        List<String> broken =
                List.of(
                        route("<setBody><constant>half"),
                        route("<to uri=\"nosuch:thing\"/>"),
                        route(
                                "<to uri=\"http://127.0.0.1:1?httpClientConfigurer=#guard\"/><bean"
                                        + " ref=\"store\" method=\"nosuch\"/>"),
                        route(
                                "<to uri=\"direct:nosuch\"/></route><route id=\"bank.tick\"><from"
                                        + " uri=\"quartz:bank/t?cron=0/1+*+*+*+*+?\"/><to"
                                        + " uri=\"seda:x\"/></route><route id=\"bank.x\"><from"
                                        + " uri=\"seda:x\"/><log message=\"x\"/>"));
        assertThat(deployer.refusal("bank", Map.of("bank.xml", good, "people.sql", MAPPING)))
                .isEmpty();
        int beans = beans("*:*");
        long threads = threads();
        for (int i = 0; i < 50; i++) {
            String text = broken.get(i % broken.size());
            assertThat(deployer.refusal("bank", Map.of("bank.xml", text, "people.sql", MAPPING)))
                    .isPresent();
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> threads() <= threads);
        assertThat(beans("*:*")).isEqualTo(beans);
        assertThat(said()).isEqualTo("first");
    }

    @Test
    void aVersionThatDoesNotStartLeavesNothingBehindEither() throws IOException {
        int beans = beans("*:*");
        CamelContext before = deployer.camel("bank").orElseThrow();
        String twice =
                route(
                        "<log message=\"x\"/></route><route id=\"bank.twice\"><from"
                                + " uri=\"direct:say\"/><log message=\"y\"/>");
        for (int i = 0; i < 4; i++) {
            save("bank.xml", twice + "<!-- " + i + " -->");
            assertThat(refusal()).contains("does not start");
            save("bank.xml", route("<setBody><constant>{{word}}</constant></setBody>"));
            await().atMost(Duration.ofSeconds(20)).until(() -> deployer.refusals().isEmpty());
        }
        assertThat(said()).isEqualTo("first");
        assertThat(deployer.camel("bank")).as("the old one went on").containsSame(before);
        await().atMost(Duration.ofSeconds(20)).until(() -> beans("*:*") == beans);
    }

    @Test
    void aShippedProviderThatIsUpdatedIsSwappedAndNotStoppedInBetween() throws Exception {
        settings.put("shop", Map.of());
        folders.ship("shop", Map.of("shop.xml", shop("one")));
        await().atMost(Duration.ofSeconds(20)).until(() -> deployer.running().contains("shop"));
        try (Watch watch = new Watch()) {
            for (String word : List.of("two", "three")) {
                folders.withdraw("shop", 0);
                folders.ship("shop", Map.of("shop.xml", shop(word)));
                await().atMost(Duration.ofSeconds(20))
                        .until(
                                () ->
                                        deployer.during("shop", this::shopSays)
                                                .filter(word::equals)
                                                .isPresent());
            }
            assertThat(watch.missed()).isZero();
        }
    }

    private String shopSays(CamelContext camel) {
        return camel.createProducerTemplate().requestBody("direct:say", "", String.class);
    }

    private static String shop(String word) {
        return "<camel xmlns=\"http://camel.apache.org/schema/xml-io\"><route id=\"shop.say\"><from"
                + " uri=\"direct:say\"/><setBody><constant>"
                + word
                + "</constant></setBody></route></camel>";
    }

    /** Asks all the time, as users do. */
    private final class Watch implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicInteger missed = new AtomicInteger();
        private final Thread thread = new Thread(this::ask);

        Watch() {
            thread.start();
        }

        private void ask() {
            while (!over.get()) {
                if (deployer.during("shop", DeployerTest.this::shopSays).isEmpty()) {
                    missed.incrementAndGet();
                }
            }
        }

        int missed() throws InterruptedException {
            over.set(true);
            thread.join();
            return missed.get();
        }

        @Override
        public void close() {
            over.set(true);
        }
    }

    @Test
    void aFolderThatGoesTakesItsProviderAlong() throws IOException {
        Files.delete(home.resolve("routes/bank/bank.xml"));
        await().atMost(Duration.ofSeconds(20)).until(() -> deployer.running().isEmpty());
    }
}
