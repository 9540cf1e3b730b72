package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.spi.MDCAdapter;

/** What a line of the log knows of what it is about, on the lines of real pulls that fail. */
class LogContextTest {
    private record Line(String thread, String text, Map<String, String> about) {}

    /** Writes nothing down but what each line knew when it was written. */
    private static final class Lines extends PrintStream {
        private final Queue<Line> lines = new ConcurrentLinkedQueue<>();

        Lines() {
            super(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        }

        @Override
        public void println(String text) {
            Map<String, String> about = MDC.getCopyOfContextMap();
            lines.add(
                    new Line(
                            Thread.currentThread().getName(),
                            String.valueOf(text),
                            about == null ? Map.of() : about));
        }
    }

    /** Knows what is left on each thread. */
    private static final class Left extends BasicMDCAdapter {
        private final Map<String, Map<String, String>> left = new ConcurrentHashMap<>();

        @Override
        public void put(String key, String value) {
            super.put(key, value);
            note();
        }

        @Override
        public void remove(String key) {
            super.remove(key);
            note();
        }

        private void note() {
            Map<String, String> now = getCopyOfContextMap();
            left.put(Thread.currentThread().getName(), now == null ? Map.of() : now);
        }
    }

    @Test
    void linesOfAPullSayProviderConnectionAndRunAndThreadsAreLeftWithNothing() throws Exception {
        MDCAdapter before = MDC.getMDCAdapter();
        PrintStream stderr = System.err;
        Left left = new Left();
        Lines lines = new Lines();
        adapter(left);
        try (World world = World.of(World.smallBank())) {
            Map<String, UUID> connections = world.connected(List.of("john1", "john2"));
            connections
                    .keySet()
                    .forEach(user -> world.twin.faults().on("info").providerError().forUser(user));
            System.setErr(lines);
            world.pull(connections.values(), null);
            System.setErr(stderr);

            List<Line> told =
                    lines.lines.stream()
                            .filter(line -> line.text().contains("CARAVAN-PROVIDER truelayer"))
                            .toList();
            assertThat(told).hasSizeGreaterThanOrEqualTo(2);
            assertThat(told)
                    .allSatisfy(
                            line ->
                                    assertThat(line.about())
                                            .containsEntry("provider", "truelayer"));
            Map<String, List<String>> runs =
                    told.stream()
                            .collect(
                                    Collectors.groupingBy(
                                            line -> line.about().get("connection"),
                                            Collectors.mapping(
                                                    line -> line.about().get("run"),
                                                    Collectors.toList())));
            assertThat(runs.keySet())
                    .isEqualTo(
                            connections.values().stream()
                                    .map(UUID::toString)
                                    .collect(Collectors.toSet()));
            runs.forEach(
                    (connection, of) ->
                            assertThat(
                                            world.texts(
                                                    "select pull_id::text from ledger.pull_run"
                                                            + " where connection_id = '"
                                                            + connection
                                                            + "'"))
                                    .containsAll(of));
        } finally {
            System.setErr(stderr);
            adapter(before);
        }
        assertThat(left.left).isNotEmpty();
        assertThat(left.left.values())
                .allSatisfy(
                        rest ->
                                assertThat(rest)
                                        .doesNotContainKeys("provider", "connection", "run"));
    }

    private static void adapter(MDCAdapter adapter) throws Exception {
        Method set = MDC.class.getDeclaredMethod("setMDCAdapter", MDCAdapter.class);
        set.setAccessible(true);
        set.invoke(null, adapter);
    }
}
