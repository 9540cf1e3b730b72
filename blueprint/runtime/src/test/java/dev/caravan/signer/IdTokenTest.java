package dev.caravan.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.caravan.faults.IdTokenFault;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What came back with the code is looked at before the code is spent. */
class IdTokenTest {
    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");
    private static final String SECRET_VALUE = "value-that-no-fault-may-show";

    @TempDir Path folder;
    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer server;
    private RSAKey key;
    private volatile String published;
    private volatile int status = 200;

    @BeforeEach
    void provider() throws Exception {
        key = new RSAKeyGenerator(2048).keyID("one").generate();
        published = new JWKSet(key.toPublicJWK()).toString();
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext(
                "/jwks",
                call -> {
                    asked.incrementAndGet();
                    byte[] body = published.getBytes(StandardCharsets.UTF_8);
                    call.getResponseHeaders().set("Location", "/elsewhere");
                    call.sendResponseHeaders(status, body.length);
                    call.getResponseBody().write(body);
                    call.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Signer signer(String opaque) {
        return Signers.of(
                folder,
                Clock.fixed(NOON, ZoneOffset.UTC),
                "sign.back.alg",
                "PS256",
                "sign.back.jwks",
                "http://127.0.0.1:" + server.getAddress().getPort() + "/jwks",
                "sign.back.iss",
                "https://bank.example",
                "sign.back.aud",
                "us",
                "sign.back.claim.openbanking_intent_id",
                "$[journey:reference]",
                "sign.back.opaque",
                opaque);
    }

    private static Exchange trip(String idToken) {
        Exchange exchange = Signers.exchange();
        exchange.setProperty("journey.code", "the-code");
        exchange.setProperty("journey.state", "the-state");
        exchange.setProperty("journey.nonce", "the-nonce");
        exchange.setProperty("journey.reference", "consent-7");
        exchange.setProperty("journey.param.id_token", idToken);
        return exchange;
    }

    private static String half(String text) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes());
        return Base64URL.encode(Arrays.copyOf(hash, 16)).toString();
    }

    private static JWTClaimsSet.Builder claims() throws Exception {
        return new JWTClaimsSet.Builder()
                .issuer("https://bank.example")
                .audience("us")
                .issueTime(Date.from(NOON))
                .expirationTime(Date.from(NOON.plusSeconds(60)))
                .claim("nonce", "the-nonce")
                .claim("c_hash", half("the-code"))
                .claim("s_hash", half("the-state"))
                .claim("openbanking_intent_id", "consent-7");
    }

    private String token(RSAKey by, Consumer<JWTClaimsSet.Builder> changed) throws Exception {
        JWTClaimsSet.Builder claims = claims();
        changed.accept(claims);
        SignedJWT jwt =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.PS256).keyID(by.getKeyID()).build(),
                        claims.build());
        jwt.sign(new RSASSASigner(by));
        return jwt.serialize();
    }

    @Test
    void aTokenThatFitsIsVerified() throws Exception {
        Exchange trip = trip(token(key, claims -> {}));
        signer("refuse").idToken(trip, "back");
        assertThat(trip.getProperty("id_token_verified")).isEqualTo(true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"iss", "aud", "nonce", "c_hash", "s_hash", "openbanking_intent_id"})
    void aClaimThatDiffersIsNamedAndItsValueIsNot(String claim) throws Exception {
        Signer signer = signer("allow");
        String other = token(key, claims -> claims.claim(claim, SECRET_VALUE));
        assertThatThrownBy(() -> signer.idToken(trip(other), "back"))
                .isInstanceOf(IdTokenFault.class)
                .hasMessageContaining("does not fit in " + claim)
                .hasMessageNotContaining(SECRET_VALUE);
        String without = token(key, claims -> claims.claim(claim, null));
        assertThatThrownBy(() -> signer.idToken(trip(without), "back"))
                .isInstanceOf(IdTokenFault.class);
    }

    @Test
    void timesHaveAMinuteOfLeewayAndNoMore() throws Exception {
        Signer signer = signer("refuse");
        signer.idToken(
                trip(
                        token(
                                key,
                                claims ->
                                        claims.issueTime(Date.from(NOON.plusSeconds(60)))
                                                .expirationTime(Date.from(NOON.minusSeconds(59))))),
                "back");
        String early = token(key, claims -> claims.issueTime(Date.from(NOON.plusSeconds(61))));
        assertThatThrownBy(() -> signer.idToken(trip(early), "back")).hasMessageContaining("iat");
        String late = token(key, claims -> claims.expirationTime(Date.from(NOON.minusSeconds(60))));
        assertThatThrownBy(() -> signer.idToken(trip(late), "back")).hasMessageContaining("exp");
    }

    @Test
    void theAlgorithmIsTheProfilesAndNeverTheTokens() throws Exception {
        SignedJWT mac = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims().build());
        mac.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
        assertThatThrownBy(() -> signer("allow").idToken(trip(mac.serialize()), "back"))
                .hasMessageContaining("alg");
        String none = "eyJhbGciOiJub25lIn0." + mac.getPayload().toBase64URL() + ".";
        assertThatThrownBy(() -> signer("allow").idToken(trip(none), "back"))
                .isInstanceOf(IdTokenFault.class);
        SignedJWT rs =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").build(),
                        claims().build());
        rs.sign(new RSASSASigner(key));
        assertThatThrownBy(() -> signer("allow").idToken(trip(rs.serialize()), "back"))
                .hasMessageContaining("alg");
    }

    @Test
    void keysAreReadOnceAndAgainForAnUnknownOne() throws Exception {
        Signer signer = signer("refuse");
        signer.idToken(trip(token(key, claims -> {})), "back");
        signer.idToken(trip(token(key, claims -> {})), "back");
        assertThat(asked).hasValue(1);

        RSAKey next = new RSAKeyGenerator(2048).keyID("two").generate();
        published = new JWKSet(next.toPublicJWK()).toString();
        signer.idToken(trip(token(next, claims -> {})), "back");
        assertThat(asked).hasValue(2);

        RSAKey forged = new RSAKeyGenerator(2048).keyID("two").generate();
        String bad = token(forged, claims -> {});
        assertThatThrownBy(() -> signer.idToken(trip(bad), "back"))
                .isInstanceOf(IdTokenFault.class)
                .hasMessageContaining("signature");
    }

    @Test
    void keysThatDoNotComeAreNoKeys() throws Exception {
        String good = token(key, claims -> {});
        status = 302;
        assertThatThrownBy(() -> signer("allow").idToken(trip(good), "back"))
                .isInstanceOf(IdTokenFault.class)
                .hasMessageContaining("key set cannot be read");
        status = 200;
        published = published + " ".repeat(300_000);
        assertThatThrownBy(() -> signer("allow").idToken(trip(good), "back"))
                .hasMessageContaining("key set cannot be read");
    }

    @Test
    void anOpaqueTokenPassesUnverifiedWhereThatIsAllowed() {
        Exchange trip = trip("oa_stg_4711");
        signer("allow").idToken(trip, "back");
        assertThat(trip.getProperty("id_token_verified")).isEqualTo(false);
        assertThatThrownBy(() -> signer("refuse").idToken(trip("oa_stg_4711"), "back"))
                .isInstanceOf(IdTokenFault.class)
                .hasMessageNotContaining("4711");
    }
}
