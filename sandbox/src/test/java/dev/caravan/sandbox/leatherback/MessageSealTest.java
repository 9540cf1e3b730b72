package dev.caravan.sandbox.leatherback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessageSealTest {
    private static final String IAT = "http://openbanking.org.uk/iat";
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final LeatherbackTwin twin = LeatherbackTwin.start(Tpp.known(), clock);
    private final Tpp tpp = new Tpp(twin, clock);
    private final JsonNode wish = tpp.consentWish("ReadAccountsBasic");

    @AfterEach
    void close() {
        twin.close();
    }

    private ObjectNode header(boolean unencoded) {
        ObjectNode header = Json.object().put("alg", "PS256").put("kid", Tpp.KEY.kid());
        header.put(IAT, clock.instant().getEpochSecond());
        header.put("http://openbanking.org.uk/iss", "org/software");
        header.put("http://openbanking.org.uk/tan", "openbanking.org.uk");
        var crit = header.putArray("crit");
        if (unencoded) {
            header.put("b64", false);
            crit.add("b64");
        }
        crit.add(IAT).add("http://openbanking.org.uk/iss").add("http://openbanking.org.uk/tan");
        return header;
    }

    private static byte[] input(String header, byte[] body, boolean unencoded) {
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        input.writeBytes((header + ".").getBytes(StandardCharsets.US_ASCII));
        input.writeBytes(unencoded ? body : Jws.text(body).getBytes(StandardCharsets.US_ASCII));
        return input.toByteArray();
    }

    private String seal(ObjectNode header, boolean unencoded) {
        String first = Jws.text(Json.bytes(header));
        byte[] signature = Jws.ps256(Tpp.KEY.secret(), input(first, Json.bytes(wish), unencoded));
        return first + ".." + Jws.text(signature);
    }

    private HttpResponse<byte[]> send(String seal) throws Exception {
        return tpp.createConsent(wish, MessageSeal.HEADER, seal);
    }

    private void change(MessageSignature rule) {
        twin.change(twin.settings().messageSignature(rule));
    }

    @Test
    void byDefaultNobodyLooksAtIt() throws Exception {
        HttpResponse<byte[]> answer = send("nonsense");

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue(MessageSeal.HEADER)).isEmpty();
    }

    @Test
    void anUnexpectedOneCanBeRefused() throws Exception {
        change(MessageSignature.UNEXPECTED);

        assertThat(tpp.error(send("x..y"))).isEqualTo("400 UK.OBIE.Signature.Unexpected");
        assertThat(tpp.createConsent(wish).statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_3", "V3_1_4"})
    void theRightOneIsTakenAndTheAnswerIsSignedTheSameWay(MessageSignature rule) throws Exception {
        change(rule);
        boolean unencoded = rule == MessageSignature.V3_1_3;

        HttpResponse<byte[]> answer = send(seal(header(unencoded), unencoded));

        assertThat(answer.statusCode()).isEqualTo(201);
        String[] sides =
                answer.headers().firstValue(MessageSeal.HEADER).orElseThrow().split("\\.\\.");
        assertThat(Jws.object(sides[0]).has("b64")).isEqualTo(unencoded);
        assertThat(
                        Jws.verifiesPs256(
                                SigningKey.shared().open(),
                                input(sides[0], answer.body(), unencoded),
                                Jws.bytes(sides[1])))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1_3", "V3_1_4"})
    void aSignatureMadeTheOtherWayDoesNotVerify(MessageSignature rule) throws Exception {
        change(rule);
        boolean unencoded = rule == MessageSignature.V3_1_3;

        assertThat(tpp.error(send(seal(header(unencoded), !unencoded))))
                .isEqualTo("400 UK.OBIE.Signature.Invalid");
    }

    @Test
    void eachComplaintHasItsCode() throws Exception {
        change(MessageSignature.V3_1_4);

        assertThat(tpp.error(tpp.createConsent(wish))).isEqualTo("400 UK.OBIE.Signature.Missing");
        assertThat(tpp.error(send("a.b.c"))).isEqualTo("400 UK.OBIE.Signature.Malformed");
        assertThat(tpp.error(send("a..c"))).isEqualTo("400 UK.OBIE.Signature.Malformed");
        assertThat(with(header -> header.remove("kid"))).endsWith("MissingClaim");
        assertThat(with(header -> header.put("kid", "unknown"))).endsWith("InvalidClaim");
        assertThat(with(header -> header.put("alg", "RS256"))).endsWith("InvalidClaim");
        assertThat(with(header -> header.put("b64", false))).endsWith("InvalidClaim");
        assertThat(with(header -> header.putArray("crit").add(IAT))).endsWith("InvalidClaim");
        assertThat(with(header -> header.put(IAT, Long.MAX_VALUE))).endsWith("InvalidClaim");
        change(MessageSignature.V3_1_3);
        assertThat(with(header -> {})).endsWith("MissingClaim");
    }

    private String with(Consumer<ObjectNode> change) throws Exception {
        ObjectNode header = header(false);
        change.accept(header);
        return tpp.error(send(seal(header, false)));
    }
}
