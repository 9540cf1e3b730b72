package dev.caravan.conformance.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.caravan.conformance.House;
import dev.caravan.sandbox.pockit.Application;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers as the contract shows them, in {@code routes/pockit/contract/CASE/answers.json}, path to
 * body, and the rows that they must become in {@code rows.json}; run with {@code
 * -Dgolden.write=true} to write those.
 */
class ContractTest {
    private static final Path CASES = Path.of("..", "routes", "pockit", "contract");
    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    /** What is ours, or of the moment. */
    private static final String VOLATILE =
            "array['connection_id','account_id','transaction_id','balance_id','beneficiary_id','product_id','first_seen_at',"
                + "'changed_at','removed_at','settled_as','raw']";

    @ParameterizedTest
    @ValueSource(strings = {"obie-envelope", "flat-objects"})
    void recordedAnswersBecomeTheRowsThatAreWrittenDown(String name) throws IOException {
        Path rows = CASES.resolve(name).resolve("rows.json");
        JsonNode answers = JSON.readTree(CASES.resolve(name).resolve("answers.json").toFile());
        JsonNode found = replayed(answers);
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(rows, JSON.writeValueAsString(found) + "\n");
        }

        assertThat(JSON.writeValueAsString(found))
                .isEqualTo(JSON.writeValueAsString(JSON.readTree(rows.toFile())));
    }

    private static JsonNode replayed(JsonNode answers) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String base = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
        server.createContext(
                "/v1/",
                exchange -> {
                    String asked = exchange.getRequestURI().toString().substring("/v1/".length());
                    byte[] body = answers.path(asked).toString().replace("{base}", base).getBytes();
                    exchange.sendResponseHeaders(answers.has(asked) ? 200 : 404, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        House house =
                House.of(
                                "pockit",
                                Map.of(
                                        "auth.url",
                                        base,
                                        "api.url",
                                        base,
                                        "client.id",
                                        "ours",
                                        "sign.request.member.app",
                                        "app"))
                        .secret("pockit.certificate", Application.pem("not-a-secret"))
                        .start();
        try (house) {
            return rows(house, pulled(house));
        } finally {
            server.stop(0);
        }
    }

    private static UUID pulled(House house) {
        UUID connection = house.connection(Map.of());
        house.database.update(
                "update caravan.connection set authorised_at = caravan.now(), scopes ="
                        + " 'accounts:read balance:read beneficiaries:read product:read"
                        + " transactions:read' where id = ?",
                connection);
        house.database.update(
                """
                insert into caravan.token_set (connection_id, generation, access_sealed, access_expires_at, refreshed_at)
                values (?, 1, ?, caravan.now() + interval '1 hour', caravan.now())
                """,
                connection,
                house.sealer.seal("token"));
        house.journeys.pull(connection, Pockit.USER_ADDRESS, Duration.ofMinutes(5));
        house.tick("pull");
        house.awaitPull(connection, null);
        return connection;
    }

    private static JsonNode rows(House house, UUID connection) throws IOException {
        ObjectNode rows = JSON.createObjectNode();
        for (String view :
                new String[] {
                    "account", "balance", "beneficiary", "product", "transaction", "rejected_record"
                }) {
            String kept =
                    view.equals("rejected_record")
                            ? "jsonb_build_object('reason', reason, 'payload', payload)"
                            : "to_jsonb(v) - "
                                    + VOLATILE
                                    + (view.equals("balance")
                                            ? " - case when as_of > caravan.now() - interval '1"
                                                    + " day' then 'as_of' else '' end"
                                            : "");
            rows.set(
                    view,
                    JSON.readTree(
                            house.text(
                                    "select coalesce(jsonb_agg(r order by r::text), '[]')::text"
                                            + " from (select jsonb_strip_nulls("
                                            + kept
                                            + ") as r from ledger."
                                            + view
                                            + " v where connection_id = '"
                                            + connection
                                            + "') e")));
        }
        return rows;
    }
}
