package dev.caravan.conformance.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is paid where, and the tokens it is paid with, lie in no table, log or answer in clear. */
class PaymentSecretsTest {
    @Test
    void accountsTokensAndLinksAreFoundNowhereInClear() {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        List<String> told = new ArrayList<>();
        try (Till till = Till.open(Map.of())) {
            Set<String> secrets = live(till, told);
            List<String> store = new ArrayList<>();
            for (String table :
                    till.house()
                            .texts(
                                    "select table_schema || '.' || table_name from"
                                            + " information_schema.tables where table_schema in"
                                            + " ('caravan', 'ledger')")) {
                store.addAll(till.house().texts("select t::text from " + table + " t"));
            }
            System.setErr(before);
            String said = log.toString(StandardCharsets.UTF_8);

            assertThat(secrets).hasSizeGreaterThan(15);
            assertThat(said).contains("CARAVAN-PAYMENT");
            assertThat(store).anyMatch(row -> row.contains("****9264"));
            assertThat(found(secrets, store)).as("in the store").isEmpty();
            assertThat(found(secrets, List.of(said))).as("in the log").isEmpty();
            assertThat(found(secrets, told)).as("in an answer").isEmpty();
            assertThat(found(secrets, List.of("x" + Till.ACCOUNT))).hasSize(1);
        } finally {
            System.setErr(before);
        }
    }

    /** All that happens to payments, and what must not be found of it. */
    private static Set<String> live(Till till, List<String> told) {
        Set<String> secrets = new HashSet<>(Set.of(Till.ACCOUNT, Till.SORT_CODE));
        Till.Draft paid = till.draft();
        told.add(till.pay(paid));
        Till.Draft lost = till.draft();
        till.pockit.twin.faults().on("payments").losesTheAnswer().times(1);
        told.add(till.pay(lost));
        Till.Draft refused = till.draft();
        till.pockit
                .twin
                .faults()
                .on("payments")
                .error(400, Map.of("Message", "no account " + Till.ACCOUNT))
                .times(1);
        told.add(till.pay(refused));
        Till.Draft odd = till.draft();
        till.pockit.twin.faults().on("access-token").html(200).times(1);
        told.add(till.pay(odd));
        till.pockit.twin.faults().on("payments/{id}").html(502).times(1);
        till.house().advance(Duration.ofSeconds(6));
        till.house().tick("payment");
        told.add(
                till.desk
                        .adminOnce(
                                Till.key(),
                                "/payments",
                                Till.body("0", "x".repeat(40)) + Till.ACCOUNT)
                        .body());
        for (Till.Draft draft : List.of(paid, lost, refused, odd)) {
            secrets.add(draft.link().substring("/connect/".length()));
            told.add(till.desk.admin("GET", "/payments/" + draft.id(), "").body());
        }
        told.add(till.desk.admin("GET", "/payments", "").body());
        secrets.addAll(till.pockit.twin.truth().secretsIssued());
        return secrets;
    }

    private static List<String> found(Set<String> secrets, List<String> texts) {
        return texts.stream().filter(text -> secrets.stream().anyMatch(text::contains)).toList();
    }
}
