package dev.caravan.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * The public vector of a signed webhook (test-resources of TrueLayer/truelayer-signing, Apache 2.0
 * or MIT; x of the key lacks its leading zero byte there as well) and its mutations.
 */
class JwsVerifierTest {
    private static final String JKU = "https://webhooks.truelayer.com/.well-known/jwks";
    private static final String KEYS =
            """
            {"keys": [
              {"kty": "RSA", "alg": "RS512", "kid": "db2e0bb4-e33d-4fc6-a8c5-645e70331127", "e": "AQAB",
               "n": "piC9AfXk1FyhocC77L42j8zWhy-jOeuxdvZCRYACPbU5DB-4zd5JLpTFuYPY5LweqT8tmBbqgXMN_35EQifHrLbBB5a5p-0z3QlVhqMP_K4nu65uIVzC-wjKBcTctqY_jFzSotFZnDNCZEUXcGrTzQifOCy1OD7zT0jm7-1ceWs375joA-KnyJj5rVKBmYrLWa6E2ukLhNBHFzO2N7Aai2w6UFmwfG27viV3_aNkDVC6vkEtZx4oZuCtQ6DKmbiQBTiS1-41wU7QN5PTuA9YUlhOU9yiwnCAG9MDWuJHT7691iLvIIgRctuSQ4HDDg49M39Un4DBt51KCoZsAwxtNw"},
              {"kty": "EC", "alg": "ES512", "kid": "45fc75cf-5649-4134-84b3-192c2c78e990", "crv": "P-521",
               "x": "oLuW4nFqoUuR8d7FVsUoI62libYdQlWGtLStnqdudLY92bQ0ra5eZAbkunrGTR9-w9mr4o2Etyb6pC7YB2-23WM",
               "y": "AX1cjkGMiltikPrkX49qwuJDdcETaTsj-kyFP8jsF9W5XAB3Z4tBiQtc72DQnJYeKyAV_T6qZTtFKFr-Tp4iu-j7"}]}
            """;
    private static final String HEAD =
            "eyJhbGciOiJFUzUxMiIsImtpZCI6IjQ1ZmM3NWNmLTU2NDktNDEzNC04NGIzLTE5MmMyYzc4ZTk5MCIsInRsX3ZlcnNpb24iOiIyIiwidGxfaGVhZGVycyI6IlgtVGwtV2ViaG9vay1UaW1lc3RhbXAsQ29udGVudC1UeXBlIiwiamt1IjoiaHR0cHM6Ly93ZWJob29rcy50cnVlbGF5ZXIuY29tLy53ZWxsLWtub3duL2p3a3MifQ";
    private static final String SIGNATURE =
            "AB9S1dzZTmw0tofUjJNGO7Kt_jZsahPyIrBTdhfxBWOI3KoLALkMy6ka1MjpZQx06_hQUJnanu9K_LS6V9lNaNGiAX5Cos5RWQfbeBCZWqAvIpXO3FvIzyJKRaTYK8FBG4lfJYPi76_pIkCLGKWeq8__7ElpMVRcLTM5IBKWL8isVZn_";
    private static final String BODY =
            "{\"event_type\":\"example\",\"event_id\":\"18b2842b-a57b-4887-a0a6-d3c7c36f1020\"}";

    private final Map<String, String> headers = new LinkedHashMap<>();

    private String flaw(String method, String path, String signature, String body, String pinned)
            throws Exception {
        headers.put("Tl-Signature", signature);
        headers.putIfAbsent("x-tl-webhook-timestamp", "2021-11-29T11:42:55Z");
        headers.putIfAbsent("Content-Type", "application/json");
        return new JwsVerifier(
                        "a",
                        "Tl-Signature",
                        JWSAlgorithm.ES512,
                        Map.of(pinned, new ImmutableJWKSet<>(JWKSet.parse(KEYS))),
                        "tl_headers",
                        "tl_version=2")
                .flaw(
                        new Post(
                                new UUID(0, 1),
                                method,
                                path,
                                headers,
                                body.getBytes(StandardCharsets.UTF_8)));
    }

    private String flaw(String signature) throws Exception {
        return flaw("POST", "/tl-webhook", signature, BODY, JKU);
    }

    private static String head(String what, String with) {
        String json = new String(Base64.getUrlDecoder().decode(HEAD), StandardCharsets.UTF_8);
        assertThat(json).contains(what);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(json.replace(what, with).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void thePublicVectorIsGenuineWithAndWithoutASlashAtTheEndOfThePath() throws Exception {
        assertThat(flaw(HEAD + ".." + SIGNATURE)).isNull();
        assertThat(flaw("POST", "/tl-webhook/", HEAD + ".." + SIGNATURE, BODY, JKU)).isNull();
    }

    @Test
    void whateverIsChangedMakesItForged() throws Exception {
        String good = HEAD + ".." + SIGNATURE;
        assertThat(flaw("PUT", "/tl-webhook", good, BODY, JKU)).as("method").isEqualTo("forged");
        assertThat(flaw("POST", "/tl-webhoo", good, BODY, JKU)).as("path").isEqualTo("forged");
        assertThat(flaw("POST", "/tl-webhook", good, BODY.replace("1020", "1021"), JKU))
                .as("body")
                .isEqualTo("forged");
        assertThat(flaw("POST", "/tl-webhook", good, BODY, JKU + "/"))
                .as("foreign jku")
                .isEqualTo("forged");
        assertThat(
                        flaw(
                                HEAD
                                        + "."
                                        + Base64.getUrlEncoder().encodeToString(new byte[3])
                                        + "."
                                        + SIGNATURE))
                .as("payload embedded")
                .isEqualTo("forged");
        assertThat(flaw(good + ".")).as("trailing dot").isEqualTo("forged");
        assertThat(flaw(head("45fc75cf", "45fc75ce") + ".." + SIGNATURE))
                .as("unknown kid")
                .isEqualTo("forged");
        assertThat(flaw(head("ES512", "ES256") + ".." + SIGNATURE)).as("alg").isEqualTo("forged");
        assertThat(flaw(head("\"ES512\"", "\"none\"") + ".." + SIGNATURE))
                .as("no alg")
                .isEqualTo("forged");
        assertThat(flaw(head("\"2\"", "\"1\"") + ".." + SIGNATURE))
                .as("version")
                .isEqualTo("forged");
        assertThat(flaw(HEAD + ".." + "A".repeat(176))).as("r and s are 0").isEqualTo("forged");
        assertThat(flaw(HEAD + ".." + SIGNATURE + "=")).as("padding").isEqualTo("forged");
        headers.put("x-tl-webhook-timestamp", "2021-11-29T11:42:56Z");
        assertThat(flaw(good)).as("a header's value").isEqualTo("forged");
    }

    @Test
    void aHeaderThatTheSignatureCoversMustBeThere() throws Exception {
        headers.put("Content-Type", "");
        assertThat(flaw(HEAD + ".." + SIGNATURE)).isEqualTo("forged");
    }
}
