package dev.caravan.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import dev.caravan.faults.SetupFault;
import dev.caravan.vault.Secrets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignerTest {
    private static final Clock NOON =
            Clock.fixed(Instant.parse("2026-05-01T12:00:00Z"), ZoneOffset.UTC);
    private static final String MAC = "0123456789abcdef0123456789abcdef";

    @TempDir Path folder;

    private Signer signer(String... pairs) {
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            settings.put(pairs[i], pairs[i + 1]);
        }
        return new Signer("p", settings, new Secrets("p", folder, System::getenv, settings), NOON);
    }

    @Test
    void aTokenHasTheClaimsOfItsProfileAndItsOwnTimes() throws Exception {
        Signer signer =
                signer(
                        "sign.app.alg",
                        "HS256",
                        "sign.app.secret",
                        MAC,
                        "sign.app.claim.iss",
                        "us",
                        "sign.app.life",
                        "60");
        SignedJWT token = SignedJWT.parse(signer.token("app"));
        assertThat(token.verify(new MACVerifier(MAC))).isTrue();
        assertThat(token.getJWTClaimsSet().getIssuer()).isEqualTo("us");
        assertThat(token.getJWTClaimsSet().getIssueTime().toInstant()).isEqualTo(NOON.instant());
        assertThat(token.getJWTClaimsSet().getExpirationTime().toInstant())
                .isEqualTo(NOON.instant().plusSeconds(60));
        assertThat(token.getJWTClaimsSet().getJWTID())
                .isNotEqualTo(SignedJWT.parse(signer.token("app")).getJWTClaimsSet().getJWTID());
    }

    @Test
    void aPrivateKeySignsForItsPublicOne() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        String kind = "PRIVATE KEY";
        Files.writeString(
                folder.resolve("app.pem"),
                "-----BEGIN "
                        + kind
                        + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(pair.getPrivate().getEncoded())
                        + "\n-----END "
                        + kind
                        + "-----\n");
        JWSObject signed =
                JWSObject.parse(
                        signer(
                                        "sign.app.alg",
                                        "PS256",
                                        "sign.app.key",
                                        "$[secret:app.pem]",
                                        "sign.app.kid",
                                        "k1")
                                .sign("app", "payload"));
        assertThat(signed.verify(new RSASSAVerifier((RSAPublicKey) pair.getPublic()))).isTrue();
        assertThat(signed.getHeader().getKeyID()).isEqualTo("k1");
    }

    @Test
    void aProfileWithoutAnAlgorithmOrWithTheWrongKeyIsRefused() {
        assertThatThrownBy(() -> signer("sign.app.secret", MAC).sign("app", "x"))
                .isInstanceOf(SetupFault.class);
        assertThatThrownBy(
                        () ->
                                signer("sign.app.alg", "HS256", "sign.app.secret", "short")
                                        .sign("app", "x"))
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("HS256")
                .hasMessageNotContaining("short");
    }
}
