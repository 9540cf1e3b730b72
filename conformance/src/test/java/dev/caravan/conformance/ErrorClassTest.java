package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.truelayer.FaultPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every error code ends in the state that the contract demands (section 8); all cases run side by
 * side.
 */
class ErrorClassTest {
    private static final String ACCOUNTS = "accounts";
    private static final String BALANCE = "accounts/{id}/balance";
    private static final String BOOKED = "accounts/{id}/transactions";
    private static final String PENDING = "accounts/{id}/transactions/pending";
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    private static World world;
    private static Map<String, UUID> connections;

    /**
     * @param calls how often the endpoint is asked in one unattended pull
     * @param pause how long the connection rests, null where it does not
     */
    record Case(
            String name,
            String endpoint,
            Function<FaultPoint, Fault> fault,
            String state,
            int calls,
            Duration pause) {
        String user() {
            return "john" + (CASES.indexOf(this) + 1);
        }

        @Override
        public String toString() {
            return name + " on " + endpoint;
        }
    }

    private static final List<Case> CASES = new ArrayList<>();

    private static void at(
            String name,
            String endpoint,
            Function<FaultPoint, Fault> fault,
            String state,
            int calls) {
        CASES.add(new Case(name, endpoint, fault, state, calls, null));
    }

    private static void code(int status, String code, String endpoint, String state, int calls) {
        at(status + " " + code, endpoint, point -> point.error(status, code), state, calls);
    }

    private static void rests(String name, Function<FaultPoint, Fault> fault, Duration pause) {
        CASES.add(new Case(name, BALANCE, fault, "active", 1, pause));
    }

    static {
        rests("429 without Retry-After", FaultPoint::tooManyRequests, HOUR);
        rests(
                "429 for two minutes",
                at -> at.tooManyRequests(Duration.ofMinutes(2)),
                Duration.ofMinutes(2));
        rests(
                "429 until a date",
                at -> at.tooManyRequests(world.clock.instant().plus(HOUR.dividedBy(2))),
                HOUR.dividedBy(2));
        rests("429 for ten years", at -> at.tooManyRequests(Duration.ofDays(3650)), DAY);
        rests("429 for less than nothing", at -> at.tooManyRequests("-5"), HOUR);
        rests("account_temporarily_locked", at -> at.error(403, "account_temporarily_locked"), DAY);
        code(429, "provider_request_limit_exceeded", BALANCE, "active", 1);
        code(500, "internal_server_error", "info", "active", 2);
        code(500, "internal_error", BOOKED, "active", 2);
        code(503, "provider_error", BOOKED, "active", 2);
        code(503, "temporarily_unavailable", BALANCE, "active", 2);
        code(503, "connector_overload", PENDING, "active", 2);
        code(504, "provider_timeout", BALANCE, "active", 2);
        code(504, "connector_timeout", "cards", "active", 2);
        code(599, "never_heard_of", BALANCE, "active", 2);
        code(403, "access_denied", ACCOUNTS, "active", 1);
        code(403, "access_denied", BALANCE, "active", 1);
        code(403, "access_denied", PENDING, "active", 1);
        code(403, "access_denied", "accounts/{id}/standing_orders", "active", 1);
        code(403, "access_denied", "accounts/{id}/direct_debits", "active", 1);
        code(403, "access_denied", "me", "reauth_required", 1);
        code(403, "sca_exceeded", "accounts/{id}/standing_orders", "active", 1);
        code(403, "sca_exceeded", BOOKED, "active", 1);
        code(403, "invalid_credentials_key", BALANCE, "reauth_required", 1);
        code(404, "account_not_found", BALANCE, "active", 1);
        code(400, "validation_error", "info", "active", 1);
        code(400, "invalid_date_range", BOOKED, "active", 1);
        code(400, "deprecated_provider", ACCOUNTS, "reauth_required", 1);
        code(418, "never_heard_of", BALANCE, "active", 1);
        code(403, "account_permanently_locked", BALANCE, "reauth_required", 1);
        code(403, "wrong_credentials", BALANCE, "reauth_required", 1);
        code(400, "user_input_required", BALANCE, "reauth_required", 1);
        at("a gateway's page with 502", BALANCE, point -> point.html(502), "active", 2);
        at("a gateway's page with 200", BOOKED, point -> point.html(200), "active", 1);
        at("a body cut on the way", BOOKED, FaultPoint::truncated, "active", 2);
        at("a body cut at the source", BOOKED, FaultPoint::cutJson, "active", 1);
        at("a reset", BOOKED, FaultPoint::resets, "active", 2);
        at("no answer", BOOKED, FaultPoint::losesTheAnswer, "active", 2);
        at("a drip", BALANCE, point -> point.drips(Duration.ofMillis(100)), "active", 2);
        at("a stall", BOOKED, point -> point.stalls(Duration.ofMinutes(1)), "active", 2);
        at("status Running", BOOKED, point -> point.status("Running"), "active", 1);
        at("no results", BOOKED, FaultPoint::emptyResults, "active", 1);
    }

    static Stream<Case> cases() {
        return CASES.stream();
    }

    @BeforeAll
    static void pullAllOfThem() {
        world =
                World.of(
                        World.smallBank()
                                .accountsPerConnection(1)
                                .cardsPerConnection(1)
                                .transactionsPerAccount(10),
                        Map.of("call.deadline.seconds", "1", "pull.parallel", "8"));
        connections = world.connected(cases().map(Case::user).toList());
        world.twin.journal().clear();
        cases().forEach(
                        each ->
                                each.fault()
                                        .apply(world.twin.faults().on(each.endpoint()))
                                        .forUser(each.user()));
        world.pull(connections.values(), null);
        world.twin.faults().clear();
    }

    @AfterAll
    static void close() {
        world.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void anErrorEndsAsTheContractSays(Case each) {
        UUID connection = connections.get(each.user());

        assertThat(world.state(connection)).isEqualTo(each.state());
        assertThat(world.seen(each.endpoint(), each.user())).as("calls").hasSize(each.calls());
        assertThat(paused(connection))
                .as("seconds of rest")
                .isCloseTo(
                        each.pause() == null ? 0 : each.pause().toSeconds(),
                        org.assertj.core.data.Offset.offset(30L));
        new Oracle(world).holds(each.user());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatIsNotConcernedIsPulledAllTheSame(Case each) {
        if (each.pause() == null && each.state().equals("active")) {
            assertThat(world.seen("cards/{id}/balance", each.user())).hasSize(1);
            assertThat(world.seen("cards/{id}/transactions", each.user())).hasSize(1);
        } else {
            assertThat(world.seen("cards/{id}/transactions/pending", each.user())).isEmpty();
        }
    }

    @Test
    void aDeniedCallIsConfirmedOnceWithTheCheapestOne() {
        Case denied =
                cases().filter(each -> each.toString().equals("403 access_denied on " + ACCOUNTS))
                        .findFirst()
                        .orElseThrow();

        assertThat(world.seen("me", denied.user())).hasSize(2);
    }

    private static long paused(UUID connection) {
        return world.number(
                "select coalesce(extract(epoch from paused_until - caravan.now()), 0)::bigint from"
                        + " caravan.connection where id = '"
                        + connection
                        + "'");
    }
}
