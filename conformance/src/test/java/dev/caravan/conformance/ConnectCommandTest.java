package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.connections.Disconnections;
import dev.caravan.connections.Enrolment;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.desk.Answer;
import dev.caravan.desk.Desk;
import dev.caravan.intake.AdminKey;
import dev.caravan.intake.ConnectCommand;
import dev.caravan.intake.DisconnectCommand;
import dev.caravan.intake.Disconnecting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections are made and ended from the desk as over HTTP, and no secret passes by it. */
class ConnectCommandTest {
    private static final String ENROL =
            FrontDesk.route(
                    "enrol",
                    "<setBody><constant>{\"access_token\":\"$[connection:tenant]"
                            + " $[connection:api.secret]\"}</constant></setBody><bean ref=\"vault\""
                            + " method=\"json\"/><bean ref=\"vault\" method=\"keep\"/>");
    private static final String AUTHORISE =
            FrontDesk.route(
                    "authorise", "<setBody><constant>http://127.0.0.1:1/</constant></setBody>");

    private FrontDesk front;
    private Desk desk;

    private void open(String... routes) {
        front = FrontDesk.of(String.join("", routes), "", java.util.Map.of());
        House house = front.house;
        Disconnecting disconnecting =
                new Disconnecting(
                        new AdminKey(house.home.resolve("admin.key")),
                        new Disconnections(house.database),
                        house.deployer(),
                        "keep");
        desk =
                new Desk(
                        house.database,
                        house.deployer(),
                        new ProviderFolders(house.home.resolve("routes")),
                        house.journeys,
                        house.home,
                        house.home,
                        house.clock,
                        List.of(
                                new ConnectCommand(
                                        front.front("").toString(),
                                        house.journeys,
                                        new Enrolment(house.database, house.sealer),
                                        house.deployer()),
                                new DisconnectCommand(disconnecting, house.database)));
    }

    @AfterEach
    void close() {
        front.close();
    }

    private Answer ask(String... words) {
        return desk.run(List.of(words), "alice");
    }

    private Object cell(Answer answer, String column) {
        return answer.rows().get(0).get(answer.columns().indexOf(column));
    }

    private Path secret(String text) throws IOException {
        return Files.writeString(front.house.home.resolve("secret"), text);
    }

    @Test
    void aConnectionThatNeedsNoUserWorksAtOnceWithASecretFromAFile() throws IOException {
        open(ENROL);
        Answer made =
                ask(
                        "connect",
                        "bank",
                        "--user",
                        "north",
                        "--setting",
                        "tenant=north",
                        "--setting",
                        "colour=blue",
                        "--secret",
                        "api.secret=@" + secret("hush\n"));
        assertThat(made.code()).as(made.text()).isZero();
        assertThat(cell(made, "state")).isEqualTo("active");
        UUID connection = UUID.fromString(cell(made, "connection").toString());
        assertThat(front.token(connection)).isEqualTo("north hush");
        assertThat(made.json() + made.text()).doesNotContain("hush");

        Answer again =
                ask(
                        "connect",
                        "bank",
                        "--connection",
                        connection.toString(),
                        "--setting",
                        "tenant=south");
        assertThat(again.code()).isZero();
        assertThat(front.token(connection)).isEqualTo("south hush");
        assertThat(front.house.text("select settings ->> 'colour' from caravan.connection"))
                .as("settings are merged by name")
                .isEqualTo("blue");
    }

    @Test
    void aSecretOnTheCommandLineIsRefusedAndNotRepeated() {
        open(ENROL);
        Answer refused = ask("connect", "bank", "--user", "north", "--secret", "api.secret=hush");
        assertThat(refused.code()).isEqualTo(Answer.USAGE);
        assertThat(refused.text()).contains("NAME=@FILE").doesNotContain("hush");
        assertThat(ask("connect", "bank", "--user", "u", "--secret", "api.secret=@/no/such").code())
                .isEqualTo(Answer.USAGE);
        assertThat(front.house.number("select count(*) from caravan.connection")).isZero();
    }

    @Test
    void aUserGetsALinkThatWorksAndAnotherOneForTheSameConnection() {
        open(AUTHORISE);
        Answer made = ask("connect", "bank", "--user", "customer-17");
        assertThat(made.code()).isZero();
        String connection = cell(made, "connection").toString();
        String link = cell(made, "link").toString();
        assertThat(front.get(java.net.URI.create(link).getPath()).statusCode()).isEqualTo(302);
        Answer renewed = ask("connect", "bank", "--connection", connection, "--renew");
        assertThat(cell(renewed, "connection")).isEqualTo(connection);
        assertThat(cell(renewed, "link").toString()).isNotEqualTo(link);
        assertThat(front.house.texts("select purpose from ledger.trip order by created_at"))
                .containsExactly("connect", "renew");
    }

    @Test
    void howItIsCalledWronglyIsSaidByItsCode() {
        open(ENROL);
        assertThat(ask("connect", "nobody", "--user", "u").code()).isEqualTo(Answer.NOTHING);
        assertThat(ask("connect", "bank").code()).isEqualTo(Answer.USAGE);
        assertThat(ask("connect", "bank", "--user", "u", "--user", "v").code())
                .isEqualTo(Answer.USAGE);
        assertThat(ask("connect", "bank", "--user", "u", "--renew").code()).isEqualTo(Answer.USAGE);
        assertThat(ask("connect", "bank", "--connection", UUID.randomUUID().toString()).code())
                .isEqualTo(Answer.NOTHING);
        Answer failed = ask("connect", "bank", "--user", "u");
        assertThat(failed.code()).as("it lacks its settings").isEqualTo(Answer.TROUBLE);
        assertThat(failed.text()).startsWith("CARAVAN-REFERENCE bank: ");
    }

    @Test
    void aConnectionIsEndedWhenItWasSaidTwice() throws IOException {
        open(ENROL);
        String connection =
                cell(
                                ask(
                                        "connect",
                                        "bank",
                                        "--user",
                                        "north",
                                        "--setting",
                                        "tenant=north",
                                        "--secret",
                                        "api.secret=@" + secret("hush")),
                                "connection")
                        .toString();
        Answer asked = ask("disconnect", connection, "--erase");
        assertThat(asked.code()).isEqualTo(Answer.USAGE);
        assertThat(asked.text()).contains("north at bank").contains("ERASES").contains("--yes");
        assertThat(front.house.state(UUID.fromString(connection))).isEqualTo("active");

        ask("pause", connection);
        Answer ended = ask("disconnect", connection, "--yes");
        assertThat(ended.code()).isZero();
        assertThat(cell(ended, "data")).isEqualTo("kept");
        assertThat(front.house.state(UUID.fromString(connection))).isEqualTo("revoked");
        assertThat(front.house.text("select over_by from ledger.hold")).isEqualTo("disconnect");
        assertThat(front.house.number("select count(*) from caravan.token_set")).isZero();
        assertThat(ask("connect", "bank", "--connection", connection).code())
                .isEqualTo(Answer.NOTHING);
        assertThat(ask("disconnect", UUID.randomUUID().toString(), "--yes").code())
                .isEqualTo(Answer.NOTHING);
        assertThat(ask("disconnect", connection, "--keep", "--erase").code())
                .isEqualTo(Answer.USAGE);
    }
}
