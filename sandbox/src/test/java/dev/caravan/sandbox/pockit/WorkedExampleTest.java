package dev.caravan.sandbox.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.http.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The worked example of contract 3.5, which was made with another program. */
class WorkedExampleTest {
    private static final String CERTIFICATE =
            """
            -----BEGIN CERTIFICATE-----
            MIIBfzCCASagAwIBAgIBATAKBggqhkjOPQQDAjAfMR0wGwYDVQQDDBR0ZWxsLWNv
            bm5lY3QtZXhhbXBsZTAeFw0yNjExMjAxNTE2NDFaFw0zNjExMTcxNTE2NDFaMB8x
            HTAbBgNVBAMMFHRlbGwtY29ubmVjdC1leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZI
            zj0DAQcDQgAE5/4JxuDWN4UonKX+bEqnrMjqx1FJU1XZ48Uy4VWE+x9uApPLJL6M
            VWqdi+3p4Xqe+z/tG+bLLKdg4TFmuxwr5KNTMFEwHQYDVR0OBBYEFOWdM1YG3OfI
            PHWiDs5+QkofuRNKMB8GA1UdIwQYMBaAFOWdM1YG3OfIPHWiDs5+QkofuRNKMA8G
            A1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgZeCdIBR598E0jLXQJ7c8
            bpXYnszljUtYb7fqOTsMFV0CIGSEvldj39lr7cI8Ukl1784wheWK4kYzSzLn0Kvi
            XB2L
            -----END CERTIFICATE-----
            """;
    private static final String APP = "8f1c2f0e-6a57-4f0b-9d0c-2b1f7c1f4e11";
    private static final Instant NOW = Instant.ofEpochSecond(1731578400);
    private static final String BODY =
            "{\"aspsp\":\"8ddb14f1-fecd-41fe-90b7-f8fbda9494ac\","
                    + "\"uuid\":\"c0fd407d-134b-4091-8e04-ab49a98db217\","
                    + "\"scope\":\"aisp\",\"sandbox_sca\":true}";
    private static final String FORM =
            "grant_type=authorization_code&code=7cfa670a-959c-43d0-bedd-28d744233151";
    private static final String A =
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImFwcCI6IjhmMWMyZjBlLTZhNTctNGYwYi05ZDBjLTJiMWY3"
                    + "YzFmNGUxMSIsInBhdGgiOiIvYXV0aG9yaXNlIiwiaWF0IjoxNzMxNTc4NDAwfQ.eyJhc3BzcCI6I"
                    + "jhkZGIxNGYxLWZlY2QtNDFmZS05MGI3LWY4ZmJkYTk0OTRhYyIsInV1aWQiOiJjMGZkNDA3ZC0xM"
                    + "zRiLTQwOTEtOGUwNC1hYjQ5YTk4ZGIyMTciLCJzY29wZSI6ImFpc3AiLCJzYW5kYm94X3NjYSI6d"
                    + "HJ1ZX0.";
    private static final String B =
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImFwcCI6IjhmMWMyZjBlLTZhNTctNGYwYi05ZDBjLTJiMWY3"
                    + "YzFmNGUxMSIsInBhdGgiOiIvYWNjZXNzLXRva2VuIiwiaWF0IjoxNzMxNTc4NDAwfQ.eyJncmFud"
                    + "F90eXBlIjoiYXV0aG9yaXphdGlvbl9jb2RlIiwiY29kZSI6IjdjZmE2NzBhLTk1OWMtNDNkMC1iZ"
                    + "WRkLTI4ZDc0NDIzMzE1MSJ9.";
    private static final String C_HEADER =
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImFwcCI6IjhmMWMyZjBlLTZhNTctNGYwYi05ZDBjLTJiMWY3"
                    + "YzFmNGUxMSIsInBhdGgiOiIvYWNjb3VudHMvMTIzNDU2NzgvYmFsYW5jZSIsImlhdCI6MTczMTU3"
                    + "ODQwMH0.";

    /** The signatures of A, B and C under each reading of "the certificate". */
    private static final Map<Signing.SecretForm, List<String>> SIGNATURES =
            Map.of(
                    Signing.SecretForm.PEM_EXACT,
                    List.of(
                            "pVJub94nbdwLRefjrba01X5MLnK7dzMXkAgyL8tcr7s",
                            "0yJjxNNCW42ZWyJC6cuvK3Psz4A801v7s5n5w_PGQPo",
                            "VB5BpNaC3p2UEs13qeTv94J3bkD4qqSMF5OTD27SX3Q"),
                    Signing.SecretForm.PEM_TRIMMED,
                    List.of(
                            "6waG9YzP5AgzMUrQUI72Bl_7Jpx1HWu9nhmXG8nQWXo",
                            "T80jeBvk0rfDStQa4bQIx57B3k30N_UOayfO_RelqOA",
                            "mMquKDZ-zTZtgFbmZzj1U81AZ-_qL1g4s7rSNnzOpBs"),
                    Signing.SecretForm.PEM_CRLF,
                    List.of(
                            "cU0yzy8o9zC1OLu_5hFYbUg7KW7AOQv8Eb7afEYXS4Y",
                            "8ik_V-NyfTy4ehsZRSsexloFvj4cV-2_-SuV-YD68nk",
                            "MzN50gBR7DOAKL8N-IwsnPlKINi58KWpoTdp29rEr0g"),
                    Signing.SecretForm.B64_BODY,
                    List.of(
                            "Zsy6gB2jfAEFOhbxUo22j7QfY8ieuKjkEZzP55ZfCJA",
                            "P-dmrRzIYVGdMpSmXlDk6Q4F449N4kPYbqeGl7TsqaU",
                            "h8GjXLTCKn1u7qhRUqpw2EgN3BV1vnO5hUsRrLye4vE"),
                    Signing.SecretForm.DER,
                    List.of(
                            "GPxmVZRkTwIFs0WrjVOPokR4d3w0hlAeyjIXrAX8UP0",
                            "oJ3PpzrqFnZgca5Gm4s6dxmTMnPed-8MD3imYtsyuzY",
                            "zwfUgIH80I5LSHlcOjBTHYXO2Q-CCES-JjEvr96LteU"));

    @Test
    void theCertificateIsTheOneOfTheContract() throws Exception {
        assertThat(sha256(CERTIFICATE))
                .isEqualTo("8ba521de52962bb0c99b396c73a5af8fb0d9037e25905960c0719342aa1495f6");
        assertThat(BODY).hasSize(128);
        assertThat(sha256(BODY))
                .isEqualTo("40329d30c4b3b541eeb4efc0321a9cae5a227536ace869c14dd50f5c1615c8f7");
        assertThat(SIGNATURES.keySet())
                .extracting(form -> CertificateSecret.of(CERTIFICATE, form).length)
                .containsExactlyInAnyOrder(579, 578, 590, 516, 387);
    }

    @ParameterizedTest
    @EnumSource
    void allThreeRequestsAreAcceptedUnderTheirReadingAndNoOther(Signing.SecretForm form) {
        for (Signing.SecretForm other : Signing.SecretForm.values()) {
            List<String> signatures = SIGNATURES.get(other);
            assertThat(complaint(form, A + signatures.get(0), "/authorise", body()).isEmpty())
                    .isEqualTo(form == other);
            assertThat(complaint(form, B + signatures.get(1), "/access-token", form()).isEmpty())
                    .isEqualTo(form == other);
            assertThat(complaint(form, C_HEADER + "e30." + signatures.get(2), balance(), empty()))
                    .matches(found -> found.isEmpty() == (form == other));
        }
    }

    @Test
    void anEmptyPayloadIsAnotherSignature() {
        String token = C_HEADER + ".wkaxYJR9CMza_8R7UyzkSbWb_netqfxZRnPSYOjZ0ek";
        Signing.SecretForm exact = Signing.SecretForm.PEM_EXACT;

        assertThat(complaint(exact, token, balance(), payload -> payload.length == 0)).isEmpty();
        assertThat(complaint(exact, token, balance(), empty()))
                .contains("the payload is not the body");
    }

    @Test
    void theExampleIsRefusedForAnotherPathBodyOrTime() {
        String token = A + SIGNATURES.get(Signing.SecretForm.PEM_EXACT).get(0);
        JwsVerifier verifier = verifier(Signing.SecretForm.PEM_EXACT);

        assertThat(verifier.complaint(token, "/v1/authorise", body(), NOW)).isPresent();
        assertThat(verifier.complaint(token, "/authorise", form(), NOW)).isPresent();
        assertThat(verifier.complaint(token, "/authorise", body(), NOW.plusSeconds(300))).isEmpty();
        assertThat(verifier.complaint(token, "/authorise", body(), NOW.plusSeconds(301)))
                .isPresent();
        assertThat(verifier.complaint(token, "/authorise", body(), NOW.minusSeconds(60))).isEmpty();
        assertThat(verifier.complaint(token, "/authorise", body(), NOW.minusSeconds(61)))
                .isPresent();
    }

    private static Optional<String> complaint(
            Signing.SecretForm form, String token, String path, Predicate<byte[]> payload) {
        return verifier(form).complaint(token, path, payload, NOW);
    }

    private static JwsVerifier verifier(Signing.SecretForm form) {
        return new JwsVerifier(Signing.defaults(), APP, CertificateSecret.of(CERTIFICATE, form));
    }

    private static Predicate<byte[]> body() {
        return Gate.body(request(BODY, "application/json"));
    }

    private static Predicate<byte[]> form() {
        return Gate.object(request(FORM, "application/x-www-form-urlencoded").fields());
    }

    private static Predicate<byte[]> empty() {
        return payload -> new String(payload, StandardCharsets.UTF_8).equals("{}");
    }

    private static String balance() {
        return "/accounts/12345678/balance";
    }

    private static Request request(String body, String type) {
        return new Request("POST", "/", Map.of("content-type", type), body.getBytes(), "127.0.0.1");
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes()));
    }
}
