package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.deploy.ProviderFolders;
import dev.caravan.desk.Answer;
import dev.caravan.desk.Desk;
import dev.caravan.sandbox.Canaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pull that is only tried: everything but the store is real, and the store stays as it is. */
class TryTest {
    private static final Path HOME = Scratch.folder("try");

    /** What is real about a try, because it is real at the provider; the rest must not change. */
    private static final Set<String> REAL = Set.of("call");

    private static World world;
    private static Desk desk;
    private static int users;

    private String user;
    private UUID connection;

    @BeforeAll
    static void open() {
        world = World.of(World.smallBank().rotateRefreshTokens(true));
        ProviderFolders folders = new ProviderFolders(HOME.resolve("routes"));
        folders.ship("truelayer", ProviderFolders.read(World.ROUTES.resolve("truelayer")));
        desk = world.desk(folders, HOME);
    }

    @AfterAll
    static void close() {
        world.close();
    }

    @BeforeEach
    void connect() {
        user = "john" + ++users;
        connection = world.connected(user);
    }

    private Answer tries(String... options) {
        List<String> words =
                new ArrayList<>(List.of("try", "truelayer", "--connection", connection.toString()));
        words.addAll(List.of(options));
        return desk.run(words);
    }

    /** Every row of every table, but for those that are real. */
    private Set<String> stored(Set<String> real) {
        Set<String> rows = new TreeSet<>();
        for (String table :
                world.texts(
                        "select table_name from information_schema.tables where table_schema ="
                                + " 'caravan'")) {
            if (!real.contains(table)) {
                rows.addAll(
                        world.texts(
                                "select '" + table + " ' || t::text from caravan." + table + " t"));
            }
        }
        return rows;
    }

    private void unchanged(Set<String> real, Set<String> before) {
        Set<String> now = stored(real);
        Set<String> other = new TreeSet<>(before);
        other.removeAll(now);
        now.removeAll(before);
        assertThat(other).as("lost by a try").isEmpty();
        assertThat(now).as("written by a try").isEmpty();
    }

    private long calls() {
        return Long.parseLong(world.texts("select count(*) from caravan.call").get(0));
    }

    private void expire() {
        world.database.update(
                "update caravan.token_set set access_expires_at = caravan.now() where connection_id"
                        + " = ?",
                connection);
    }

    private int asked() {
        return world.twin.journal().where(one -> one.user().equals(user)).size();
    }

    /** A folder beside the live one, with one file changed. */
    private static Path edited(String file, String was, String is) throws IOException {
        Path folder = Files.createTempDirectory(HOME, "edit").resolve("truelayer");
        Files.createDirectories(folder);
        String text = Files.readString(World.ROUTES.resolve("truelayer").resolve(file));
        assertThat(text).contains(was);
        Files.writeString(folder.resolve(file), text.replace(was, is));
        return folder;
    }

    @Test
    void aTryShowsWhatIsAskedAndWhatItBecomesAndStoresNothingButTheCallsItSpent() {
        Set<String> before = stored(REAL);
        long calls = calls();
        int asked = asked();

        Answer tried = tries();

        assertThat(tried.text())
                .containsPattern("GET +200 +\\d+ +\\d+ .*\\{api.url}/accounts\\b")
                .contains("mapped transaction:")
                .contains("would be good");
        assertThat(tried.code()).isZero();
        assertThat(asked()).as("it really asks").isGreaterThan(asked);
        assertThat(calls() - calls).as("and says what that cost").isPositive();
        assertThat(tried.text()).contains("wrote nothing but " + (calls() - calls) + " calls");
        assertThat(tried.parts().get("differences").rows())
                .as("what the store has already is no difference")
                .noneMatch(row -> row.get(0).equals("transaction"));
        unchanged(REAL, before);
        world.pull(connection);
        assertThat(world.state(connection)).isEqualTo("active");
    }

    @Test
    void anEditedMappingIsTriedAgainstWhatTheStoreHoldsBeforeItIsLive() throws IOException {
        Path shouting =
                edited(
                        "transactions.sql",
                        "item ->> 'description' as description",
                        "'tried: ' || (item ->> 'description') as description");
        Set<String> before = stored(REAL);
        Answer tried =
                tries("--files", shouting.toString(), "--kinds", "transactions", "--rows", "2");

        assertThat(tried.code()).as(tried.text()).isZero();
        assertThat(tried.parts().get("changed rows").rows()).hasSize(2);
        assertThat(tried.parts().get("changed rows").rows().get(0).get(3).toString())
                .contains("description=")
                .contains(" -> tried: ");
        assertThat(tried.parts().get("mapped transaction").rows()).hasSize(2);
        unchanged(REAL, before);
    }

    @Test
    void aBrokenEditIsExplainedAndAsksNobody() throws IOException {
        int asked = asked();
        Path verb =
                edited(
                        "truelayer.xml",
                        "ref=\"budget\" method=\"spend",
                        "ref=\"budgit\" method=\"spend");
        Answer refused = tries("--files", verb.toString());
        assertThat(refused.code()).isEqualTo(Answer.TROUBLE);
        assertThat(refused.text()).contains("truelayer.xml line ").contains("budgit");

        Path column = edited("balances.sql", "item", "itam");
        assertThat(tries("--files", column.toString()).text()).contains("balances.sql line ");
        assertThat(tries("--files", HOME.resolve("nowhere").toString()).code())
                .isEqualTo(Answer.NOTHING);
        assertThat(tries("--max-pages", "many").code()).isEqualTo(Answer.USAGE);
        assertThat(desk.run(List.of("try", "nobody")).code()).isEqualTo(Answer.NOTHING);
        assertThat(asked()).isEqualTo(asked);
    }

    @Test
    void aProviderThatFailsIsTroubleAndTheRunningRoutesNeverHearOfIt() {
        Set<String> before = stored(REAL);
        fails("html", () -> world.twin.faults().on("accounts").html(500).times(2), "500");
        fails(
                "no JSON",
                () -> world.twin.faults().on("accounts").cutJson().times(1),
                "CARAVAN-BODY");
        fails(
                "an amount that is none",
                () -> world.twin.faults().on("accounts/{id}/transactions").wordAsAmount().times(1),
                null);
        world.twin.faults().on("info").tooManyRequests(Duration.ofMinutes(20)).times(1);
        Answer throttled = tries("--kinds", "info");
        assertThat(throttled.code()).isEqualTo(Answer.TROUBLE);
        assertThat(throttled.text()).contains("429").contains("CARAVAN-THROTTLED");

        unchanged(REAL, before);
        world.pullAttended(connection);
        assertThat(
                        world.texts(
                                "select coalesce(last_fault, 'none') from ledger.connection where"
                                        + " connection_id = '"
                                        + connection
                                        + "'"))
                .containsExactly("none");
    }

    private void fails(String how, Runnable fault, String said) {
        fault.run();
        Answer tried = tries("--kinds", "accounts,transactions");
        if (said == null) {
            assertThat(tried.parts().get("refused records").rows()).as(how).hasSize(1);
        } else {
            assertThat(tried.code()).as(how + ": " + tried.text()).isEqualTo(Answer.TROUBLE);
            assertThat(tried.text()).as(how).contains(said).contains("would not be whole");
        }
    }

    @Test
    void callsThatTheBudgetHasNotAreNotMadeByATryEither() {
        for (int i = 0; i < 4; i++) {
            tries("--kinds", "info");
        }
        long calls = calls();
        Answer refused = tries("--kinds", "info");
        assertThat(refused.code()).isEqualTo(Answer.TROUBLE);
        assertThat(refused.text()).contains("CARAVAN-QUOTA").contains("info");
        assertThat(
                        world.texts(
                                "select count(*) from caravan.call where endpoint = 'info' and"
                                        + " counted and connection_id = '"
                                        + connection
                                        + "'"))
                .containsExactly("4");
        assertThat(calls() - calls).isLessThan(3);
    }

    @Test
    void aTokenThatRotatesWhileItIsTriedIsKept() {
        expire();
        Set<String> real = Set.of("call", "token_set", "token_refresh");
        Set<String> before = stored(real);
        Answer tried = tries("--kinds", "accounts");
        assertThat(tried.text()).contains("new tokens of the connection").contains("would be good");
        unchanged(real, before);
        expire();
        world.pull(connection);
        assertThat(world.state(connection))
                .as("the token that came is the one in use")
                .isEqualTo("active");
    }

    @Test
    void nobodyPullsAConnectionThatIsBeingTriedAndNothingElseWaitsForIt() throws Exception {
        world.twin.faults().on("accounts").stalls(Duration.ofSeconds(3)).times(1);
        int asked = asked();
        CompletableFuture<Answer> tried =
                CompletableFuture.supplyAsync(() -> tries("--kinds", "accounts"));
        World.until(() -> asked() > asked);
        String last = world.lastEnd(connection);

        world.journeys.pull(connection, null, Duration.ofMinutes(5));
        world.tick();
        assertThat(tries().text()).contains("is being tried already");
        world.database.update(
                "update caravan.connection set user_ref = 'jack' where id = ?", connection);

        assertThat(tried.get().code()).as(tried.get().text()).isZero();
        assertThat(world.lastEnd(connection)).isEqualTo(last);
        world.awaitPull(connection, last);

        world.database.update(
                "update caravan.connection set lease_until = caravan.now() + interval '1 minute'"
                        + " where id = ?",
                connection);
        assertThat(tries().text()).contains("CARAVAN-TRY").contains("is being pulled");
        world.database.update(
                "update caravan.connection set lease_until = null, state = 'expired' where id = ?",
                connection);
        assertThat(tries().text()).contains("is expired");
        assertThat(
                        desk.run(
                                        List.of(
                                                "try",
                                                "truelayer",
                                                "--connection",
                                                UUID.randomUUID().toString()))
                                .code())
                .isEqualTo(Answer.NOTHING);
    }

    @Test
    void aTryEndsWhenItsTimeOrItsCallsAreUpAndLeavesNoTraceThenEither() {
        Set<String> before = stored(REAL);
        Answer few = tries("--max-calls", "3");
        assertThat(few.text()).contains("not all was read").contains("3 calls of the budget");
        world.twin.faults().on("accounts").stalls(Duration.ofSeconds(4)).times(1);
        Answer late = tries("--seconds", "1");
        assertThat(late.code()).isEqualTo(Answer.TROUBLE);
        assertThat(late.text()).contains("was not over after 1 s");
        unchanged(REAL, before);
        world.pull(connection);
    }

    @Test
    void nothingSecretIsShown() throws IOException {
        expire();
        world.twin.faults().on("connect/token").html(200).times(1);
        String shown = tries("--rows", "100").text() + tries("--rows", "100").json();
        Set<String> secrets = new HashSet<>(world.twin.truth().secretsIssued());
        secrets.add(world.twin.settings().clientSecret());
        assertThat(shown).contains("accounts");
        assertThat(new Canaries(secrets).in(List.of(shown))).isEmpty();
        assertThat(new TreeMap<>(tries().parts())).isNotEmpty();
    }
}
