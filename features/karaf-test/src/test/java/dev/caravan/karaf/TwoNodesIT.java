package dev.caravan.karaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes on one store, and kill -9 of one of them after the other, in the middle of their pulls.
 * Each dies once by itself; {@code -Dcaravan.kills=30 -Dcaravan.kill.seconds=20} is ten minutes of
 * it.
 */
class TwoNodesIT {
    private static final int KILLS = Integer.getInteger("caravan.kills", 2);
    private static final Duration EVERY =
            Duration.ofSeconds(Long.getLong("caravan.kill.seconds", 12));
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Duration BOOT = Duration.ofMinutes(4);

    @TempDir Path folder;

    @Test
    void ofTwoNodesOneMayDieAtAnyTimeAndNothingIsLostOrDoubled() throws Exception {
        try (var server = EmbeddedPostgres.start();
                var schools = new Schools()) {
            var nodes =
                    nodes("jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres", schools);
            try (var one = nodes.get(0);
                    var two = nodes.get(1)) {
                for (var node : nodes) {
                    assertThat(node.script("start").status()).isZero();
                }
                for (var node : nodes) {
                    runs(node);
                }
                schools.connect(one);
                try (var traffic = new Traffic("one", () -> schools.news(one));
                        var more = new Traffic("two", () -> schools.news(two))) {
                    for (int kill = 0; kill < KILLS; kill++) {
                        dies(nodes, schools);
                    }
                }
                await("store and twin hold the same")
                        .atMost(LEASE)
                        .pollInterval(Duration.ofSeconds(1))
                        .untilAsserted(
                                () -> {
                                    schools.pull(one);
                                    assertThat(Schools.stored(one)).isEqualTo(schools.truth());
                                });
                assertThat(
                                schools.twin
                                        .journal()
                                        .overlapping(
                                                call ->
                                                        call.endpoint().startsWith("orgs/")
                                                                ? call.credentialsId()
                                                                : ""))
                        .as("no connection is ever pulled by both")
                        .isEmpty();
                assertThat(
                                Booked.number(
                                        one,
                                        "select count(distinct version) - count(*) from"
                                                + " caravan.migration where version is not null"))
                        .as("both started at once and one migrated")
                        .isZero();
            }
        }
    }

    private List<Installed> nodes(String store, Schools schools)
            throws IOException, InterruptedException {
        var nodes = new ArrayList<Installed>();
        for (var name : List.of("one", "two")) {
            var node = Installed.byHand(folder.resolve(name));
            node.share(store, "A".repeat(43));
            schools.settle(node);
            nodes.add(node);
        }
        return nodes;
    }

    private static void runs(Installed node) {
        await("the node is there")
                .atMost(BOOT)
                .ignoreExceptions()
                .until(() -> node.ready() && node.state("trac").equals("runs"));
    }

    /** One dies in the middle of a pull; the other works on, and what was held is taken over. */
    private static void dies(List<Installed> nodes, Schools schools) throws Exception {
        var began = Instant.now();
        var at = new AtomicInteger();
        // whichever pulls: one that is quicker at each tick leaves the other nothing to do
        await("one holds a lease")
                .atMost(BOOT)
                .until(
                        () -> {
                            var next = at.get();
                            at.set(1 - next);
                            return !held(nodes.get(1 - next), nodes.get(next)).isEmpty();
                        });
        var node = nodes.get(at.get());
        var other = nodes.get(1 - at.get());
        var held = held(node, other);
        node.kill();
        var calls = schools.calls();
        assertThat(node.script("start").status()).isZero();
        await("the other one works on")
                .atMost(Duration.ofMinutes(1))
                .until(() -> schools.calls() > calls);
        await("what it held goes on").atMost(LEASE).until(() -> free(other, held));
        runs(node);
        await("some time later")
                .atMost(EVERY.multipliedBy(2))
                .until(() -> Instant.now().isAfter(began.plus(EVERY)));
    }

    /** The connections that a node holds now. */
    private static List<String> held(Installed node, Installed other)
            throws IOException, SQLException {
        return Booked.texts(
                other,
                "select id || ' ' || lease_epoch from caravan.connection where lease_until >"
                        + " caravan.now() and lease_owner like '%:"
                        + node.karaf().pid()
                        + "'");
    }

    private static boolean free(Installed other, List<String> held)
            throws IOException, SQLException {
        return Booked.texts(other, "select id || ' ' || lease_epoch from caravan.connection")
                .stream()
                .noneMatch(held::contains);
    }
}
