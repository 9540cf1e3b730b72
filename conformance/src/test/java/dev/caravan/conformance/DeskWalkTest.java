package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.connections.Disconnections;
import dev.caravan.connections.Enrolment;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.desk.Answer;
import dev.caravan.desk.Command;
import dev.caravan.desk.Desk;
import dev.caravan.desk.Usage;
import dev.caravan.intake.AdminKey;
import dev.caravan.intake.ConnectCommand;
import dev.caravan.intake.DisconnectCommand;
import dev.caravan.intake.Disconnecting;
import dev.caravan.intake.EraseCommand;
import dev.caravan.intake.KeysCommand;
import dev.caravan.vault.KeyRotation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command of the desk, called well and badly: its exit code is right and its JSON parses. */
class DeskWalkTest {
    private static final Path HOME = Scratch.folder("walk");
    private static final String NOBODY = "00000000-0000-0000-0000-000000000000";

    /** What a command is to be asked so that there is nothing of the name. */
    private static final Map<String, List<String>> UNKNOWN =
            Map.ofEntries(
                    Map.entry("budget", List.of(NOBODY)),
                    Map.entry("connect", List.of("nobody", "--user", "u")),
                    Map.entry("diff", List.of("nobody")),
                    Map.entry("disconnect", List.of(NOBODY, "--yes")),
                    Map.entry("edit", List.of("nobody")),
                    Map.entry("inbox", List.of("0")),
                    Map.entry("pause", List.of(NOBODY)),
                    Map.entry("pull", List.of(NOBODY)),
                    Map.entry("rejects", List.of("0")),
                    Map.entry("results", List.of(NOBODY)),
                    Map.entry("resume", List.of(NOBODY)),
                    Map.entry("runs", List.of(NOBODY)),
                    Map.entry("settlements", List.of("0")),
                    Map.entry("status", List.of(NOBODY)),
                    Map.entry("validate", List.of("/no/such/folder")),
                    Map.entry("remap", List.of("bank", "nosuch")),
                    Map.entry("why", List.of("0")),
                    Map.entry("why-not", List.of("0", "2026-01-01")));

    private static House house;
    private static KeyRotation keys;
    private static Desk desk;

    @BeforeAll
    static void open() throws IOException {
        Path folder = Files.createDirectories(HOME.resolve("routes/bank"));
        Files.writeString(
                folder.resolve("bank.xml"),
                "<camel xmlns=\"http://camel.apache.org/schema/xml-io\">"
                        + FrontDesk.route("ping", "<log message=\"ping\"/>")
                        + "</camel>");
        Files.writeString(folder.resolve("answers.properties"), "");
        house = House.of("bank", HOME.resolve("routes"), Map.of("name", "bank")).start();
        AdminKey admin = new AdminKey(HOME.resolve("caravan.admin.key"));
        keys = new KeyRotation(house.database, house.sealer, "test", () -> true);
        desk =
                new Desk(
                        house.database,
                        house.deployer(),
                        new ProviderFolders(HOME.resolve("routes")),
                        house.journeys,
                        HOME,
                        HOME,
                        house.clock,
                        List.of(
                                new ConnectCommand(
                                        "http://127.0.0.1",
                                        house.journeys,
                                        new Enrolment(house.database, house.sealer),
                                        house.deployer()),
                                new DisconnectCommand(
                                        new Disconnecting(
                                                admin,
                                                new Disconnections(house.database),
                                                house.deployer(),
                                                "keep"),
                                        house.database),
                                new EraseCommand(null, house.database),
                                new KeysCommand(keys, admin)));
        house.connection(Map.of());
    }

    @AfterAll
    static void close() {
        keys.close();
        house.close();
    }

    static Stream<Usage> commands() {
        return desk.commands().stream().map(Command::usage);
    }

    private static JsonNode asked(int code, List<String> words) throws IOException {
        Answer answer = desk.run(words);
        assertThat(answer.code()).as(words + ": " + answer.text()).isEqualTo(code);
        JsonNode json = new ObjectMapper().readTree(answer.json());
        assertThat(json.get("code").asInt()).isEqualTo(code);
        assertThat(json.get("rows").isArray()).isTrue();
        assertThat(json.get("remark").isTextual()).isTrue();
        return json;
    }

    private static List<String> words(String name, List<String> more) {
        List<String> words = new ArrayList<>(List.of(name));
        words.addAll(more);
        return words;
    }

    @Test
    void everythingThatOperatorsWerePromisedIsThere() {
        assertThat(commands().map(Usage::name))
                .contains(
                        "providers",
                        "connections",
                        "connect",
                        "disconnect",
                        "erase",
                        "remap",
                        "pull",
                        "pause",
                        "resume",
                        "status",
                        "budget",
                        "consents",
                        "runs",
                        "rejects",
                        "settlements",
                        "inbox",
                        "why",
                        "why-not",
                        "edit",
                        "validate",
                        "diff",
                        "keys",
                        "doctor");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aCommandThatIsCalledWronglyDoesNothingAndSaysHow(Usage usage) throws IOException {
        String name = usage.name();
        assertThat(asked(Answer.USAGE, List.of(name, "--nosuch")).get("remark").asText())
                .startsWith("expected " + name);
        List<String> many = new ArrayList<>(List.of(name));
        for (int i = 0; i <= usage.needed().size() + usage.wanted().size(); i++) {
            many.add("1");
        }
        asked(Answer.USAGE, many);
        if (!usage.needed().isEmpty()) {
            assertThat(asked(Answer.USAGE, List.of(name)).get("remark").asText())
                    .contains("found no " + usage.needed().get(0));
        }
        for (String option : usage.options()) {
            asked(Answer.USAGE, List.of(name, "--" + option));
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aCommandThatNeedsNoNameAnswersWithoutOne(Usage usage) throws IOException {
        if (usage.needed().isEmpty()) {
            Answer answer = desk.run(List.of(usage.name()));
            // who must be told what to pause says so
            asked(answer.code(), List.of(usage.name()));
            assertThat(answer.code())
                    .as(answer.text())
                    .isEqualTo(
                            switch (usage.name()) {
                                case "pause", "resume", "erase" -> Answer.USAGE;
                                // the tests' server runs without fsync, and the doctor says so
                                case "doctor" -> Answer.TROUBLE;
                                default -> Answer.GOOD;
                            });
        }
        for (String name :
                Stream.of(usage.needed(), usage.wanted(), usage.options())
                        .flatMap(List::stream)
                        .toList()) {
            assertThat(
                            desk.commands().stream()
                                    .filter(each -> each.usage().equals(usage))
                                    .findFirst()
                                    .orElseThrow()
                                    .choices(name))
                    .as("what completes " + name)
                    .doesNotContainNull();
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void nothingOfTheNameIsOne(Usage usage) throws IOException {
        boolean named = !usage.needed().isEmpty() || !usage.wanted().isEmpty();
        if (named && UNKNOWN.containsKey(usage.name())) {
            asked(Answer.NOTHING, words(usage.name(), UNKNOWN.get(usage.name())));
        }
    }

    @Test
    void aWordWhereANumberOrADayBelongsIsACallGoneWrong() throws IOException {
        asked(Answer.USAGE, List.of("why", "word"));
        asked(Answer.USAGE, List.of("rejects", "word"));
        asked(Answer.USAGE, List.of("inbox", "word"));
        asked(Answer.USAGE, List.of("runs", "--last", "many"));
        asked(Answer.USAGE, List.of("consents", "--days", "some"));
        asked(Answer.USAGE, List.of("inbox", "--replay"));
        asked(Answer.USAGE, List.of("settlements", "--accept"));
        asked(Answer.USAGE, List.of("settlements", "1", "--accept", "--reject"));
        asked(Answer.NOTHING, List.of("settlements", "0", "--reject"));
        asked(Answer.USAGE, List.of("keys", "turn"));
    }

    @Test
    void whatIsRefusedIsThree() throws IOException {
        Path broken = Files.createDirectories(HOME.resolve("broken/bank"));
        Files.writeString(broken.resolve("bank.xml"), "<camel><route></camel>");
        asked(Answer.TROUBLE, List.of("validate", broken.toString()));
        asked(Answer.TROUBLE, List.of("keys", "rotate", "--finish"));
    }
}
