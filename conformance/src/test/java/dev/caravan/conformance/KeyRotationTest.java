package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWEObject;
import dev.caravan.desk.Answer;
import dev.caravan.desk.Desk;
import dev.caravan.intake.AdminKey;
import dev.caravan.intake.KeysCommand;
import dev.caravan.store.Database;
import dev.caravan.store.StoreLogin;
import dev.caravan.vault.KeyRotation;
import dev.caravan.vault.Sealer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.text.ParseException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The vault gets a new key while it is in use, and no moment leaves a value that nobody opens. */
class KeyRotationTest {
    private static final int CONNECTIONS = 450;

    private final StoreLogin login = TestServer.database();
    private final Database database = new Database(login, 6);
    private final List<Node> nodes = new ArrayList<>();

    /** A node as far as keys go. */
    private final class Node implements AutoCloseable {
        final Path home = Scratch.folder("keys");
        final Path file = home.resolve("caravan.vault.key");
        final Sealer sealer;
        final KeyRotation rotation;
        final AdminKey admin = new AdminKey(home.resolve("caravan.admin.key"));
        private final Desk desk;

        Node(String name, List<String> keys) throws IOException {
            Files.write(file, keys);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            sealer = Sealer.from(file);
            rotation = new KeyRotation(database, sealer, name, () -> true);
            rotation.look();
            desk =
                    new Desk(
                            database,
                            null,
                            null,
                            null,
                            home,
                            home,
                            Clock.systemUTC(),
                            List.of(new KeysCommand(rotation, admin)));
            nodes.add(this);
        }

        Answer ask(String... words) {
            return desk.run(List.of(words), "alice");
        }

        List<String> lines() throws IOException {
            return Files.readAllLines(file);
        }

        @Override
        public void close() {
            rotation.close();
        }
    }

    private Node first;

    @BeforeEach
    void open() throws IOException {
        first = new Node("one", List.of("# of this installation", random()));
        fill(first.sealer);
    }

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
        database.close();
    }

    private static String random() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key);
    }

    /** Something sealed in every place that there is, with its own name as its text. */
    private void fill(Sealer sealer) {
        for (int i = 0; i < CONNECTIONS; i++) {
            UUID id = UUID.randomUUID();
            database.update(
                    "insert into caravan.connection (id, provider, user_ref, secrets_sealed)"
                            + " values (?, 'bank', 'u', ?)",
                    id,
                    sealer.seal("secrets_sealed"));
            database.update(
                    "insert into caravan.token_set (connection_id, generation, access_sealed,"
                            + " refresh_sealed, access_expires_at, refreshed_at) values (?, 7, ?,"
                            + " ?, caravan.now(), caravan.now())",
                    id,
                    sealer.seal("access_sealed"),
                    i % 2 == 0 ? null : sealer.seal("refresh_sealed"));
        }
        UUID id =
                database.first(
                                "select id from caravan.connection limit 1",
                                row -> row.getObject(1, UUID.class))
                        .orElseThrow();
        database.update(
                "insert into caravan.token_refresh (connection_id, generation, intended_at,"
                        + " answer_sealed) values (?, 1, caravan.now(), ?), (?, 2, caravan.now(),"
                        + " ?)",
                id,
                sealer.seal("answer_sealed"),
                id,
                sealer.seal("answer_sealed"));
        database.update(
                "insert into caravan.journey (connection_id, link_hash, expires_at, secrets_sealed)"
                        + " values (?, sha256('x'), caravan.now(), ?)",
                id,
                sealer.seal("secrets_sealed"));
        UUID payment = UUID.randomUUID();
        database.update(
                "insert into caravan.connection (id, provider, user_ref, kind) values (?, 'bank',"
                        + " 'u', 'payment')",
                payment);
        database.update(
                "insert into caravan.payment (id, provider, user_ref, amount, currency, payee_name,"
                    + " payee_account, reference, key_hash, intent_sealed, request_sealed,"
                    + " link_sealed, changed_at) values (?, 'bank', 'u', 1, 'GBP', 'p', '****1234',"
                    + " 'r', sha256('k'), ?, ?, ?, '2020-01-01')",
                payment,
                sealer.seal("intent_sealed"),
                sealer.seal("request_sealed"),
                sealer.seal("link_sealed"));
    }

    /** How many values each key seals; every one is opened, and says where it belongs. */
    private Map<String, Integer> opened(Sealer sealer) {
        Map<String, Integer> counted = new TreeMap<>();
        for (String[] place : places()) {
            List<String> values =
                    database.query(
                            "select %2$s from caravan.%1$s where %2$s is not null"
                                    .formatted(place[0], place[1]),
                            row -> row.getString(1));
            assertThat(values).as(place[0] + "." + place[1] + " is in this test").isNotEmpty();
            for (String value : values) {
                assertThat(sealer.open(value)).isEqualTo(place[1]);
                counted.merge(kid(value), 1, Integer::sum);
            }
        }
        return counted;
    }

    private List<String[]> places() {
        return database.query(
                "select table_name, column_name from information_schema.columns where table_schema"
                        + " = 'caravan' and column_name like '%\\_sealed'",
                row -> new String[] {row.getString(1), row.getString(2)});
    }

    private static String kid(String sealed) {
        try {
            return JWEObject.parse(sealed).getHeader().getKeyID();
        } catch (ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sealing(Sealer sealer) {
        return kid(sealer.seal("x"));
    }

    @Test
    void everythingIsSealedAnewUnderTheNewKeyAndThenTheOldOneGoes() throws Exception {
        String old = sealing(first.sealer);
        int all = opened(first.sealer).get(old);
        assertThat(first.ask("keys", "rotate", "--finish").code()).isEqualTo(Answer.TROUBLE);

        assertThat(first.ask("keys", "rotate").code()).isZero();
        String fresh = sealing(first.sealer);
        assertThat(fresh).isNotEqualTo(old);
        assertThat(first.lines()).hasSize(3).first().isEqualTo("# of this installation");
        World.until(() -> !opened(first.sealer).containsKey(old));
        assertThat(opened(first.sealer)).isEqualTo(Map.of(fresh, all));
        assertThat(
                        database.query(
                                "select distinct generation from caravan.token_set",
                                row -> row.getLong(1)))
                .containsExactly(7L);
        assertThat(
                        database.query(
                                "select changed_at < '2021-01-01' from caravan.payment",
                                row -> row.getBoolean(1)))
                .as("a new seal is no change of a payment")
                .containsExactly(true);
        Answer shown = first.ask("keys");
        assertThat(shown.rows())
                .extracting(row -> row.get(1) + " " + row.get(3))
                .containsExactlyInAnyOrder("current " + all, "replaced 0");

        assertThat(first.ask("keys", "rotate", "--finish").code()).isZero();
        assertThat(first.lines()).hasSize(2);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first.file)))
                .isEqualTo("rw-------");
        assertThat(opened(Sealer.from(first.file))).containsOnlyKeys(fresh);
        assertThat(first.ask("keys").text()).doesNotContain(first.lines().get(1));
    }

    @Test
    void nothingIsSealedUnderAKeyThatARunningNodeLacks() throws Exception {
        Node second = new Node("two", first.lines());
        String old = sealing(first.sealer);
        Answer refused = first.ask("keys", "rotate");
        assertThat(refused.code()).isEqualTo(Answer.TROUBLE);
        assertThat(refused.text()).contains("do not have it: two; copy the file there");
        assertThat(sealing(first.sealer)).isEqualTo(old);
        assertThat(first.lines()).as("it is handed out").hasSize(3);

        Files.copy(first.file, second.file, StandardCopyOption.REPLACE_EXISTING);
        second.rotation.look();
        assertThat(first.ask("keys", "rotate").code()).isZero();
        assertThat(first.lines()).as("and not drawn again").hasSize(3);
        String fresh = sealing(first.sealer);
        assertThat(sealing(second.sealer)).as("both are good meanwhile").isEqualTo(old);
        assertThat(first.ask("keys", "rotate", "--finish").text())
                .contains("under an old key yet: two");
        second.rotation.look();
        World.until(() -> !opened(second.sealer).containsKey(old));
        assertThat(sealing(second.sealer)).isEqualTo(fresh);
        assertThat(second.lines()).isEqualTo(first.lines());

        assertThat(first.ask("keys", "rotate", "--finish").code()).isZero();
        second.rotation.look();
        assertThat(second.lines())
                .as("it is taken out there too")
                .isEqualTo(first.lines())
                .hasSize(2);
        assertThat(opened(second.sealer)).containsOnlyKeys(fresh);
    }

    @Test
    void aNodeThatComesWithoutTheKeyIsToldWhatToDoAndReadsItAtOnceWhenItIsThere() throws Exception {
        List<String> before = first.lines();
        first.ask("keys", "rotate");
        Node late = new Node("one", first.lines());
        Files.write(late.file, before);
        Sealer poor = Sealer.from(late.file);
        String sealed = first.sealer.seal("token");
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> poor.open(sealed)))
                .hasMessageContaining("CARAVAN-KEY")
                .hasMessageNotContaining("token");
        KeyRotation rotation = new KeyRotation(database, poor, "late", () -> true);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(rotation::look))
                .hasMessageContaining("lacks key " + sealing(first.sealer));
        Files.copy(first.file, late.file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(poor.open(sealed)).isEqualTo("token");
        rotation.look();
        assertThat(sealing(poor)).isEqualTo(sealing(first.sealer));
        rotation.close();
    }

    @Test
    void aKillAnywhereLeavesEverythingReadableAndTheNextStartGoesOn() throws Exception {
        String old = sealing(first.sealer);
        int all = opened(first.sealer).get(old);
        // killed when the key was drawn and before it sealed: another node lacked it
        database.update(
                "insert into caravan.vault_node (node, kids, seals_under) values ('ghost', '{}',"
                        + " 'x')");
        assertThat(first.ask("keys", "rotate").code()).isEqualTo(Answer.TROUBLE);
        Files.writeString(first.home.resolve("caravan.vault.key.new"), "half a li");
        first.close();
        database.update("delete from caravan.vault_node");
        Node again = new Node("three", first.lines());
        assertThat(sealing(again.sealer)).isEqualTo(old);

        // killed in the middle of the walk: it could not have the rows that are held here
        try (Connection busy = database.dataSource().getConnection()) {
            busy.setAutoCommit(false);
            Database.query(
                    busy,
                    "select 1 from caravan.token_set where refresh_sealed is not null for update",
                    row -> 1);
            assertThat(again.ask("keys", "rotate").code()).isZero();
            assertThat(again.lines()).as("the key that was drawn before").hasSize(3);
            World.until(() -> opened(again.sealer).get(old) == CONNECTIONS);
            again.close();
            Sealer next = Sealer.from(again.file);
            assertThat(opened(next)).hasSize(2);
            assertThat(again.ask("keys", "rotate", "--finish").text())
                    .contains("sealed anew by and by");
            assertThat(again.lines()).as("nothing was taken away").hasSize(3);
        }
        Node last = new Node("four", again.lines());
        last.rotation.look();
        assertThat(opened(last.sealer)).isEqualTo(Map.of(sealing(last.sealer), all));
    }

    @Test
    void theKeyOfTheAdminListenerIsDrawnAnewAndHoldsAtOnce() throws Exception {
        Path file = first.home.resolve("caravan.admin.key");
        String old = Files.readString(file).strip();
        Answer said = first.ask("keys", "rotate", "--admin");
        String fresh = Files.readString(file).strip();
        assertThat(said.code()).isZero();
        assertThat(said.text()).doesNotContain(fresh);
        assertThat(first.admin.fits("Bearer " + old)).isFalse();
        assertThat(first.admin.fits("Bearer " + fresh)).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(first.ask("keys", "turn").code()).isEqualTo(Answer.USAGE);
        assertThat(first.ask("keys", "--admin").code()).isEqualTo(Answer.USAGE);
    }
}
