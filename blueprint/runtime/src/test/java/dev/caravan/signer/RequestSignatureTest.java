package dev.caravan.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSObject;
import dev.caravan.faults.SetupFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The worked examples of the request signature, computed apart from this code with OpenSSL. */
class RequestSignatureTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.ofEpochSecond(1_731_578_400), ZoneOffset.UTC);

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

    @TempDir Path folder;

    @BeforeEach
    void certificate() throws IOException {
        assertThat(CERTIFICATE).hasSize(579);
        Files.writeString(folder.resolve("app.pem"), CERTIFICATE);
    }

    private Signer signer(String... more) {
        List<String> pairs =
                new ArrayList<>(
                        List.of(
                                "sign.call.alg",
                                "HS256",
                                "sign.call.certificate",
                                "$[secret:app.pem]",
                                "sign.call.member.app",
                                "8f1c2f0e-6a57-4f0b-9d0c-2b1f7c1f4e11"));
        pairs.addAll(List.of(more));
        return Signers.of(folder, CLOCK, pairs.toArray(String[]::new));
    }

    private static Exchange request(String path, String type, String body) {
        Exchange exchange = Signers.exchange();
        exchange.getMessage().setHeader(Exchange.HTTP_PATH, path);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, type);
        exchange.getMessage().setBody(body);
        return exchange;
    }

    private static Exchange intent() {
        return request(
                "/authorise",
                "application/json",
                "{\"aspsp\":\"8ddb14f1-fecd-41fe-90b7-f8fbda9494ac\",\"uuid\":\"c0fd407d-134b-4091-8e04-ab49a98db217\",\"scope\":\"aisp\",\"sandbox_sca\":true}");
    }

    private static Exchange exchangeOfACode() {
        return request(
                "/access-token",
                "application/x-www-form-urlencoded",
                "grant_type=authorization_code&code=7cfa670a-959c-43d0-bedd-28d744233151");
    }

    private static Exchange balance() {
        return request("/accounts/12345678/balance", null, null);
    }

    private static String signed(Signer signer, Exchange exchange) {
        signer.request(exchange, "call");
        return exchange.getMessage().getHeader("x-jws-signature", String.class);
    }

    private static String third(String jws) {
        return jws.substring(jws.lastIndexOf('.') + 1);
    }

    private static String header(String jws) throws Exception {
        return JWSObject.parse(jws).getHeader().toBase64URL().decodeToString();
    }

    @Test
    void theBytesOfABodyAreSigned() {
        Exchange exchange = intent();
        assertThat(signed(signer(), exchange))
                .isEqualTo(
                        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImFwcCI6IjhmMWMyZjBlLTZhNTctNGYwYi05ZDBjLTJiMWY3YzFmNGUxMSIsInBhdGgiOiIvYXV0aG9yaXNlIiwiaWF0IjoxNzMxNTc4NDAwfQ.eyJhc3BzcCI6IjhkZGIxNGYxLWZlY2QtNDFmZS05MGI3LWY4ZmJkYTk0OTRhYyIsInV1aWQiOiJjMGZkNDA3ZC0xMzRiLTQwOTEtOGUwNC1hYjQ5YTk4ZGIyMTciLCJzY29wZSI6ImFpc3AiLCJzYW5kYm94X3NjYSI6dHJ1ZX0.pVJub94nbdwLRefjrba01X5MLnK7dzMXkAgyL8tcr7s");
        assertThat(exchange.getMessage().getBody())
                .isInstanceOf(byte[].class)
                .isEqualTo(intent().getMessage().getBody(byte[].class));
    }

    @Test
    void aFormIsSignedAsAnObjectAndSentAsAForm() {
        Exchange exchange = exchangeOfACode();
        assertThat(signed(signer(), exchange))
                .isEqualTo(
                        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImFwcCI6IjhmMWMyZjBlLTZhNTctNGYwYi05ZDBjLTJiMWY3YzFmNGUxMSIsInBhdGgiOiIvYWNjZXNzLXRva2VuIiwiaWF0IjoxNzMxNTc4NDAwfQ.eyJncmFudF90eXBlIjoiYXV0aG9yaXphdGlvbl9jb2RlIiwiY29kZSI6IjdjZmE2NzBhLTk1OWMtNDNkMC1iZWRkLTI4ZDc0NDIzMzE1MSJ9.0yJjxNNCW42ZWyJC6cuvK3Psz4A801v7s5n5w_PGQPo");
        assertThat(exchange.getMessage().getBody(String.class)).startsWith("grant_type=");
    }

    @Test
    void aRequestWithoutABodyIsSignedAsAnEmptyObject() {
        assertThat(signed(signer(), balance()))
                .isEqualTo(
                        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImFwcCI6IjhmMWMyZjBlLTZhNTctNGYwYi05ZDBjLTJiMWY3YzFmNGUxMSIsInBhdGgiOiIvYWNjb3VudHMvMTIzNDU2NzgvYmFsYW5jZSIsImlhdCI6MTczMTU3ODQwMH0.e30.VB5BpNaC3p2UEs13qeTv94J3bkD4qqSMF5OTD27SX3Q");
        assertThat(signed(signer("sign.call.get", "EMPTY"), balance()))
                .endsWith("..wkaxYJR9CMza_8R7UyzkSbWb_netqfxZRnPSYOjZ0ek");
    }

    @ParameterizedTest
    @CsvSource({
        "PEM_EXACT, pVJub94nbdwLRefjrba01X5MLnK7dzMXkAgyL8tcr7s,"
                + " 0yJjxNNCW42ZWyJC6cuvK3Psz4A801v7s5n5w_PGQPo,"
                + " VB5BpNaC3p2UEs13qeTv94J3bkD4qqSMF5OTD27SX3Q",
        "PEM_TRIMMED, 6waG9YzP5AgzMUrQUI72Bl_7Jpx1HWu9nhmXG8nQWXo,"
                + " T80jeBvk0rfDStQa4bQIx57B3k30N_UOayfO_RelqOA,"
                + " mMquKDZ-zTZtgFbmZzj1U81AZ-_qL1g4s7rSNnzOpBs",
        "PEM_CRLF, cU0yzy8o9zC1OLu_5hFYbUg7KW7AOQv8Eb7afEYXS4Y,"
                + " 8ik_V-NyfTy4ehsZRSsexloFvj4cV-2_-SuV-YD68nk,"
                + " MzN50gBR7DOAKL8N-IwsnPlKINi58KWpoTdp29rEr0g",
        "B64_BODY, Zsy6gB2jfAEFOhbxUo22j7QfY8ieuKjkEZzP55ZfCJA,"
                + " P-dmrRzIYVGdMpSmXlDk6Q4F449N4kPYbqeGl7TsqaU,"
                + " h8GjXLTCKn1u7qhRUqpw2EgN3BV1vnO5hUsRrLye4vE",
        "DER, GPxmVZRkTwIFs0WrjVOPokR4d3w0hlAeyjIXrAX8UP0,"
                + " oJ3PpzrqFnZgca5Gm4s6dxmTMnPed-8MD3imYtsyuzY,"
                + " zwfUgIH80I5LSHlcOjBTHYXO2Q-CCES-JjEvr96LteU"
    })
    void theCertificateMayBeMeantInFiveWays(String form, String a, String b, String c) {
        Signer signer = signer("sign.call.secret.form", form);
        assertThat(third(signed(signer, intent()))).isEqualTo(a);
        assertThat(third(signed(signer, exchangeOfACode()))).isEqualTo(b);
        assertThat(third(signed(signer, balance()))).isEqualTo(c);
    }

    @Test
    void theQueryIsSignedOnlyWhereTheProfileSaysSo() throws Exception {
        Exchange paged = request("accounts/a%20b/?page=2&word=x%20y", null, null);
        assertThat(header(signed(signer(), paged))).contains("\"path\":\"/accounts/a%20b\"");
        String all =
                signed(
                        signer("sign.call.path.query", "true", "sign.call.get", "QUERY_OBJECT"),
                        paged);
        assertThat(header(all)).contains("\"path\":\"/accounts/a%20b?page=2&word=x%20y\"");
        assertThat(JWSObject.parse(all).getPayload().toString())
                .isEqualTo("{\"page\":\"2\",\"word\":\"x y\"}");
    }

    @Test
    void timeAndHeaderAreAsTheProfileSays() throws Exception {
        Exchange exchange = balance();
        signer("sign.call.iat", "MILLIS", "sign.call.header", "x-sig").request(exchange, "call");
        assertThat(header(exchange.getMessage().getHeader("x-sig", String.class)))
                .endsWith("\"iat\":1731578400000}");
    }

    @Test
    void whatCannotBeSignedIsRefused() {
        assertThatThrownBy(() -> signed(signer(), request(null, null, null)))
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("CamelHttpPath");
        assertThatThrownBy(() -> signed(signer("sign.call.secret.form", "HEX"), balance()))
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("B64_BODY");
        Exchange exchange = balance();
        exchange.getMessage().setBody("{}".getBytes(StandardCharsets.UTF_8));
        assertThat(signed(signer("sign.call.get", "EMPTY"), exchange)).contains(".e30.");
    }
}
