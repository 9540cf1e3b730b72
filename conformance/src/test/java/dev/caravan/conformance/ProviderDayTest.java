package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.MovableClock;
import dev.caravan.store.Database;
import dev.caravan.watch.CallLog;
import dev.caravan.watch.Calls;
import dev.caravan.watch.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The daily figures of providers, against what a twin was asked and by arithmetic. */
class ProviderDayTest {
    @Test
    void everyCallOfEveryKindIsCountedAsTheTwinSawIt() {
        try (World world = World.of(World.smallBank(), Map.of("call.deadline.seconds", "1"));
                CallLog log = new CallLog(world.database, world.calls(), world.clock)) {
            UUID connection = world.connected("john1");
            world.twin.faults().on("info").providerError().forUser("john1");
            world.twin.faults().on("cards").error(400, "validation_error").forUser("john1");
            world.twin.faults().on("accounts/{id}/balance").requestLimitExceeded().forUser("john1");
            world.twin.faults().on("cards/{id}/transactions").resets().forUser("john1");
            world.twin
                    .faults()
                    .on("cards/{id}/balance")
                    .stalls(Duration.ofMinutes(1))
                    .forUser("john1");

            world.pull(connection);
            log.write();

            assertThat(asked(world, ""))
                    .containsKeys("connect/token", "me")
                    .isEqualTo(seen(world, one -> true));
            assertThat(asked(world, " where failed > 0").keySet())
                    .containsExactly("cards/{id}/balance", "cards/{id}/transactions", "info");
            assertThat(asked(world, " where refused > 0").keySet()).containsExactly("cards");
            assertThat(
                            world.texts(
                                    "select throttled::text from ledger.provider_day where scope ="
                                            + " 'accounts/{id}/balance'"))
                    .containsExactly(
                            String.valueOf(
                                    world.twin.journal().where(one -> one.status() == 429).size()));
            assertThat(
                            world.text(
                                    "select (a.calls = s.calls and a.failed = s.failed and"
                                        + " a.average_millis between 0 and a.max_millis and"
                                        + " a.p95_millis <= a.max_millis)::text from"
                                        + " ledger.provider_day a, (select sum(calls) as calls,"
                                        + " sum(failed) as failed from ledger.provider_day where"
                                        + " scope <> '') s where a.scope = '' and a.provider ="
                                        + " 'truelayer'"))
                    .isEqualTo("true");

            world.twin.close();
            world.advance(Duration.ofMinutes(2));
            world.pull(connection);
            log.write();

            assertThat(
                            world.text(
                                    "select concat_ws(' ', observed_minutes, uptime, failed > 3)"
                                            + " from ledger.provider_day where scope = ''"))
                    .isEqualTo("2 0.50000 t");
        }
    }

    private static Map<String, Long> asked(World world, String which) {
        Map<String, Long> asked = new TreeMap<>();
        world.database.query(
                "select scope, calls from (select * from ledger.provider_day where scope <> '') d"
                        + which,
                row -> asked.put(row.getString(1), row.getLong(2)));
        return asked;
    }

    /** What the twin was asked by us; the rest was the user's browser. */
    private static Map<String, Long> seen(
            World world, java.util.function.Predicate<Exchange> which) {
        return world.twin.journal().where(which).stream()
                .filter(
                        one ->
                                one.path().startsWith("/data/")
                                        || one.path().equals("/connect/token"))
                .collect(
                        Collectors.groupingBy(
                                Exchange::endpoint, TreeMap::new, Collectors.counting()));
    }

    @Test
    void figuresAddUpOverNodesAndMinutesAndAWriteThatIsRepeatedCountsOnce() {
        MovableClock clock = MovableClock.at(Instant.parse("2026-03-31T23:58:10Z"));
        Calls here = new Calls(clock);
        Calls there = new Calls(clock);
        try (Database store = new Database(TestServer.database(), 2);
                CallLog one = new CallLog(store, here, clock);
                CallLog other = new CallLog(store, there, clock)) {
            // a minute in which all fails here, and not there; one in which all fails; a good one
            here.ended("bank", "accounts", Outcome.FAILED, 900);
            there.ended("bank", "accounts", Outcome.ANSWERED, 100);
            one.write();
            here.ended("bank", "accounts", Outcome.THROTTLED, 40);
            one.write();
            one.write();
            other.write();
            clock.advance(Duration.ofMinutes(1));
            here.ended("bank", "accounts", Outcome.FAILED, 5);
            there.ended("bank", "accounts", Outcome.FAILED, 5);
            here.ended("bank", "token", Outcome.REFUSED, 300);
            one.write();
            other.write();
            clock.advance(Duration.ofMinutes(1));
            here.ended("bank", "accounts", Outcome.ANSWERED, 200);
            one.write();

            List<String> figures = figures(store, "provider_day", "day");
            assertThat(figures)
                    .containsExactly(
                            "2026-03-31  6 3 1 1 2 1.00000 0.50000",
                            "2026-03-31 accounts 5 3 1 0 2 0.50000 0.60000",
                            "2026-03-31 token 1 0 0 1 1 1.00000 0.00000",
                            "2026-04-01  1 0 0 0 1 1.00000 0.00000",
                            "2026-04-01 accounts 1 0 0 0 1 1.00000 0.00000");
            assertThat(
                            store.query(
                                    "select concat_ws(' ', average_millis, p95_millis, max_millis)"
                                        + " from ledger.provider_day where scope = '' order by day",
                                    row -> row.getString(1)))
                    .containsExactly("146 300 300", "200 195 200");

            // days later the minutes are gone and the days say the same
            clock.advance(Duration.ofDays(4));
            one.write();
            other.write();
            assertThat(
                            store.first(
                                    "select count(*) from caravan.call_minute",
                                    row -> row.getLong(1)))
                    .hasValue(0L);
            assertThat(figures(store, "provider_day", "day")).isEqualTo(figures);
            assertThat(figures(store, "provider_quarter", "quarter"))
                    .containsExactly(
                            "2026-01-01  6 3 1 1 2 1.00000 0.50000",
                            "2026-01-01 accounts 5 3 1 0 2 0.50000 0.60000",
                            "2026-01-01 token 1 0 0 1 1 1.00000 0.00000",
                            "2026-04-01  1 0 0 0 1 1.00000 0.00000",
                            "2026-04-01 accounts 1 0 0 0 1 1.00000 0.00000");
        }
    }

    private static List<String> figures(Database store, String view, String day) {
        return store.query(
                "select "
                        + day
                        + "::text || ' ' || scope || ' ' || (concat_ws(' ', calls, failed,"
                        + " throttled, refused, observed_minutes, uptime, error_rate)) from ledger."
                        + view
                        + " order by 1",
                row -> row.getString(1));
    }

    @Test
    void whatCouldNotBeWrittenIsWrittenLaterAndWhatIsLeftIsWrittenAtTheEnd() {
        MovableClock clock = MovableClock.at(Instant.parse("2026-05-05T10:00:00Z"));
        Calls calls = new Calls(clock);
        try (Database store = new Database(TestServer.database(), 2)) {
            calls.ended("bank", "accounts", Outcome.ANSWERED, 10);
            Database away = new Database(TestServer.database(), 1);
            away.close();
            try (CallLog cut = new CallLog(away, calls, clock)) {
                cut.write();
                clock.advance(Duration.ofMinutes(3));
            }
            CallLog log = new CallLog(store, calls, clock);
            log.write();
            calls.ended("bank", "accounts/{id}/balance", Outcome.ANSWERED, 10);
            log.close();

            assertThat(figures(store, "provider_day", "day"))
                    .containsExactly(
                            "2026-05-05  2 0 0 0 2 1.00000 0.00000",
                            "2026-05-05 accounts 1 0 0 0 1 1.00000 0.00000",
                            "2026-05-05 accounts/{id}/balance 1 0 0 0 1 1.00000 0.00000");
        }
    }
}
