package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.deploy.ProviderFolders;
import dev.caravan.desk.Answer;
import dev.caravan.desk.Desk;
import dev.caravan.watch.CallLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DeskTest {
    private static final Path HOME = Scratch.folder("desk");

    private static World world;
    private static UUID connection;
    private static Desk desk;
    private static ProviderFolders folders;

    @BeforeAll
    static void open() {
        world = World.of(World.smallBank());
        connection = world.connected("john1");
        folders = new ProviderFolders(HOME.resolve("routes"));
        folders.ship("truelayer", ProviderFolders.read(World.ROUTES.resolve("truelayer")));
        desk = world.desk(folders, HOME);
    }

    @AfterAll
    static void close() {
        world.close();
    }

    private static Answer ask(String... words) {
        return desk.run(List.of(words));
    }

    private static Object cell(Answer answer, String column) {
        return answer.rows().get(0).get(answer.columns().indexOf(column));
    }

    @Test
    void everyCommandIsListedWithHowItIsCalled() {
        Answer help = ask("help");
        assertThat(help.code()).isZero();
        assertThat(help.text()).contains("why-not <account> <date>").contains("validate <path>");
        assertThat(ask("nosuch").code()).isEqualTo(Answer.USAGE);
        assertThat(ask("why").text()).contains("expected why <transaction>, found no transaction");
        assertThat(ask("runs", "--nosuch", "1").text()).contains("found the option --nosuch");
        assertThat(ask("why", "one").code()).isEqualTo(Answer.USAGE);
    }

    @Test
    void whatRunsAndHowEachConnectionIsDoingIsToldAsTableAndAsJson() {
        assertThat(ask("connections", "--provider", "truelayer").rows()).hasSize(1);
        assertThat(cell(ask("status", connection.toString()), "last_pull")).isEqualTo("complete");
        assertThat((int) cell(ask("consents"), "days_left")).isBetween(89, 90);
        assertThat(ask("consents", "--days", "14").rows()).isEmpty();
        assertThat(ask("results", "--state", "open").rows()).isEmpty();
        assertThat(ask("runs", connection.toString(), "--last", "3").rows()).hasSize(3);
        assertThat(ask("status").json())
                .startsWith("{\"code\":0,\"rows\":[{\"connection\":\"" + connection);
        assertThat(ask("connections", "--provider", "nobody").text()).isEqualTo("nothing\n");
    }

    @Test
    void aDayTellsWhatWasPulledAndHowTheProviderAnswered() {
        new CallLog(world.database, world.calls(), world.clock).close();
        Answer days = ask("days", "--provider", "truelayer", "--last", "3");
        assertThat(cell(days, "pulls")).isEqualTo(1L);
        assertThat(((Number) cell(days, "calls")).longValue()).isGreaterThan(5);
        assertThat(cell(days, "failed_calls")).isEqualTo(0L);
        assertThat(cell(days, "uptime")).hasToString("1.00000");
        assertThat(((Number) cell(days, "inserted")).longValue()).isPositive();
        assertThat(ask("days", "--provider", "nobody").rows()).isEmpty();
    }

    @Test
    void aTransactionTellsWhereItCameFromAndADayWhyItHasNone() {
        String id =
                world.database
                        .first(
                                "select max(transaction_id)::text from ledger.transaction where"
                                        + " status = 'booked'",
                                row -> row.getString(1))
                        .orElseThrow();
        Answer why = ask("why", id);
        assertThat(cell(why, "user")).isEqualTo("john1");
        assertThat((String) cell(why, "sent")).contains("\"amount\"");
        String account = cell(why, "account").toString();
        String day = cell(why, "booking_date").toString();
        assertThat((String) cell(ask("why-not", account, day), "cause")).startsWith("it has ");
        assertThat((String) cell(ask("why-not", account, "2999-01-01"), "cause"))
                .isEqualTo("the day is to come");
        world.database.update(
                "update caravan.connection set state = 'expired' where id = ?", connection);
        assertThat((String) cell(ask("why-not", account, "2999-01-01"), "cause"))
                .startsWith("the consent is expired");
        world.database.update(
                "update caravan.connection set state = 'active' where id = ?", connection);
        assertThat(ask("why", "0").rows()).isEmpty();
        assertThat(ask("why", "0").code()).isEqualTo(Answer.NOTHING);
    }

    @Test
    void anEditIsLaidOutComparedAndTriedBeforeItRuns() throws IOException {
        assertThat(ask("diff", "truelayer").text()).isEqualTo("truelayer runs as shipped\n");
        assertThat(ask("edit", "truelayer", "truelayer.xml").rows().get(0).get(1))
                .isEqualTo("laid out");
        Path file = HOME.resolve("routes/truelayer/truelayer.xml");
        assertThat(ask("validate", file.toString()).text())
                .isEqualTo("truelayer would run with it\n");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("ref=\"budget\" method=\"spend", "ref=\"budgit\" method=\"spend"));
        assertThat(ask("edit", "truelayer", "truelayer.xml").rows().get(0).get(1))
                .isEqualTo("was there");
        assertThat(ask("diff", "truelayer").text())
                .contains("+    <bean ref=\"budgit\"")
                .contains("-    <bean ref=\"budget\"");
        Answer refused = ask("validate", file.toString());
        assertThat(refused.code()).isEqualTo(Answer.TROUBLE);
        assertThat(refused.text()).contains("truelayer.xml line ").contains("budgit");
        assertThat(ask("edit", "nobody").code()).isEqualTo(Answer.NOTHING);
        assertThat(world.deployer().running()).containsExactly("truelayer");
    }

    @Test
    void anUpgradeUnderAnEditIsToldAndComparedWithAllThreeSides() throws IOException {
        Path routes = HOME.resolve("routes/abacus");
        Files.createDirectories(routes);
        folders.ship(
                "abacus", 7, "1.0.0", Map.of("abacus.xml", "one\ntwo\n", "beads.sql", "old\n"));
        ask("edit", "abacus");
        Files.writeString(routes.resolve("abacus.xml"), "one\ntwo\nours\n");
        assertThat(row("providers", "abacus"))
                .containsEntry("version", "1.0.0")
                .containsEntry("edited", "abacus.xml beads.sql")
                .containsEntry("behind", "");
        assertThat(ask("doctor").text()).doesNotContain("routes/abacus");

        folders.ship("abacus", 8, "1.1.0", Map.of("abacus.xml", "one\n2\n", "beads.sql", "new\n"));

        assertThat(row("providers", "abacus"))
                .containsEntry("version", "1.1.0")
                .containsEntry("behind", "abacus.xml beads.sql");
        assertThat(folders.files("abacus"))
                .as("what is local runs on")
                .containsEntry("abacus.xml", "one\ntwo\nours\n");
        assertThat(ask("diff", "abacus").text())
                .containsSubsequence(
                        "abacus.xml: edited against an older version; the upgrade changed:",
                        "-two",
                        "+2",
                        "this installation changed:",
                        "+ours",
                        "beads.sql: a plain copy of an older version",
                        "-old",
                        "+new",
                        "delete the copy to follow");
        assertThat(ask("doctor").text())
                .containsPattern("bad +routes/abacus/abacus.xml +edited against an older version")
                .containsPattern("bad +routes/abacus/beads.sql +a plain copy .*delete it");

        Files.writeString(routes.resolve("abacus.xml"), "one\n2\nours\n");
        ask("edit", "abacus", "abacus.xml", "--merged");
        Files.delete(routes.resolve("beads.sql"));
        assertThat(row("providers", "abacus")).containsEntry("behind", "");
        assertThat(ask("diff", "abacus").text()).contains("+ours").doesNotContain("-two");
        assertThat(ask("doctor").text()).doesNotContain("routes/abacus");
    }

    private static Map<String, Object> row(String question, String provider) {
        Answer answer = ask(question);
        Map<String, Object> cells = new HashMap<>();
        answer.rows().stream()
                .filter(row -> row.get(0).equals(provider))
                .findFirst()
                .orElseThrow()
                .forEach(cell -> cells.put(answer.columns().get(cells.size()), cell));
        return cells;
    }

    @Test
    void theDoctorSaysWhatIsWrongAndWhatToDo() throws IOException {
        Path key = Files.writeString(HOME.resolve("caravan.vault.key"), "x");
        Files.setPosixFilePermissions(
                key, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        Answer sick = ask("doctor");
        assertThat(sick.code()).isEqualTo(Answer.TROUBLE);
        assertThat(sick.text()).containsPattern("bad +secret files").contains("chmod 600");
        Files.delete(key);
        assertThat(ask("doctor").text()).doesNotContain("secret files  [");
    }
}
