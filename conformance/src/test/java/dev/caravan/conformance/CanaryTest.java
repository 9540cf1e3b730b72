package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.connections.Journeys;
import dev.caravan.sandbox.Canaries;
import dev.caravan.sandbox.truelayer.Browser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * No token, code or secret that was ever issued lies in the store or in the log, in clear, hex or
 * base64.
 */
class CanaryTest {
    @Test
    void nothingSecretIsFoundInTheStoreOrInTheLog() throws IOException {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (World world = World.of(World.smallBank().rotateRefreshTokens(true))) {
            liveAndFail(world);
            Set<String> issued = secrets(world);
            Canaries secrets = new Canaries(issued);
            List<String> store = world.everything();
            System.setErr(before);

            assertThat(issued).as("secrets to look for").hasSizeGreaterThan(10);
            assertThat(log.toString(StandardCharsets.UTF_8))
                    .contains("CARAVAN-CONSENT")
                    .contains("CARAVAN-TOKEN");
            assertThat(secrets.in(store)).as("in the store").isEmpty();
            assertThat(secrets.in(List.of(log.toString(StandardCharsets.UTF_8))))
                    .as("in the log")
                    .isEmpty();

            List<String> beans = Canaries.managedBeans();
            assertThat(beans).as("of Camel").anyMatch(name -> name.contains("truelayer"));
            assertThat(secrets.in(beans)).as("in managed beans").isEmpty();

            world.database.update(
                    "insert into caravan.provider values ('canary', null, ?)",
                    issued.iterator().next());
            assertThat(secrets.in(world.everything()))
                    .as("the search itself can find one")
                    .hasSize(1);
        } finally {
            System.setErr(before);
        }
    }

    private static void liveAndFail(World world) {
        UUID connection = world.connected("john1");
        renew(world, connection);
        world.twin.faults().on("connect/token").html(200).times(1);
        renew(world, connection);
        world.twin.faults().on("connect/token").losesTheAnswer().times(1);
        renew(world, connection);
        world.twin.faults().on("accounts/{id}/transactions").wordAsAmount().times(1);
        world.twin.faults().on("accounts").html(502).times(1);
        Journeys.Begun declined = world.journeys.begin("truelayer", "john2");
        world.back(new Browser().decline(world.bank(declined.link())));
        Journeys.Begun failed = world.journeys.begin("truelayer", "john2");
        world.twin.faults().on("connect/token").invalidGrant().times(1);
        world.back(world.callback(failed.link(), "john2"));
        UUID dead = world.connected("john3");
        world.twin.connection("john3").killRefreshToken();
        renew(world, dead);
        assertThat(world.state(dead)).isEqualTo("reauth_required");
    }

    private static void renew(World world, UUID connection) {
        world.advance(Duration.ofMinutes(56));
        world.pull(connection);
    }

    private static Set<String> secrets(World world) throws IOException {
        Set<String> secrets = new HashSet<>(world.twin.truth().secretsIssued());
        secrets.add(world.twin.settings().clientSecret());
        secrets.add(Files.readString(world.home.resolve("vault.key")).strip());
        return secrets;
    }
}
