package dev.caravan.conformance.leatherback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.Canaries;
import dev.caravan.sandbox.leatherback.Browser;
import dev.caravan.sandbox.leatherback.Callback;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** No token, code or password lies in the store or in the log, whatever went well or wrong. */
class LeatherbackCanaryTest {

    @Test
    void nothingSecretIsFoundInTheStoreOrInTheLog() {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (Leatherback bank = Leatherback.asShipped()) {
            liveAndFail(bank);
            Set<String> issued = secrets(bank);
            Canaries secrets = new Canaries(issued);
            System.setErr(before);

            assertThat(issued).as("secrets to look for").hasSizeGreaterThan(10);
            String said = log.toString(StandardCharsets.UTF_8);
            assertThat(said).contains("CARAVAN-CONSENT");
            assertThat(secrets.in(store(bank))).as("in the store").isEmpty();
            assertThat(secrets.in(List.of(said))).as("in the log").isEmpty();
            assertThat(secrets.in(Canaries.managedBeans())).as("in managed beans").isEmpty();
            bank.house.database.update(
                    "insert into caravan.provider values ('canary', null, ?)",
                    issued.iterator().next());
            assertThat(secrets.in(store(bank))).as("the search itself can find one").hasSize(1);
        } finally {
            System.setErr(before);
        }
    }

    private static void liveAndFail(Leatherback bank) {
        Leatherback.Trip trip = bank.new Trip();
        assertThat(trip.back(new Browser().allow(trip.link(), "customer1"))).isNull();
        bank.attended(trip.connection);
        bank.house.advance(Duration.ofMinutes(8));
        bank.house.pull(trip.connection);
        Leatherback.Trip failed = bank.new Trip();
        Callback callback = new Browser().allow(failed.link(), "customer2");
        bank.twin.faults().on("auth/token").oauthError(400, "invalid_grant").times(1);
        assertThat(failed.back(callback)).isNotNull();
        bank.twin.faults().on("auth/token").html(200).times(1);
        bank.house.advance(Duration.ofMinutes(8));
        bank.house.pull(trip.connection);
        bank.twin.faults().on(Leatherback.TRANSACTIONS).wordAsAmount().times(1);
        bank.house.pull(trip.connection);
        bank.twin.revoke(bank.consent(trip.connection));
        bank.house.pull(trip.connection);
        assertThat(bank.house.state(trip.connection)).isEqualTo("reauth_required");
    }

    private static Set<String> secrets(Leatherback bank) {
        Set<String> secrets = new HashSet<>(bank.twin.truth().secretsIssued());
        secrets.add(Leatherback.PASSWORD);
        return secrets;
    }

    private static List<String> store(Leatherback bank) {
        List<String> rows = new ArrayList<>();
        for (String table :
                bank.house.texts(
                        "select table_name from information_schema.tables where table_schema ="
                                + " 'caravan'")) {
            rows.addAll(bank.house.texts("select t::text from caravan." + table + " t"));
        }
        return rows;
    }
}
