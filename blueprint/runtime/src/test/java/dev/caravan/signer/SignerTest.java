package dev.caravan.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.caravan.faults.SetupFault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignerTest {
    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");
    private static final Clock AT_NOON = Clock.fixed(NOON, ZoneOffset.UTC);
    private static final String MAC = "0123456789abcdef0123456789abcdef";

    @TempDir Path folder;
    private final MovedClock clock = new MovedClock();

    /** A clock that a test moves. */
    private static final class MovedClock extends Clock {
        private Instant now = NOON;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        void advance(int seconds) {
            now = now.plus(Duration.ofSeconds(seconds));
        }
    }

    private Signer mac(String... more) {
        String[] pairs = new String[more.length + 4];
        System.arraycopy(
                new String[] {"sign.app.alg", "HS256", "sign.app.secret", MAC}, 0, pairs, 0, 4);
        System.arraycopy(more, 0, pairs, 4, more.length);
        return Signers.of(folder, clock, pairs);
    }

    private static String bearer(Signer signer, Exchange exchange) {
        signer.bearer(exchange, "app");
        String header = exchange.getMessage().getHeader("Authorization", String.class);
        assertThat(header).startsWith("Bearer ");
        return header.substring("Bearer ".length());
    }

    @Test
    void aBearerTokenHasTheClaimsOfItsProfileAndItsOwnTimes() throws Exception {
        Signer signer =
                mac(
                        "sign.app.claim.iss", "us",
                        "sign.app.claim.given_name", "svc",
                        "sign.app.life", "240",
                        "sign.app.back", "10",
                        "sign.app.nbf", "true");
        SignedJWT token = SignedJWT.parse(bearer(signer, Signers.exchange()));
        assertThat(token.verify(new MACVerifier(MAC))).isTrue();
        assertThat(token.getHeader().toString()).isEqualTo("{\"typ\":\"JWT\",\"alg\":\"HS256\"}");
        assertThat(token.getPayload().toJSONObject())
                .isEqualTo(
                        Map.of(
                                "iss",
                                "us",
                                "given_name",
                                "svc",
                                "iat",
                                NOON.getEpochSecond() - 10,
                                "nbf",
                                NOON.getEpochSecond() - 10,
                                "exp",
                                NOON.getEpochSecond() + 240));
    }

    @Test
    void aBearerTokenIsSignedOnceUntilItsMarginIsReached() {
        Signer signer =
                mac("sign.app.life", "300", "sign.app.margin", "60", "sign.app.jti", "true");
        String first = bearer(signer, Signers.exchange());
        clock.advance(239);
        assertThat(bearer(signer, Signers.exchange())).isEqualTo(first);
        clock.advance(1);
        assertThat(bearer(signer, Signers.exchange())).isNotEqualTo(first);
    }

    @Test
    void aRefusedBearerTokenIsReplacedOnce() {
        Signer signer = mac("sign.app.jti", "true");
        Exchange exchange = Signers.exchange();
        String first = bearer(signer, exchange);
        exchange.setProperty("refused.token", exchange.getProperty("token.generation"));
        String second = bearer(signer, exchange);
        assertThat(second).isNotEqualTo(first).isEqualTo(bearer(signer, exchange));
        exchange.setProperty("refused.signed", true);
        String third = bearer(signer, exchange);
        assertThat(third).isNotEqualTo(second).isEqualTo(bearer(signer, exchange));
        assertThat(exchange.getProperty("token.refreshed")).isEqualTo(NOON);
    }

    @Test
    void theBodyOfClaimsBecomesAToken() throws Exception {
        KeyPair pair = Signers.file(folder.resolve("app.pem"), Signers.pair("RSA", 2048));
        Signer signer =
                Signers.of(
                        folder,
                        AT_NOON,
                        "sign.app.alg",
                        "PS256",
                        "sign.app.key",
                        "$[secret:app.pem]",
                        "sign.app.kid",
                        "thumbprint",
                        "sign.app.jti",
                        "true",
                        "sign.app.nbf",
                        "true");
        Exchange exchange = Signers.exchange();
        exchange.getMessage()
                .setBody(
                        "{\"scope\": \"accounts\", \"claims\": {\"id_token\": {\"a\": [1,"
                                + " null]}}}");
        signer.token(exchange, "app");
        SignedJWT token = SignedJWT.parse(exchange.getMessage().getBody(String.class));
        assertThat(token.verify(new RSASSAVerifier((RSAPublicKey) pair.getPublic()))).isTrue();
        assertThat(token.getHeader().getAlgorithm().getName()).isEqualTo("PS256");
        assertThat(token.getHeader().getKeyID()).hasSize(43);
        assertThat(token.getPayload().toString())
                .startsWith(
                        "{\"scope\":\"accounts\",\"claims\":{\"id_token\":{\"a\":[1,null]}},\"iat\":")
                .contains("\"nbf\"", "\"exp\"", "\"jti\"");
    }

    @Test
    void theNextKeySignsWhenItIsInUseAndBothArePublished() throws Exception {
        Signers.file(folder.resolve("one.pem"), Signers.pair("RSA", 2048));
        KeyPair next = Signers.file(folder.resolve("two.pem"), Signers.pair("RSA", 2048));
        Signer signer =
                Signers.of(
                        folder,
                        AT_NOON,
                        "sign.app.alg",
                        "RS256",
                        "sign.app.key",
                        "$[secret:one.pem]",
                        "sign.app.key.next",
                        "$[secret:two.pem]",
                        "sign.app.use",
                        "next",
                        "sign.app.kid",
                        "thumbprint",
                        "sign.app.publish",
                        "true");
        SignedJWT token = SignedJWT.parse(bearer(signer, Signers.exchange()));
        assertThat(token.verify(new RSASSAVerifier((RSAPublicKey) next.getPublic()))).isTrue();

        JWKSet published = JWKSet.parse(signer.jwks());
        assertThat(published.getKeys()).hasSize(2).noneMatch(JWK::isPrivate);
        assertThat(
                        published
                                .getKeyByKeyId(token.getHeader().getKeyID())
                                .toRSAKey()
                                .toRSAPublicKey())
                .isEqualTo(next.getPublic());
        assertThat(mac().jwks()).isNull();
    }

    @Test
    void anEllipticKeyIsPublishedFromItsFileToo() throws Exception {
        KeyPair pair = Signers.file(folder.resolve("app.pem"), Signers.pair("EC", 256));
        Signer signer =
                Signers.of(
                        folder,
                        AT_NOON,
                        "sign.app.alg",
                        "ES256",
                        "sign.app.key",
                        "$[secret:app.pem]",
                        "sign.app.publish",
                        "true");
        SignedJWT token = SignedJWT.parse(bearer(signer, Signers.exchange()));
        assertThat(token.verify(new ECDSAVerifier((ECPublicKey) pair.getPublic()))).isTrue();
        assertThat(
                        JWKSet.parse(signer.jwks())
                                .getKeys()
                                .get(0)
                                .toECKey()
                                .toECPublicKey()
                                .getEncoded())
                .isEqualTo(pair.getPublic().getEncoded());
    }

    @Test
    void aProfileThatMakesNoSenseIsRefusedWithoutItsSecret() throws Exception {
        Exchange exchange = Signers.exchange();
        assertThatThrownBy(
                        () ->
                                Signers.of(folder, AT_NOON, "sign.app.secret", MAC)
                                        .bearer(exchange, "app"))
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("sign.app.alg");
        assertThatThrownBy(
                        () ->
                                Signers.of(
                                                folder,
                                                AT_NOON,
                                                "sign.app.alg",
                                                "HS256",
                                                "sign.app.secret",
                                                "a-short-one")
                                        .bearer(exchange, "app"))
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("11 bytes")
                .hasMessageNotContaining("a-short-one");
        Files.writeString(folder.resolve("no.pem"), Signers.pem("RSA PRIVATE KEY", new byte[0]));
        assertThatThrownBy(
                        () ->
                                Signers.of(
                                                folder,
                                                AT_NOON,
                                                "sign.app.alg",
                                                "RS256",
                                                "sign.app.key",
                                                "$[secret:no.pem]")
                                        .bearer(exchange, "app"))
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("PKCS#8");
        exchange.getMessage().setBody("no claims");
        assertThatThrownBy(() -> mac().token(exchange, "app")).isInstanceOf(SetupFault.class);
    }
}
