package dev.caravan.sandbox.pliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.sandbox.MovableClock;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final PlianceTwin twin = PlianceTwin.start(PlianceSettings.defaults(), clock);
    private final Caller caller = Caller.of(twin, clock);

    @AfterEach
    void close() {
        twin.close();
    }

    private String ping(UnaryOperator<Minted> change) throws Exception {
        return pingWith(change.apply(Minted.good(clock.instant())).token());
    }

    private String pingWith(String token) throws Exception {
        return Caller.refusal(caller.send("GET", "Ping", new byte[0], token));
    }

    private static final String REFUSED = "401 The token is refused. ";

    @Test
    void aGoodTokenIsAnsweredPong() throws Exception {
        assertThat(ping(minted -> minted)).isEqualTo("200 Pong");
    }

    @Test
    void theSampleOfTheSeedLivesExactlyAsLongAsATokenMay() throws Exception {
        clock.set(java.time.Instant.ofEpochSecond(1555495956));
        UnaryOperator<Minted> sample =
                minted ->
                        minted.claims(
                                claims ->
                                        claims.put("iat", 1555495956)
                                                .put("nbf", 1555495956)
                                                .put("exp", 1555496256));

        assertThat(ping(sample)).isEqualTo("200 Pong");
        assertThat(ping(minted -> sample.apply(minted).claims(all -> all.put("exp", 1555496257))))
                .startsWith(REFUSED + "exp");
    }

    @Test
    void audienceMayBeAStringOrAnArrayAndNothingElse() throws Exception {
        assertThat(ping(minted -> minted.claims(all -> all.putArray("aud").add("pliance.io"))))
                .isEqualTo("200 Pong");
        assertThat(ping(minted -> minted.claims(all -> all.put("aud", "pliance.com"))))
                .isEqualTo(REFUSED + "aud: expected pliance.io");
        assertThat(ping(minted -> minted.claims(all -> all.putArray("aud"))))
                .startsWith(REFUSED + "aud");
        assertThat(ping(minted -> minted.claims(all -> all.remove("aud"))))
                .startsWith(REFUSED + "aud");
    }

    @Test
    void theHeaderNeedsNoTypeButTheOneAlgorithm() throws Exception {
        assertThat(ping(minted -> minted.header(all -> all.remove("typ")))).isEqualTo("200 Pong");
        assertThat(ping(minted -> minted.header(all -> all.put("typ", "JWE"))))
                .startsWith(REFUSED + "typ");
        assertThat(ping(minted -> minted.header(all -> all.put("alg", "none"))))
                .startsWith(REFUSED + "alg");
        assertThat(ping(minted -> minted.header(all -> all.put("alg", "HS512"))))
                .startsWith(REFUSED + "alg");
        assertThat(ping(minted -> minted.header(all -> all.putArray("crit").add("b64"))))
                .startsWith(REFUSED + "crit");
    }

    @Test
    void theKeyIsTheBytesOfTheSecretAndNotWhatTheyMightSpell() throws Exception {
        String hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        twin.change(twin.settings().customers(PlianceCustomer.single("caravan", hex)));
        byte[] decoded = java.util.HexFormat.of().parseHex(hex);

        assertThat(ping(minted -> minted.key(hex.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("200 Pong");
        assertThat(ping(minted -> minted.key(decoded))).startsWith(REFUSED + "signature");
    }

    @Test
    void aTokenFromAheadIsRefusedWithoutTolerance() throws Exception {
        long next = clock.instant().getEpochSecond() + 1;

        assertThat(ping(minted -> minted.claims(all -> all.put("nbf", next))))
                .startsWith(REFUSED + "nbf");
        assertThat(ping(minted -> minted.claims(all -> all.put("iat", next))))
                .startsWith(REFUSED + "iat");
        assertThat(
                        ping(
                                minted ->
                                        minted.claims(
                                                all ->
                                                        all.put("nbf", next - 1)
                                                                .put("iat", next - 1))))
                .isEqualTo("200 Pong");

        twin.change(twin.settings().tolerance(2, 0));
        assertThat(ping(minted -> minted.claims(all -> all.put("nbf", next))))
                .isEqualTo("200 Pong");
    }

    @Test
    void aTokenThatIsOverIsRefused() throws Exception {
        String token = Minted.good(clock.instant()).token();
        clock.advance(Duration.ofSeconds(239));
        assertThat(pingWith(token)).isEqualTo("200 Pong");
        clock.advance(Duration.ofSeconds(1));

        assertThat(pingWith(token)).isEqualTo(REFUSED + "exp: is over");

        twin.change(twin.settings().tolerance(0, 30));
        assertThat(pingWith(token)).isEqualTo("200 Pong");
    }

    @Test
    void everyClaimOfTheTableIsNeeded() throws Exception {
        for (String claim : new String[] {"iat", "nbf", "exp", "iss", "given_name", "sub"}) {
            assertThat(ping(minted -> minted.claims(all -> all.remove(claim))))
                    .startsWith(REFUSED + claim);
        }
    }

    @Test
    void secondsAreWholeNumbers() throws Exception {
        double now = clock.instant().getEpochSecond();

        assertThat(ping(minted -> minted.claims(all -> all.put("iat", now - 0.5))))
                .isEqualTo(REFUSED + "iat: expected whole seconds");
        assertThat(ping(minted -> minted.claims(all -> all.put("exp", "" + (long) now))))
                .startsWith(REFUSED + "exp");
        assertThat(ping(minted -> minted.claims(all -> all.put("exp", Long.MAX_VALUE))))
                .startsWith(REFUSED + "exp");
    }

    @Test
    void oneCustomersSecretDoesNotSignForAnother() throws Exception {
        String other = "another-secret-another-secret-another";
        twin.change(
                twin.settings()
                        .customers(
                                PlianceCustomer.single("caravan", PlianceSettings.NOT_A_SECRET),
                                PlianceCustomer.single("second", other)));

        assertThat(pingWith(Minted.good(clock.instant(), "second", other).token()))
                .isEqualTo("200 Pong");
        assertThat(pingWith(Minted.good(clock.instant(), "caravan", other).token()))
                .startsWith(REFUSED + "signature");
        assertThat(pingWith(Minted.good(clock.instant(), "third", other).token()))
                .isEqualTo(REFUSED + "iss: unknown");
    }

    @Test
    void whatIsNoTokenIsRefused() throws Exception {
        String good = Minted.good(clock.instant()).token();
        byte[] key = PlianceSettings.NOT_A_SECRET.getBytes(StandardCharsets.UTF_8);
        byte[] claims = dev.caravan.sandbox.Json.bytes(Minted.good(clock.instant()).claims());
        byte[] twice = "{\"alg\":\"none\",\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8);

        assertThat(pingWith("")).startsWith("401");
        assertThat(pingWith("x.y")).startsWith("401");
        assertThat(pingWith("..")).startsWith("401");
        assertThat(pingWith(good + "x")).startsWith("401");
        assertThat(pingWith(good.substring(0, good.lastIndexOf('.') + 1))).startsWith("401");
        assertThat(pingWith(Minted.signed(twice, claims, key))).startsWith("401");
        assertThat(pingWith(Minted.signed("[]".getBytes(), claims, key))).startsWith("401");
    }

    @Test
    void aRefusalIsAnEnvelopeAndTellsTheTimeOfTheTwin() throws Exception {
        HttpResponse<byte[]> response = caller.send("GET", "Ping", new byte[0], "");

        assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(response.headers().firstValue("Date")).contains("Sat, 21 Nov 2026 10:00:00 GMT");
        assertThat(Caller.body(response).path("success").asBoolean(true)).isFalse();
        assertThat(Caller.body(response).path("status").asText()).isEqualTo("Error");
    }

    @Test
    void aShortSecretIsNone() {
        assertThatThrownBy(() -> PlianceCustomer.single("caravan", "short"))
                .hasMessageContaining("32 bytes");
    }
}
