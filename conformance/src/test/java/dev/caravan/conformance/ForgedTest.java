package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signatures that somebody made up: all are refused alike, and none makes us call anybody. */
class ForgedTest {
    private static final String BODY = "{\"type\":\"T\",\"body\":{\"person\":\"p\"}}";
    private static final String STAMP = "2026-01-02T03:04:05Z";

    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer keys;
    private ServerSocket canary;
    private final AtomicInteger lured = new AtomicInteger();
    private ECKey key;
    private WebhookHouse house;
    private URI address;

    @BeforeEach
    void start() throws Exception {
        key = new ECKeyGenerator(Curve.P_521).keyID("k1").generate();
        byte[] set = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
        keys = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        keys.createContext(
                "/jwks",
                call -> {
                    asked.incrementAndGet();
                    call.sendResponseHeaders(200, set.length);
                    call.getResponseBody().write(set);
                    call.close();
                });
        keys.start();
        canary = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread lure =
                new Thread(
                        () -> {
                            try {
                                while (true) {
                                    canary.accept().close();
                                    lured.incrementAndGet();
                                }
                            } catch (java.io.IOException e) {
                                // the test is over
                            }
                        });
        lure.setDaemon(true);
        lure.start();
        house =
                new WebhookHouse(
                        Map.of(
                                "webhook.verifier", "jws",
                                "webhook.header", "Tl-Signature",
                                "webhook.jku", jku(),
                                "webhook.jws.headers", "tl_headers",
                                "webhook.jws.version", "tl_version=2"));
        address = house.address(house.connection());
    }

    @AfterEach
    void stop() throws Exception {
        house.close();
        keys.stop(0);
        canary.close();
    }

    private String jku() {
        return "http://127.0.0.1:" + keys.getAddress().getPort() + "/jwks";
    }

    private String head() {
        return "{\"alg\":\"ES512\",\"kid\":\"k1\",\"tl_version\":\"2\",\"tl_headers\":\"X-Stamp\","
                + "\"jku\":\""
                + jku()
                + "\"}";
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private String signed(String head, UnaryOperator<byte[]> forger) throws Exception {
        String encoded = base64(head.getBytes(StandardCharsets.UTF_8));
        return encoded + ".." + base64(forger.apply(input(encoded)));
    }

    private byte[] input(String encoded) {
        String payload = "POST " + address.getPath() + "\nX-Stamp: " + STAMP + "\n" + BODY;
        return (encoded + "." + base64(payload.getBytes(StandardCharsets.UTF_8)))
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** What the holder of the key would write. */
    private byte[] genuine(byte[] input) {
        try {
            Signature signature = Signature.getInstance("SHA512withECDSA");
            signature.initSign(key.toECPrivateKey());
            signature.update(input);
            return ECDSA.transcodeSignatureToConcat(
                    signature.sign(), ECDSA.getSignatureByteArrayLength(JWSAlgorithm.ES512));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** HMAC with the public key as its secret, for those who let the head choose. */
    private byte[] hmac(byte[] input) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.toECPublicKey().getEncoded(), "HmacSHA256"));
            return mac.doFinal(input);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private int post(String signature, String body) {
        return house.post(address, body, "Tl-Signature", signature, "X-Stamp", STAMP);
    }

    private Map<String, String> forged() throws Exception {
        String canaryUrl = "http://127.0.0.1:" + canary.getLocalPort() + "/jwks";
        Map<String, String> forged = new LinkedHashMap<>();
        forged.put("no alg", signed(head().replace("ES512", "none"), input -> new byte[1]));
        forged.put(
                "HS256 with the public key", signed(head().replace("ES512", "HS256"), this::hmac));
        forged.put("another alg", signed(head().replace("ES512", "ES256"), this::genuine));
        forged.put("r and s are 0", signed(head(), input -> new byte[132]));
        forged.put("r and s are the order's size", signed(head(), input -> filled()));
        forged.put("a foreign jku", signed(head().replace(jku(), canaryUrl), this::genuine));
        forged.put("ours with more", signed(head().replace(jku(), jku() + "?a"), this::genuine));
        forged.put(
                "link-local",
                signed(head().replace(jku(), "http://169.254.169.254/"), this::genuine));
        forged.put("no jku", signed(head().replace("\"jku\"", "\"x5u\""), this::genuine));
        forged.put(
                "a member that comes twice",
                signed(head().replace("{\"alg\"", "{\"alg\":\"none\",\"alg\""), this::genuine));
        forged.put(
                "an unknown crit",
                signed(head().replace("{", "{\"crit\":[\"exp\"],\"exp\":1,"), this::genuine));
        forged.put(
                "a key of its own",
                signed(
                        head().replace("{", "{\"jwk\":" + key.toPublicJWK() + ","),
                        input -> new byte[132]));
        forged.put("a kid like a path", signed(head().replace("k1", "../../k1"), this::genuine));
        forged.put("a kid like SQL", signed(head().replace("k1", "k1' or '1'='1"), this::genuine));
        forged.put("not base64", "a.b..c");
        forged.put("overlong", "A".repeat(6_000) + ".." + "A".repeat(176));
        forged.put("empty", "..");
        return forged;
    }

    private static byte[] filled() {
        byte[] all = new byte[132];
        Arrays.fill(all, (byte) 0xff);
        return all;
    }

    @Test
    void theGenuineOneIsTakenAndAnyChangeOfItIsNot() throws Exception {
        String genuine = signed(head(), this::genuine);
        assertThat(post(genuine, BODY)).isEqualTo(204);
        assertThat(post(genuine, BODY)).as("again").isEqualTo(204);
        assertThat(house.kept()).isEqualTo(1);

        assertThat(post(genuine, BODY + " ")).as("one space").isEqualTo(401);
        assertThat(house.post(address, BODY, "Tl-Signature", genuine, "X-Stamp", STAMP + "1"))
                .as("a header that is covered")
                .isEqualTo(401);
        assertThat(house.post(address, BODY, "Tl-Signature", genuine))
                .as("it is missing")
                .isEqualTo(401);
        assertThat(house.post(address, BODY, "X-Stamp", STAMP)).as("unsigned").isEqualTo(401);
        URI other = house.address(house.connection());
        assertThat(house.post(other, BODY, "Tl-Signature", genuine, "X-Stamp", STAMP))
                .as("at another's address")
                .isEqualTo(401);
        assertThat(house.kept()).isEqualTo(1);
    }

    @Test
    void allForgeriesAreAnsweredAlikeAndLureUsNowhere() throws Exception {
        assertThat(post(signed(head(), this::genuine), BODY)).isEqualTo(204);
        Map<String, String> forged = forged();
        Map<String, Double> millis = new LinkedHashMap<>();
        for (int round = 0; round < 9; round++) {
            for (Map.Entry<String, String> each : forged.entrySet()) {
                long at = System.nanoTime();
                assertThat(post(each.getValue(), BODY)).as(each.getKey()).isEqualTo(401);
                millis.merge(each.getKey(), (System.nanoTime() - at) / 1e6, Math::min);
            }
        }

        assertThat(house.kept()).isEqualTo(1);
        assertThat(lured).hasValue(0);
        assertThat(asked.get())
                .as("made-up key ids make us ask once more, not often")
                .isLessThan(4);
        assertThat(house.refused("forged")).isEqualTo(9 * forged.size());
        double fastest = millis.values().stream().mapToDouble(each -> each).min().orElseThrow();
        assertThat(millis.values()).as("in milliseconds").allMatch(each -> each < fastest + 25);
    }
}
