package dev.caravan.conformance.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.Contract;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.desk.Answer;
import dev.caravan.desk.Desk;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RecordTest {
    @Test
    void whatTheTwinTellsIsRecordedWithoutAnybodyInItAndReplayed() {
        try (Office office = Office.of(Office.few().subjects(2, 1, 0), Map.of())) {
            Contract.recorded(
                    "pliance",
                    office.house.database,
                    office.house.deployer(),
                    office.house.clock,
                    office.connection("north"),
                    Set.of(Office.SECRET, Office.HOOK_SECRET),
                    "--max-calls",
                    "60");
        }
    }

    @Test
    void aTryRegistersNothingAndOffersNothingToTheInbox() {
        try (Office office = Office.hooked(Office.few().subjects(2, 1, 0), Map.of())) {
            UUID connection = office.connection("north");
            Answer tried =
                    new Desk(
                                    office.house.database,
                                    office.house.deployer(),
                                    new ProviderFolders(Path.of("..", "routes")),
                                    null,
                                    office.house.home,
                                    office.house.home,
                                    office.house.clock,
                                    List.of())
                            .run(List.of("try", "pliance", "--connection", connection.toString()));

            assertThat(tried.code()).isEqualTo(Answer.TROUBLE);
            assertThat(tried.text())
                    .contains("CARAVAN-TRY")
                    .contains("could change something at the provider")
                    .contains("mapped party");
            assertThat(office.twin.journal().where(call -> call.method().equals("POST"))).isEmpty();
            assertThat(office.house.number("select count(*) from caravan.webhook")).isZero();
            assertThat(office.house.number("select count(*) from caravan.inbox")).isZero();
        }
    }
}
