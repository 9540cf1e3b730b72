package dev.caravan.conformance.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.deploy.Deployer;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.pliance.PlianceCustomer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections with settings and secrets of their own: tenants, pings, limits, nodes. */
class ConnectionsTest {
    private static Office office;

    @BeforeAll
    static void open() {
        office =
                Office.of(
                        Office.few()
                                .subjects(0, 0, 0)
                                .customers(
                                        PlianceCustomer.multitenant("acme", Office.SECRET),
                                        PlianceCustomer.single("plain", Office.SECRET)));
    }

    @AfterAll
    static void close() {
        office.close();
    }

    @AfterEach
    void calm() {
        office.twin.faults().clear();
    }

    @ParameterizedTest(name = "{0} = ''{1}''")
    @CsvSource({
        "multitenant, ''",
        "multitenant, unknown",
        "multitenant, true",
        "tenant, ''",
        "tenant, Growth Finanical Partner",
        "tenant, '../north'",
        "tenant, nörd",
        "url, ''",
        "url, https://pliance.example/",
        "url, http://user@127.0.0.1:80",
        "url, file:///etc/passwd",
        "company, ''",
        "user, ''",
    })
    void nothingIsCalledWhileASettingDoesNotFit(String setting, String value) {
        long before = office.twin.journal().all().size();
        UUID connection = office.connection(Map.of(setting, value));
        office.house.pull(connection);
        office.ping(connection);
        assertThat(office.house.fault(connection))
                .startsWith("CARAVAN-CONNECTION")
                .contains("setting " + setting);
        assertThat(office.house.text(pings(connection))).startsWith("f CARAVAN-CONNECTION");
        assertThat(office.twin.journal().all()).hasSize((int) before);
        office.house.database.update(
                "delete from caravan.task where connection_id = ?", connection);
    }

    private static String pings(UUID connection) {
        return "select concat_ws(' ', ok, message) from ledger.ping where connection_id = '"
                + connection
                + "'";
    }

    @Test
    void aSecretThatIsTooShortSignsNothing() {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = office.connection(tenant);
        office.secret(connection, "thirty-one-bytes-are-too-short.");
        office.house.pull(connection);
        assertThat(office.house.fault(connection)).startsWith("CARAVAN-SIGN").contains("31 bytes");
        assertThat(office.calls(tenant, "PersonQuery/List")).isEmpty();
    }

    @Test
    void withoutTenantsOfPliancesTheReferenceSaysWhose() {
        UUID north = office.connection(Map.of("company", "plain", "multitenant", "off"));
        office.house.pull(north);
        for (String reference : List.of("north:1", "north:2", "north-east:1", "south:1", "x")) {
            put(reference);
        }
        office.house.pull(north);
        UUID south =
                office.connection(
                        Map.of("company", "plain", "multitenant", "off", "tenant", "south"));
        office.house.pull(south);

        assertThat(office.stored(north, "provider_party_id", "party"))
                .containsExactlyInAnyOrder("north:1", "north:2");
        assertThat(office.stored(south, "provider_party_id", "party")).containsExactly("south:1");
        assertThat(office.stored(south, "provider_party_id", "screening_event"))
                .allSatisfy(reference -> assertThat(reference).startsWith("south:"));
        List<Exchange> calls =
                office.twin.journal().of("plain").stream()
                        .filter(call -> call.method().equals("GET"))
                        .toList();
        assertThat(calls).allSatisfy(call -> assertThat(call.header("x-tenant")).isEmpty());
        assertThat(calls)
                .extracting(call -> call.query().getOrDefault("personReferenceId", ""))
                .doesNotContain("north-east:1", "x");
    }

    private static void put(String reference) {
        int status =
                office.command(
                        null,
                        "PUT",
                        "/api/PersonCommand",
                        Map.of(
                                "personReferenceId", reference,
                                "firstName", "Osama",
                                "lastName", "bin Laden"));
        assertThat(status).isEqualTo(200);
    }

    @Test
    void aPingIsASignOfLife() {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = office.connection(tenant);
        office.ping(connection);
        assertThat(office.house.text(pings(connection))).isEqualTo("t Pong");
        assertThat(office.calls(tenant, "Ping")).hasSize(1);
        assertThat(
                        office.house.number(
                                "select extract(epoch from due_at - caravan.now())::int from"
                                        + " caravan.task where kind = 'ping' and connection_id = '"
                                        + connection
                                        + "'"))
                .isBetween(50L, 66L);
    }

    @Test
    void threePingsThatFailRestThePullsAndAGoodOneLetsThemGoOn() {
        String tenant = office.tenant(2, 0, 0);
        UUID connection = office.pulled(tenant);
        office.twin.faults().on("Ping").status(500).times(1);
        office.ping(connection);
        office.twin.faults().on("Ping").says("Ding").times(1);
        office.ping(connection);
        assertThat(paused(connection)).isFalse();
        office.twin.faults().on("Ping").failsUnder200("Pong").times(1);
        office.ping(connection);
        assertThat(paused(connection)).isTrue();
        assertThat(
                        office.house.number(
                                "select failures from ledger.ping where connection_id = '"
                                        + connection
                                        + "'"))
                .isEqualTo(3);

        int before = office.calls(tenant, "PersonQuery/List").size();
        String last = office.house.lastEnd(connection);
        office.house.journeys.pull(connection, null, Duration.ofMinutes(5));
        office.house.tick("pull");
        office.pulled(office.tenant(1, 0, 0));
        assertThat(office.calls(tenant, "PersonQuery/List")).as("it rests").hasSize(before);

        office.ping(connection);
        assertThat(paused(connection)).isFalse();
        office.house.tick("pull");
        office.house.awaitPull(connection, last);
        office.holds(connection, tenant);
    }

    private static boolean paused(UUID connection) {
        return office.house.number(
                        "select count(*) from caravan.connection where paused_until >"
                                + " caravan.now() and id = '"
                                + connection
                                + "'")
                == 1;
    }

    @Test
    void twoNodesNeverPullOneConnectionAtOnce() {
        List<String> tenants =
                List.of(office.tenant(4, 1, 1), office.tenant(4, 1, 1), office.tenant(4, 1, 1));
        List<UUID> connections = tenants.stream().map(office::connection).toList();
        try (Deployer second = office.house.secondNode()) {
            assertThat(second.running()).contains("pliance");
            for (int i = 0; i < 2; i++) {
                connections.forEach(office.house::pull);
            }
        }
        for (int i = 0; i < tenants.size(); i++) {
            office.holds(connections.get(i), tenants.get(i));
            assertThat(office.calls(tenants.get(i), "PersonQuery/List")).hasSize(4);
        }
        assertThat(
                        office.twin
                                .journal()
                                .overlapping(call -> call.header("x-tenant").orElse("none")))
                .isEmpty();
    }

    @Test
    void noSecretIsInTheStore() {
        office.pulled(office.tenant(1, 1, 1));
        List<String> secrets =
                List.of(
                        Office.SECRET,
                        Office.HOOK_SECRET,
                        HexFormat.of().formatHex(Office.SECRET.getBytes(StandardCharsets.UTF_8)),
                        Base64.getEncoder()
                                .withoutPadding()
                                .encodeToString(Office.SECRET.getBytes(StandardCharsets.UTF_8)));
        for (String table :
                office.house.texts(
                        "select table_name from information_schema.tables where table_schema ="
                                + " 'caravan'")) {
            for (String row : office.house.texts("select t::text from caravan." + table + " t")) {
                assertThat(secrets).as("in %s", table).noneMatch(row::contains);
                assertThat(row).as("a token in %s", table).doesNotContain("eyJ0eXAiOiJKV1Qi");
            }
        }
    }
}
