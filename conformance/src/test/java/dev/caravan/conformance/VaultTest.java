package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.faults.ConsentFault;
import dev.caravan.faults.RefreshFault;
import dev.caravan.faults.SetupFault;
import dev.caravan.sandbox.MovableClock;
import dev.caravan.store.Database;
import dev.caravan.vault.References;
import dev.caravan.vault.Sealer;
import dev.caravan.vault.Secrets;
import dev.caravan.vault.Vault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the verb {@code vault} does for providers that give tokens in ways of their own. */
class VaultTest {
    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");
    private static final Map<String, String> ANSWERS =
            Map.of(
                    "token.access", "token",
                    "token.expires", "expiresAt",
                    "token.expires.form", "instant");
    private static final Map<String, String> SETTINGS =
            Map.of(
                    "client.secret", "$[secret:p.secret]",
                    "api.secret", "$[connection:api.secret]",
                    "sub", "svc:$[connection:tenant]");

    @TempDir Path home;
    private final MovableClock clock = MovableClock.at(NOON);
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicReference<String> answer = new AtomicReference<>();
    private final AtomicReference<CountDownLatch> together = new AtomicReference<>();
    private Database database;
    private DefaultCamelContext camel;
    private Sealer sealer;
    private References references;
    private Vault vault;
    private UUID connection;

    @BeforeEach
    void open() throws Exception {
        database = new Database(TestServer.database(), 6);
        sealer = Sealer.from(Files.writeString(home.resolve("key"), "A".repeat(43)));
        Files.writeString(home.resolve("p.secret"), "say \"hush\"\n");
        references =
                new References(
                        "p",
                        SETTINGS,
                        new Secrets("p", home, System::getenv, SETTINGS),
                        database,
                        sealer,
                        clock);
        vault = new Vault(database, database, sealer, references, "p", ANSWERS, clock);
        connection =
                database.first(
                                "insert into caravan.connection (provider, user_ref, settings,"
                                        + " secrets_sealed) values ('p', 'u', '{\"tenant\":"
                                        + " \"north\"}', ?) returning id",
                                row -> row.getObject(1, UUID.class),
                                sealer.seal("{\"api.secret\": \" own \", \"tenant.key\": \"k\"}"))
                        .orElseThrow();
        answer.set(answerOf("first", 3600));
        camel = new DefaultCamelContext();
        camel.getRegistry().bind("vault", vault);
        camel.addRoutes(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:refresh").process(VaultTest.this::answers);
                        from("direct:needy")
                                .setBody(constant("refresh_token = $[token:refresh]"))
                                .bean(vault, "form");
                        from("direct:drop").bean(vault, "drop(*)");
                        from("direct:dropped").bean(vault, "drop");
                        from("direct:call")
                                .bean(vault, "bearer(*, 'direct:refresh', 120, 'token')");
                    }
                });
        camel.start();
    }

    @AfterEach
    void close() {
        camel.stop();
        database.close();
    }

    private void answers(Exchange exchange) throws InterruptedException {
        asked.incrementAndGet();
        if (together.get() != null) {
            together.get().await();
        }
        exchange.getMessage().setBody(answer.get());
    }

    private static String answerOf(String token, long seconds) {
        return "{\"token\": \""
                + token
                + "\", \"expiresAt\": "
                + (NOON.getEpochSecond() + seconds)
                + "}";
    }

    private Exchange exchange(String body) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.setProperty("connection", connection);
        exchange.getMessage().setBody(body);
        return exchange;
    }

    private Exchange called() {
        Exchange exchange = exchange(null);
        Exchange done = camel.createProducerTemplate().send("direct:call", exchange);
        assertThat(done.getException()).isNull();
        return done;
    }

    private static Object authorization(Exchange exchange) {
        return exchange.getMessage().getHeader("Authorization");
    }

    private String filledJson(String body) {
        Exchange exchange = exchange(body);
        vault.json(exchange);
        return exchange.getMessage().getBody(String.class);
    }

    @Test
    void aConnectionWithoutTokensGetsItsFirstOnesInTheProvidersOwnScheme() {
        Exchange first = called();
        assertThat(authorization(first)).isEqualTo("token first");
        assertThat(first.getProperty("token.generation")).isEqualTo(1L);
        assertThat(first.getProperty("token.refreshed", Instant.class)).isAfter(NOON);
        assertThat(authorization(called())).isEqualTo("token first");
        assertThat(asked).hasValue(1);

        answer.set(answerOf("second", 7200));
        clock.advance(java.time.Duration.ofSeconds(3481));
        assertThat(authorization(called())).isEqualTo("token second");
        assertThat(asked).hasValue(2);
    }

    @Test
    void twoThatNeedTheFirstTokensAtOnceMakeOneCall() {
        together.set(new CountDownLatch(1));
        List<CompletableFuture<Object>> both =
                List.of(
                        CompletableFuture.supplyAsync(() -> authorization(called())),
                        CompletableFuture.supplyAsync(() -> authorization(called())));
        World.until(() -> asked.get() == 1);
        together.get().countDown();
        assertThat(both).extracting(CompletableFuture::join).containsOnly("token first");
        assertThat(asked).hasValue(1);
    }

    @Test
    void aRouteThatFailsLeavesTheConnectionReadyForTheNextAttempt() {
        answer.set("{\"error\": \"no\"}");
        assertThatThrownBy(() -> vault.bearer(exchange(null), "direct:refresh", 60))
                .isInstanceOf(RefreshFault.class)
                .hasMessageContaining("lacks token");
        answer.set(answerOf("first", 3600));
        assertThat(authorization(called())).isEqualTo("token first");
    }

    @Test
    void onlyARouteThatWantsARefreshTokenNeedsOne() {
        assertThatThrownBy(() -> vault.bearer(exchange(null), "direct:needy", 60))
                .isInstanceOf(ConsentFault.class)
                .hasMessageContaining("has no refresh token");
        assertThat(vault.renewable(exchange(null))).isFalse();
        vault.keep(exchange("{\"token\": \"t\", \"refresh_token\": \"r\"}"));
        assertThat(vault.renewable(exchange(null))).isTrue();
    }

    @Test
    void aTokenOfOursAsAClientIsAskedForOnceAndAnewWhenItIsRefused() {
        Exchange call = exchange(null);
        vault.client(call, "direct:refresh", 60);
        assertThat(authorization(call)).isEqualTo("Bearer first");
        answer.set(answerOf("second", 3600));
        vault.client(call, "direct:refresh", 60);
        assertThat(authorization(call)).isEqualTo("Bearer first");

        call.setProperty("refused.client", call.getProperty("client.generation"));
        vault.client(call, "direct:refresh", 60);
        vault.client(call, "direct:refresh", 60);
        assertThat(authorization(call)).isEqualTo("Bearer second");
        assertThat(asked).hasValue(2);

        answer.set(answerOf("third", 7200));
        clock.advance(java.time.Duration.ofSeconds(3541));
        Exchange other = exchange(null);
        vault.client(other, "direct:refresh", 60);
        assertThat(authorization(other)).isEqualTo("Bearer third");
        assertThat(tokenRows()).as("nothing of it is stored").isZero();
    }

    @Test
    void manyThatNeedATokenOfOursAtOnceMakeOneCall() {
        together.set(new CountDownLatch(1));
        List<CompletableFuture<Object>> all =
                java.util.stream.Stream.generate(
                                () ->
                                        CompletableFuture.supplyAsync(
                                                () -> {
                                                    Exchange call = exchange(null);
                                                    vault.client(call, "direct:refresh", 60);
                                                    return authorization(call);
                                                }))
                        .limit(3)
                        .toList();
        World.until(() -> asked.get() == 1);
        together.get().countDown();
        assertThat(all).extracting(CompletableFuture::join).containsOnly("Bearer first");
        assertThat(asked).hasValue(1);
    }

    @Test
    void droppedTokensAreGoneAndNewOnesMayCome() {
        called();
        camel.createProducerTemplate().send("direct:drop", exchange(null));
        assertThat(tokenRows()).isZero();
        assertThat(authorization(called())).isEqualTo("token first");
        Exchange dropped = camel.createProducerTemplate().send("direct:dropped", exchange("x"));
        assertThat(dropped.getException()).isNull();
        assertThat(tokenRows()).isZero();
        called();
        vault.drop(connection);
        assertThat(tokenRows()).isZero();
    }

    private long tokenRows() {
        return database.first(
                        "select (select count(*) from caravan.token_set) + (select count(*) from"
                                + " caravan.token_refresh)",
                        row -> row.getLong(1))
                .orElseThrow();
    }

    @Test
    void whatWasGrantedIsToldToTheConnection() {
        vault.keep(exchange("{\"token\": \"t\", \"scope\": \"product:read, Balance:read\"}"));
        assertThat(scopes()).isEqualTo("balance:read product:read");
        vault.keep(exchange("{\"token\": \"t\"}"));
        assertThat(scopes()).isEqualTo("balance:read product:read");
    }

    private String scopes() {
        return database.first("select scopes from caravan.connection", row -> row.getString(1))
                .orElseThrow();
    }

    @Test
    void valuesGoIntoJsonStringsWithWhatTheyNeedEscaped() {
        Exchange trip =
                exchange(
                        " {\"a\": \"<$[secret:client.secret]>\", \"n\": 1.50, \"s\":"
                                + " \"$[journey:state]\"} ");
        trip.setProperty("journey.state", "line\nend");
        vault.json(trip);
        assertThat(trip.getMessage().getBody(String.class))
                .isEqualTo("{\"a\": \"<say \\\"hush\\\">\", \"n\": 1.50, \"s\": \"line\\nend\"}");
        assertThatThrownBy(() -> filledJson("{\"a\": $[secret:client.secret]}"))
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("no JSON")
                .hasMessageNotContaining("hush");
    }

    @Test
    void timeAndFreshIdsAreFilledIn() {
        assertThat(filledJson("[\"$[now]\", \"$[now:+90d]\", \"$[now:-30m]\"]"))
                .isEqualTo(
                        "[\"2026-05-01T12:00:00Z\", \"2026-07-30T12:00:00Z\","
                                + " \"2026-05-01T11:30:00Z\"]");
        String ids = filledJson("[\"$[uuid]\", \"$[uuid]\"]");
        String one = ids.substring(2, 38);
        assertThat(UUID.fromString(one).version()).isEqualTo(4);
        assertThat(ids.substring(42, 78)).isNotEqualTo(one);
    }

    @Test
    void aConnectionHasValuesOfItsOwn() {
        assertThat(filledJson("\"$[connection:tenant]/$[connection:tenant.key]\""))
                .isEqualTo("\"north/k\"");
        assertThat(filledJson("\"$[secret:api.secret]\"")).isEqualTo("\"own\"");
        assertThat(references.secretBytes(exchange(null), "api.secret"))
                .isEqualTo(" own ".getBytes());
        assertThat(references.setting(exchange(null), "sub")).isEqualTo("svc:north");
        connection = UUID.randomUUID();
        assertThatThrownBy(() -> filledJson("\"$[connection:tenant]\""))
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("$[connection:tenant]");
    }

    @Test
    void aNameThatNobodyKnowsIsSaid() {
        for (String reference :
                List.of(
                        "$[connection:nosuch]",
                        "$[secret:nosuch]",
                        "$[token:id]",
                        "$[journey:nosuch]",
                        "$[now:90d]",
                        "$[now:+soon]",
                        "$[nosuch]",
                        "$[nosuch:name]")) {
            assertThatThrownBy(() -> filledJson("\"" + reference + "\""))
                    .as(reference)
                    .isInstanceOf(SetupFault.class)
                    .hasMessageContaining(reference.replaceAll("^\\$\\[secret:(.*)]$", "$1"));
        }
    }

    @Test
    void whatIsFilledInIsNotLookedAtAgain() {
        Exchange trip = exchange("code = $[journey:code]\nempty = $[journey:nonce]");
        trip.setProperty("journey.code", "$[secret:client.secret]");
        vault.form(trip);
        assertThat(trip.getMessage().getBody(String.class))
                .isEqualTo("code=%24%5Bsecret%3Aclient.secret%5D");
    }

    @Test
    void headersAreFilledInToo() {
        Exchange call = exchange(null);
        vault.basic(call, "id", "api.secret");
        assertThat(authorization(call)).isEqualTo("Basic aWQ6b3du");
        vault.header(call, "x-tenant", "$[connection:tenant]");
        assertThat(call.getMessage().getHeader("x-tenant")).isEqualTo("north");
        call.setProperty("journey.state", "a\r\nb");
        assertThatThrownBy(() -> vault.header(call, "x", "$[journey:state]"))
                .isInstanceOf(SetupFault.class);
        assertThatThrownBy(() -> vault.basic(call, "a:b", "api.secret"))
                .hasMessageContaining("colon");
    }
}
