package dev.caravan.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.trac.AppKeys;
import dev.caravan.sandbox.trac.TracSettings;
import dev.caravan.sandbox.trac.TracTwin;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Trac with its twin: installations whose news never ends, pulled without a break. Safe for its own
 * traffic and one test beside it.
 */
final class Schools implements AutoCloseable {
    private static final int INSTALLATIONS = 4;
    private static final AppKeys KEYS = AppKeys.generate(2048);

    final TracTwin twin =
            TracTwin.start(
                    TracSettings.defaults()
                            .installations(INSTALLATIONS)
                            .schools(2)
                            .members(12)
                            .transactions(400)
                            .arrivalsPerDay(0)
                            .currentKey(KEYS.publicPem()),
                    Clock.systemUTC());

    private final List<String> connections = new ArrayList<>();

    /** Writes its settings and its key, before or after the start. */
    void settle(Installed installed) throws IOException {
        Files.writeString(installed.home().resolve("etc/secrets/trac.key"), KEYS.privatePem());
        var pid = "caravan.provider.trac";
        installed.set(pid, "api.url", twin.api().toString());
        installed.set(pid, "sign.app.claim.iss", "caravan");
        installed.set(pid, "sign.app.claim.aud", twin.audience());
        installed.set(pid, "page.size", "50");
        installed.set(pid, "calls.second", "1000");
        installed.set(pid, "calls.provider.second", "1000");
    }

    void connect(Installed installed) throws IOException, InterruptedException {
        for (var each : twin.installations()) {
            connections.add(
                    installed.connect(
                            "{\"provider\":\"trac\",\"user\":\"school\",\"settings\":{\"installation\":\""
                                    + each.id()
                                    + "\"}}"));
        }
    }

    /** The same once the last pulls are over. */
    void newsWhenIdle(Installed installed) throws IOException, InterruptedException, SQLException {
        if (underWay(installed) == 0) {
            news(installed);
        }
    }

    /** Something new at each school, and a pull of each connection. */
    void news(Installed installed) throws IOException, InterruptedException {
        twin.schools().forEach(school -> school.grow(1));
        pull(installed);
    }

    void pull(Installed installed) throws IOException, InterruptedException {
        for (var connection : connections) {
            installed.admin("/connections/" + connection + "/pull", "");
        }
    }

    /** The version that made the last calls; empty for the one that was built. */
    String edition() {
        var calls = twin.journal().where(call -> call.endpoint().startsWith("orgs/"));
        return calls.isEmpty() ? "" : edition(calls.get(calls.size() - 1));
    }

    private static String edition(Exchange call) {
        return call.header(Edition.HEADER.toLowerCase(java.util.Locale.ROOT)).orElse("");
    }

    long calls() {
        return twin.journal().counters().values().stream().mapToLong(count -> count).sum();
    }

    /** Pulls of which a page may be in hand now. */
    static long underWay(Installed installed) throws IOException, SQLException {
        return Booked.number(
                installed,
                "select count(*) from ledger.pull_run where provider = 'trac' and outcome ="
                        + " 'running'");
    }

    /** What the desk says is being pulled; a pull that was stopped for a swap holds nothing. */
    static JsonNode held(Installed installed) throws IOException, InterruptedException {
        var words = "{\"words\":[\"running\",\"--provider\",\"trac\",\"--json\"]}";
        var rows = new ObjectMapper().readTree(installed.admin("/desk", words)).path("rows");
        assertThat(rows.isArray()).isTrue();
        return rows;
    }

    /** The transactions as the twin knows them, each once, sorted. */
    List<String> truth() {
        return twin.truth().transactions().stream()
                .map(row -> row.id() + " " + row.amountMinor())
                .sorted()
                .toList();
    }

    /** The same as the store has them. */
    static List<String> stored(Installed installed) throws IOException, SQLException {
        return Booked.texts(
                        installed,
                        "select provider_transaction_id || ' ' || (amount * 100)::bigint from"
                            + " ledger.transaction where provider = 'trac' and removed_at is null")
                .stream()
                .sorted()
                .toList();
    }

    @Override
    public void close() {
        twin.close();
    }
}
