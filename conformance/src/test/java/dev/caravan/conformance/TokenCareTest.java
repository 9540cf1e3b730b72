package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is done for tokens without a pull, and when our own credentials are refused. */
class TokenCareTest {
    @Test
    void aRefreshTokenThatNobodyNeedsIsUsedEverySevenDays() {
        Map<String, String> onlyKept =
                new HashMap<>(Map.of("consent.every", "365d", "token.tick", "0/1+*+*+*+*+?"));
        World.shipped("truelayer").keySet().stream()
                .filter(name -> name.matches("schedule\\.(?!spread|zone).*"))
                .forEach(name -> onlyKept.put(name, "365d"));
        try (World world = World.of(World.smallBank(), onlyKept)) {
            UUID connection = world.connected("john1");
            world.advance(Duration.ofHours(25));
            World.until(() -> world.seen("me", "john1").size() == 2 && world.idle(connection));
            world.twin.journal().clear();

            for (int week = 1; week <= 6; week++) {
                long expected = week;
                // up to a tenth of jitter
                world.advance(Duration.ofDays(week == 1 ? 6 : 8));
                World.until(
                        () ->
                                world.twin.journal().count("connect/token") == expected
                                        && world.idle(connection));
            }
            assertThat(world.twin.journal().on("connect/token"))
                    .allMatch(one -> one.status() == 200);
            assertThat(world.twin.journal().count("accounts"))
                    .as("and no data is read for it")
                    .isZero();
        }
    }

    @Test
    void refusedClientCredentialsStopTheWholeProviderUntilSomebodyDeploysAgain() {
        try (World world = World.of(World.smallBank())) {
            UUID first = world.connected("john1");
            UUID second = world.connected("john2");
            world.advance(Duration.ofMinutes(56));
            world.twin.faults().on("connect/token").invalidClient();
            world.twin.journal().clear();

            world.pull(first);
            world.journeys.pull(second, null, Duration.ofMinutes(5));
            World.until(
                    () ->
                            world.number(
                                            "select count(*) from caravan.provider where stopped_at"
                                                    + " is not null")
                                    == 1);
            assertThat(world.state(first)).isEqualTo("active");
            assertThat(world.twin.journal().count("connect/token")).isOne();

            world.twin.faults().clear();
            world.stop();
            world.start();
            world.awaitPull(second, world.lastEnd(second));
            assertThat(world.seen("accounts", "john2")).hasSize(1);
        }
    }
}
