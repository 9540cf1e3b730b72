package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.deploy.Deployer;
import dev.caravan.sandbox.http.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Any number of nodes on one store: they share the work and never do the same twice. */
class NodesTest {
    private static final String BOOKED = "accounts/{id}/transactions";

    @Test
    void twoNodesNeverPullOneConnectionAtOnce() {
        try (World world = World.of(World.smallBank())) {
            List<String> users = List.of("john1", "john2", "john3", "john4", "john5", "john6");
            Map<String, UUID> connections = world.connected(users);
            try (Deployer second = world.secondNode()) {
                assertThat(second.running()).contains("truelayer");
                for (int i = 0; i < 3; i++) {
                    users.forEach(
                            user -> world.twin.grow(world.twin.accounts(user).get(0).id(), 50));
                    world.pull(connections.values(), null);
                }
                assertThat(
                                world.twin
                                        .journal()
                                        .overlapping(
                                                one ->
                                                        one.path().startsWith("/data/")
                                                                ? one.credentialsId()
                                                                : ""))
                        .isEmpty();
                assertThat(world.twin.journal().count("me"))
                        .as("and no pull is made twice")
                        .isEqualTo(6 * 4);

                world.stop();
                world.twin.grow(world.twin.accounts("john1").get(0).id(), 5);
                String last = world.lastEnd(connections.get("john1"));
                world.journeys.pull(connections.get("john1"), null, Duration.ofMinutes(5));
                world.awaitPull(connections.get("john1"), last);
                world.start();
            }
            users.forEach(new Oracle(world)::holds);
        }
    }

    @Test
    void aNodeWhoseLeaseWasTakenCanStoreNothingAndFreesItsHand() {
        try (World world = World.of(World.smallBank(), Map.of("pull.parallel", "1"))) {
            UUID connection = world.connected("john1");
            byte[] page =
                    ("{\"results\":[{\"transaction_id\":\"z\",\"normalised_provider_transaction_id\":\"zombie\",\"timestamp\":"
                         + "\"2026-11-01T00:00:00Z\",\"description\":\"Zombie\",\"amount\":-1,\"currency\":\"GBP\"}],"
                         + "\"status\":\"Succeeded\"}")
                            .getBytes(StandardCharsets.UTF_8);
            world.twin
                    .faults()
                    .on(BOOKED)
                    .answer(
                            Reply.of(
                                    200,
                                    "application/json",
                                    out -> {
                                        takeLease(world, connection);
                                        out.raw(page);
                                    }))
                    .times(1);
            String last = world.lastEnd(connection);
            String cursor = world.text("select max(newest_date) from caravan.cursor");
            world.journeys.pull(connection, null, Duration.ofMinutes(5));
            world.tick();
            UUID other = world.connected("john2");
            assertThat(world.state(other)).as("the only hand is free again").isEqualTo("active");
            assertThat(
                            world.text(
                                    "select lease_owner from caravan.connection where id = '"
                                            + connection
                                            + "'"))
                    .isEqualTo("other");
            assertThat(
                            world.number(
                                    "select count(*) from ledger.transaction where description ="
                                            + " 'Zombie'"))
                    .isZero();
            assertThat(world.text("select max(newest_date) from caravan.cursor")).isEqualTo(cursor);

            world.advance(Duration.ofMinutes(6));
            world.awaitPull(connection, last);
            new Oracle(world).holds("john1");
            assertThat(
                            world.number(
                                    "select count(*) from ledger.pull_run where outcome ="
                                            + " 'running'"))
                    .isZero();
        }
    }

    private static void takeLease(World world, UUID connection) {
        world.database.update(
                "update caravan.connection set lease_epoch = lease_epoch + 1, lease_owner ="
                    + " 'other', lease_until = caravan.now() + interval '5 minutes' where id = ?",
                connection);
    }
}
