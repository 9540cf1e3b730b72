package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.deploy.ProviderFolders;
import dev.caravan.desk.Answer;
import dev.caravan.desk.Desk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A person pauses: nothing is pulled until it is resumed, and nothing is lost meanwhile. */
class PauseTest {
    private static final Path HOME = Scratch.folder("pause");

    private static World world;
    private static UUID john;
    private static UUID jane;
    private static Desk desk;

    @BeforeAll
    static void open() {
        world = World.of(World.smallBank().accountsPerConnection(1).cardsPerConnection(0));
        john = world.connected("john1");
        jane = world.connected("john2");
        desk =
                new Desk(
                        world.database,
                        world.deployer(),
                        new ProviderFolders(HOME.resolve("routes")),
                        world.journeys,
                        HOME,
                        HOME,
                        world.clock,
                        List.of());
    }

    @AfterAll
    static void close() {
        world.close();
    }

    @AfterEach
    void resume() {
        ask("resume", john.toString());
        ask("resume", "--provider", "truelayer");
    }

    private static Answer ask(String... words) {
        return desk.run(List.of(words), "alice");
    }

    private static Object cell(Answer answer, String column) {
        return answer.rows().get(0).get(answer.columns().indexOf(column));
    }

    private static String held(String columns) {
        return world.text(
                "select concat_ws(' ', "
                        + columns
                        + ") from ledger.connection where connection_id = '"
                        + john
                        + "'");
    }

    @Test
    void aPausedConnectionIsNotPulledUntilItIsResumedWhileOthersAre() {
        Answer paused = ask("pause", john.toString(), "--why", "the bank moves house");
        assertThat(paused.code()).isZero();
        assertThat(held("held_by, held_why")).isEqualTo("alice the bank moves house");
        assertThat(ask("pull", john.toString()).code()).isEqualTo(Answer.TROUBLE);
        assertThat((String) cell(ask("status", john.toString()), "paused"))
                .startsWith("by alice since ")
                .endsWith(": the bank moves house");

        world.twin.grow(world.twin.accounts("john1").get(0).id(), 5);
        world.twin.journal().clear();
        String last = world.lastEnd(john);
        world.journeys.pull(john, null, Duration.ZERO);
        world.pull(jane);
        world.pull(jane);
        assertThat(world.seen("me", "john2")).hasSize(2);
        assertThat(world.twin.journal().where(one -> one.user().equals("john1"))).isEmpty();

        assertThat(ask("resume", john.toString()).code()).isZero();
        assertThat(held("held_by, held_why")).isEmpty();
        world.awaitPull(john, last);
        new Oracle(world).holds("john1");
        assertThat(
                        world.text(
                                "select held_by || ' ' || over_by || ' ' || stands from ledger.hold"
                                        + " order by hold_id desc limit 1"))
                .as("who did what is kept")
                .isEqualTo("alice alice false");
        assertThat(ask("resume", john.toString()).code()).isEqualTo(Answer.NOTHING);
    }

    @Test
    void aRunningPullStopsBehindItsPageAndGoesOnThereWithoutAskingAgain() {
        world.twin.grow(world.twin.accounts("john1").get(0).id(), 5);
        world.twin.journal().clear();
        String last = world.lastEnd(john);
        world.atRequest("accounts", "john1", () -> ask("pause", "--provider", "truelayer"));
        world.journeys.pull(john, null, Duration.ZERO);
        World.until(
                () ->
                        world.number(
                                        "select count(*) from ledger.pull_run where outcome ="
                                                + " 'interrupted' and connection_id = '"
                                                + john
                                                + "'")
                                > 0);
        assertThat(world.idle(john)).isTrue();
        assertThat(
                        world.twin.journal().where(one -> one.user().equals("john1")).stream()
                                .map(one -> one.endpoint()))
                .as("the page in hand is stored, and nothing is asked behind it")
                .containsOnly("me", "accounts");
        assertThat(world.lastEnd(john)).isEqualTo(last);
        assertThat(held("last_fault")).as("no fault").isEmpty();

        world.twin.journal().clear();
        ask("resume", "--provider", "truelayer");
        world.awaitPull(john, last);
        assertThat(world.seen("accounts", "john1")).as("it has that page").isEmpty();
        assertThat(world.seen("accounts/{id}/transactions", "john1")).isNotEmpty();
        assertThat(
                        world.number(
                                "select count(*) from ledger.pull_run where outcome in ('running',"
                                        + " 'interrupted')"))
                .isZero();
        new Oracle(world).holds("john1");
    }

    @Test
    void aPausedProviderKeepsItsTokensAliveOverARestartAndOnEveryNode() {
        ask("pause", "--provider", "truelayer", "--why", "their maintenance");
        world.stop();
        world.start();
        world.twin.journal().clear();
        world.journeys.pull(john, null, Duration.ZERO);
        world.database.update(
                "update caravan.task set due_at = caravan.now() where kind = 'token' and"
                        + " connection_id = ?",
                jane);
        long generation = generation();
        trigger("token");
        World.until(() -> generation() > generation);
        world.tick();
        assertThat(world.seen("me", "john1")).isEmpty();
        assertThat(held("held_by")).isEqualTo("alice");
        assertThat(ask("resume", john.toString()).text())
                .as("it is its provider that is paused")
                .contains("was not paused, but its provider is paused by alice");
    }

    private static long generation() {
        return world.number(
                "select generation from caravan.token_set where connection_id = '" + jane + "'");
    }

    private static void trigger(String job) {
        try {
            world.camel()
                    .getComponent("quartz", org.apache.camel.component.quartz.QuartzComponent.class)
                    .getScheduler()
                    .triggerJob(new org.quartz.JobKey(job, "truelayer"));
        } catch (org.quartz.SchedulerException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aPauseWithAnEndEndsByItself() {
        assertThat(ask("pause", john.toString(), "--until", "yesterday").code())
                .isEqualTo(Answer.USAGE);
        assertThat(ask("pause", john.toString(), "--until", "2001-01-01").code())
                .isEqualTo(Answer.USAGE);
        assertThat(ask("pause", john.toString(), "--until", "2h").code()).isZero();
        String last = world.lastEnd(john);
        world.journeys.pull(john, null, Duration.ZERO);
        world.pull(jane);
        assertThat(world.lastEnd(john)).isEqualTo(last);
        world.advance(Duration.ofHours(3));
        world.awaitPull(john, last);
        assertThat(held("held_by")).isEmpty();
    }

    @Test
    void whatIsNotThereOrNotNamedIsSaid() {
        assertThat(ask("pause").code()).isEqualTo(Answer.USAGE);
        assertThat(ask("pause", "--provider", "nobody").code()).isEqualTo(Answer.NOTHING);
        assertThat(ask("pause", UUID.randomUUID().toString()).code()).isEqualTo(Answer.NOTHING);
        assertThat(ask("pause", john.toString(), "--provider", "truelayer").code())
                .isEqualTo(Answer.USAGE);
        assertThat(ask("resume", "--provider", "nobody").code()).isEqualTo(Answer.NOTHING);
    }
}
