package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A reader that polls the feed gets every change once, in order, however writers overlap. */
class ChangeFeedTest {
    private static final int WRITERS = 32;
    private static final int PAGES = 15;

    /** How many kinds one writer writes: few, so that it meets its own rows again. */
    private static final int KINDS_EACH = 3;

    private static EmbeddedPostgres server;
    private static Database database;
    private static List<AnyKind> kinds;
    private static AnyKind holder;

    private UUID connection;

    @BeforeAll
    static void migrate() throws Exception {
        server =
                EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "60")
                        // an analyze is a transaction too: it would hold the feed up for a moment
                        .setServerConfig("autovacuum", "off")
                        .start();
        database =
                new Database(
                        new StoreLogin(
                                "jdbc:postgresql://localhost:" + server.getPort() + "/postgres",
                                "postgres",
                                ""),
                        WRITERS + 4);
        new Migrations(database).run();
        kinds = AnyKind.all(database);
        holder = kinds.stream().filter(kind -> kind.name().equals("holder")).findAny().get();
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
        server.close();
    }

    @BeforeEach
    void connect() {
        connection = connection();
    }

    private static UUID connection() {
        return AnyKind.connection(database);
    }

    private static void page(Connection store, UUID connection, String... records)
            throws SQLException {
        holder.page(store, connection, 0, PageStatement.Mode.MERGE, records);
    }

    /** A change as a reader is told it. */
    private record Told(String cursor, UUID connection, String kind, long row, String op) {}

    private static List<Told> ask(String after, int most) {
        return database.query(
                "select cursor, connection_id, kind, row_id, op from ledger.changes(?, ?)",
                row ->
                        new Told(
                                row.getString(1),
                                row.getObject(2, UUID.class),
                                row.getString(3),
                                row.getLong(4),
                                row.getString(5)),
                after,
                most);
    }

    private static String now() {
        return database.first("select ledger.changes_from_now()", row -> row.getString(1))
                .orElseThrow();
    }

    /** A connection, the account that its owned rows are of, and who writes them. */
    private record Writer(int number, UUID connection, long account) {
        String write(Random random) {
            AnyKind kind = kinds.get((number + random.nextInt(KINDS_EACH)) % kinds.size());
            String[] records =
                    IntStream.range(0, 1 + random.nextInt(20))
                            .mapToObj(n -> random.nextInt(40) + "=" + random.nextInt(3))
                            .toArray(String[]::new);
            PageStatement.Mode mode =
                    random.nextInt(3) == 0 ? PageStatement.Mode.REPLACE : PageStatement.Mode.MERGE;
            try {
                database.inTransaction(
                        store -> {
                            kind.page(store, connection, account, mode, records);
                            Database.query(
                                    store,
                                    "select pg_sleep(?)",
                                    row -> null,
                                    random.nextInt(4) * random.nextDouble() / 200);
                            if (random.nextInt(5) == 0) {
                                throw new IllegalStateException("a node dies");
                            }
                            return null;
                        });
            } catch (IllegalStateException e) {
                return "rolled back";
            }
            return "committed";
        }
    }

    @Test
    void readersMissNothingAndGetNothingTwiceWhileManyWritersComeAndGo() throws Exception {
        List<Writer> writers = new ArrayList<>();
        for (int number = 0; number < WRITERS; number++) {
            writers.add(new Writer(number, connection(), AnyKind.account(database, connection())));
        }
        String from = now();
        AtomicInteger writing = new AtomicInteger(WRITERS);
        List<Callable<List<Told>>> all = new ArrayList<>();
        for (Writer writer : writers) {
            Random random = new Random(writer.number());
            all.add(
                    () -> {
                        try {
                            for (int i = 0; i < PAGES; i++) {
                                writer.write(random);
                            }
                        } finally {
                            writing.decrementAndGet();
                        }
                        return List.of();
                    });
        }
        for (int most : List.of(7, 400)) {
            all.add(() -> poll(from, most, writing));
        }
        ExecutorService threads = Executors.newFixedThreadPool(all.size());
        List<Future<List<Told>>> done = threads.invokeAll(all);
        threads.shutdown();
        for (Future<List<Told>> writer : done.subList(0, WRITERS)) {
            assertThat(writer.get()).isEmpty();
        }
        Set<String> written =
                Set.copyOf(
                        database.query(
                                "select cursor from ledger.change where cursor > ?",
                                row -> row.getString(1),
                                from));
        assertThat(written).hasSizeGreaterThan(WRITERS * PAGES);
        for (Future<List<Told>> reader : done.subList(WRITERS, all.size())) {
            List<Told> told = reader.get();
            assertThat(told).extracting(Told::cursor).isSorted().doesNotHaveDuplicates();
            assertThat(told.stream().map(Told::cursor).collect(Collectors.toSet()))
                    .isEqualTo(written);
            assertThat(told.stream().map(each -> each.kind() + " " + each.op()))
                    .as("of every kind")
                    .containsAll(everyOp());
            assertThat(alive(told)).isEqualTo(aliveOf(writers));
        }
    }

    private static List<Told> poll(String from, int most, AtomicInteger writing) {
        List<Told> told = new ArrayList<>();
        String cursor = from;
        while (true) {
            boolean last = writing.get() == 0;
            List<Told> some = ask(cursor, most);
            told.addAll(some);
            if (!some.isEmpty()) {
                cursor = some.get(some.size() - 1).cursor();
            } else if (last) {
                return told;
            }
        }
    }

    /** What a reader believes is there. */
    private static Set<String> alive(List<Told> told) {
        Set<String> alive = new TreeSet<>();
        for (Told each : told) {
            String row = each.kind() + " " + each.row();
            if (each.op().equals("delete")) {
                alive.remove(row);
            } else {
                alive.add(row);
            }
        }
        return alive;
    }

    private static List<String> everyOp() {
        return kinds.stream()
                .flatMap(
                        kind ->
                                Stream.of("insert", "update", "delete")
                                        .map(op -> kind.name() + " " + op))
                .toList();
    }

    private static Set<String> aliveOf(List<Writer> writers) {
        Set<String> alive = new TreeSet<>();
        for (AnyKind kind : kinds) {
            String scope = kind.owned() ? "account_id" : "connection_id";
            alive.addAll(
                    database.query(
                            "select '%1$s ' || id from caravan.%1$s where removed_at is null and %2$s::text = any (?)"
                                    .formatted(kind.name(), scope),
                            row -> row.getString(1),
                            (Object)
                                    writers.stream()
                                            .map(
                                                    writer ->
                                                            kind.owned()
                                                                    ? String.valueOf(
                                                                            writer.account())
                                                                    : writer.connection()
                                                                            .toString())
                                            .toArray(String[]::new)));
        }
        return alive;
    }

    @Test
    void whatCommitsLateIsNotOvertakenByWhatBeganLater() throws Exception {
        String from = now();
        try (Connection slow = database.dataSource().getConnection()) {
            slow.setAutoCommit(false);
            Instant began = horizon();
            page(slow, connection, "1=1");
            UUID other = connection();
            database.inTransaction(
                    store -> {
                        page(store, other, "1=2");
                        return null;
                    });
            assertThat(ask(from, 10)).as("nobody sees past what is open").isEmpty();
            assertThat(horizon()).isBeforeOrEqualTo(began);
            slow.commit();
            assertThat(horizon()).isAfter(began);
            assertThat(ask(from, 10))
                    .extracting(Told::connection)
                    .containsExactly(connection, other);
        }
    }

    @Test
    void theHorizonIsABeatFromBeforeWhatIsOpenAndMovesPastItHoweverManyFollow() throws Exception {
        Heartbeat heartbeat = new Heartbeat(database, () -> true, "here:1", 30);
        beat(heartbeat);
        Instant before = beaten();
        try (Connection first = database.dataSource().getConnection();
                Connection second = database.dataSource().getConnection()) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            page(first, connection, "1=1");
            beat(heartbeat);
            Instant between = beaten();
            assertThat(between).isAfter(before);
            page(second, connection(), "1=2");
            beat(heartbeat);
            assertThat(horizon()).as("behind the first").isEqualTo(before);
            first.commit();
            assertThat(horizon()).as("behind the second").isEqualTo(between);
            beat(heartbeat);
            assertThat(horizon()).isEqualTo(between);
            second.commit();
        }
        assertThat(horizon()).as("nobody writes").isAfterOrEqualTo(before);
    }

    @Test
    void ofSeveralNodesOneWritesABeat() {
        beat(new Heartbeat(database, () -> true, "here:1", 30));
        Instant first = beaten();
        new Heartbeat(database, () -> true, "there:1", 30).beat();
        assertThat(beaten()).isEqualTo(first);
        assertThat(
                        database.first(
                                "select node || every_seconds from ledger.heartbeat",
                                row -> row.getString(1)))
                .contains("here:130");
    }

    @Test
    void aNodeBeatsByItselfAsSoonAsTheStoreIsReady() {
        AtomicBoolean ready = new AtomicBoolean();
        AtomicInteger asked = new AtomicInteger();
        BooleanSupplier keeper =
                () -> {
                    asked.incrementAndGet();
                    return ready.get();
                };
        database.update("update caravan.heartbeat set at = at - interval '1 hour', node = null");
        Instant before = beaten();
        try (Heartbeat heartbeat = new Heartbeat(database, keeper, "here:2", 1)) {
            heartbeat.start();
            await().until(() -> asked.get() > 0);
            assertThat(beaten()).isEqualTo(before);
            ready.set(true);
            await().until(() -> beaten().isAfter(before.plusSeconds(60)));
        }
        assertThat(database.first("select node from ledger.heartbeat", row -> row.getString(1)))
                .contains("here:2");
    }

    private static Instant horizon() {
        return instant("select ledger.changes_horizon()");
    }

    private static Instant beaten() {
        return instant("select at from ledger.heartbeat");
    }

    private static Instant instant(String sql) {
        return database.first(sql, row -> row.getObject(1, OffsetDateTime.class).toInstant())
                .orElseThrow();
    }

    /** A beat as if the last one were long ago. */
    private static void beat(Heartbeat heartbeat) {
        database.update("update caravan.heartbeat set at = at - interval '1 hour'");
        heartbeat.beat();
    }

    @Test
    void aCursorInsideAPageGoesOnInsideIt() throws Exception {
        String from = now();
        String[] records = IntStream.range(0, 30).mapToObj(n -> n + "=1").toArray(String[]::new);
        database.inTransaction(
                store -> {
                    page(store, connection, records);
                    return null;
                });
        List<Told> first = ask(from, 13);
        List<Told> rest = ask(first.get(12).cursor(), 100);
        assertThat(first).hasSize(13);
        assertThat(rest).hasSize(17);
        assertThat(ask(rest.get(16).cursor(), 100)).isEmpty();
    }

    @Test
    void oldMonthsGoWholeAndAReaderThatWasAwayForThemIsToldSo() {
        page("1=1");
        String before = now();
        database.update(
                "insert into caravan.change (connection_id, kind, op, row_id, at) values (?,"
                        + " 'holder', 'update', 1, now() - interval '5 months')",
                connection);
        database.inTransaction(
                store -> {
                    Database.update(store, "set local caravan.clock_shift = '-4 months'");
                    Database.query(store, "select caravan.keep_parts(25)", row -> null);
                    Database.update(
                            store,
                            "insert into caravan.change (connection_id, kind, op, row_id) values"
                                    + " (?, 'holder', 'update', 1)",
                            connection);
                    return null;
                });
        assertThat(parts()).hasSize(2);
        for (int old : new int[] {24, 26}) {
            database.update(
                    "insert into caravan.pull_run (pull_id, connection_id, kind, started_at,"
                            + " outcome) select nextval('caravan.pull_id'), ?, outcome, now() -"
                            + " make_interval(months => ?), outcome from unnest(array['running',"
                            + " 'complete']) outcome",
                    connection,
                    old);
            database.update(
                    """
                    insert into caravan.rejected_record (provider, connection_id, kind, page, position, reason, sqlstate, payload,
                      payload_hash, last_seen_at)
                    values ('bank', ?, 'k', 'GET /', 1, 'no', '22000', '{}', ?::text::bytea, now() - make_interval(months => ?))
                    """,
                    connection,
                    String.valueOf(old),
                    old);
        }
        new LogParts(database, 2, 25, Clock.systemUTC()).keep();

        assertThat(parts()).as("the old are gone, this month and the next are there").hasSize(2);
        assertThat(parts().get(0))
                .isEqualTo(
                        database.first(
                                        "select 'change_' || to_char(now() at time zone 'UTC',"
                                                + " 'YYYY_MM')",
                                        row -> row.getString(1))
                                .orElseThrow());
        String ours = " where connection_id = '" + connection + "'";
        assertThat(count("caravan.pull_run" + ours)).as("an old one still runs").isEqualTo(3);
        assertThat(count("caravan.rejected_record" + ours)).isOne();
        assertThat(count("caravan.change_rest")).isZero();
        assertThat(count("caravan.change where at < now() - interval '3 months'")).isZero();
        assertThat(count("caravan.change where connection_id = '" + connection + "'")).isOne();
        assertThatThrownBy(() -> ask(before, 10))
                .hasMessageContaining("changes behind this cursor are no longer kept");
        assertThatThrownBy(() -> ask("", 10)).hasMessageContaining("no longer kept");
        String from = now();
        page("2=2");
        assertThat(ask(from, 10)).hasSize(1);
    }

    @Test
    void aDumpThatIsRestoredToAServerWithLowerNumbersBeginsAnEra() {
        page("1=1");
        String from = now();
        database.update(
                "insert into caravan.change (xid, connection_id, kind, op, row_id) values"
                        + " ('900000001', ?, 'holder', 'update', 1)",
                connection);
        assertThat(ask(from, 10)).as("beyond the horizon").isEmpty();
        new LogParts(database, 25, 25, Clock.systemUTC()).settle();
        page("2=2");

        List<Told> told = ask(from, 10);
        assertThat(told).extracting(Told::op).containsExactly("update", "insert");
        assertThat(ask(told.get(0).cursor(), 10)).extracting(Told::op).containsExactly("insert");
        new LogParts(database, 25, 25, Clock.systemUTC()).settle();
        page("3=3");
        assertThat(ask(told.get(1).cursor(), 10)).hasSize(1);
        assertThat(count("caravan.era where n = 2")).as("once").isOne();
    }

    @Test
    void whatIsNoCursorIsRefused() {
        assertThatThrownBy(() -> ask("yesterday", 10)).hasMessageContaining("no cursor");
    }

    @Test
    void aReaderMayUseTheFeedAndSeesNoTableOfOurs() throws Exception {
        page("1=1");
        try (Connection reader = database.dataSource().getConnection()) {
            Database.update(reader, "set role caravan_reader");
            assertThat(
                            Database.query(
                                    reader,
                                    "select op from ledger.history('holder', (select max(row_id)"
                                            + " from ledger.change where kind = 'holder'))",
                                    row -> row.getString(1)))
                    .isNotEmpty();
            String from =
                    Database.query(
                                    reader,
                                    "select ledger.changes_from_now()",
                                    row -> row.getString(1))
                            .get(0);
            assertThat(Database.query(reader, "select 1 from ledger.changes(?)", row -> 1, from))
                    .isEmpty();
            assertThatThrownBy(
                            () -> Database.query(reader, "select 1 from caravan.change", row -> 1))
                    .hasMessageContaining("permission denied");
            Database.update(reader, "reset role");
        }
    }

    private void page(String... records) {
        database.inTransaction(
                store -> {
                    page(store, connection, records);
                    return null;
                });
    }

    private static List<String> parts() {
        return database.query(
                "select inhrelid::regclass::text from pg_inherits where inhparent ="
                        + " 'caravan.change'::regclass and inhrelid::regclass::text ~ '\\d$' order"
                        + " by 1",
                row -> row.getString(1).replace("caravan.", ""));
    }

    private static long count(String from) {
        return database.first("select count(*) from " + from, row -> row.getLong(1)).orElseThrow();
    }
}
