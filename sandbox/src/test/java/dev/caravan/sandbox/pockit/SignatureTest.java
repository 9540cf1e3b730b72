package dev.caravan.sandbox.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** x-jws-signature on the wire: what is refused, and every switch of contract 3.2. */
class SignatureTest {
    private static final byte[] EMPTY_OBJECT = {'{', '}'};
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final PockitTwin twin =
            PockitTwin.start(PockitSettings.defaults().with("unattendedLimit", 0), clock);
    private final Caller caller = Caller.of(twin, clock);
    private final String token = twin.connect("user1").accessToken();
    private final String id = twin.id(twin.accounts("user1").get(0));
    private final String path = "/accounts/" + id + "/balance";

    @AfterEach
    void close() {
        twin.close();
    }

    @Test
    void theSignatureOfTheContractIsTaken() throws Exception {
        assertThat(caller.get(path, token).statusCode()).isEqualTo(200);
    }

    @Test
    void orderAndForeignMembersOfTheHeaderMeanNothing() throws Exception {
        ObjectNode header =
                Json.object()
                        .put("iat", clock.instant().getEpochSecond())
                        .put("kid", "1")
                        .put("path", path)
                        .put("app", twin.settings().application().appId())
                        .put("typ", "JWT")
                        .put("alg", "HS256");

        assertThat(sent(caller.signed(header, EMPTY_OBJECT))).isEqualTo(200);
    }

    @Test
    void anyOtherHeaderIsRefused() throws Exception {
        assertThat(changed(header -> header.put("alg", "none"))).isEqualTo(401);
        assertThat(changed(header -> header.put("alg", "HS512"))).isEqualTo(401);
        assertThat(changed(header -> header.put("typ", "JOSE"))).isEqualTo(401);
        assertThat(changed(header -> header.remove("typ"))).isEqualTo(401);
        assertThat(changed(header -> header.put("app", "another"))).isEqualTo(401);
        assertThat(changed(header -> header.put("path", "/v1" + path))).isEqualTo(401);
        assertThat(changed(header -> header.put("path", path + "/"))).isEqualTo(401);
        assertThat(changed(header -> header.put("path", path + "?a=b"))).isEqualTo(401);
        assertThat(changed(header -> header.putArray("crit").add("exp"))).isEqualTo(401);
    }

    @Test
    void anIatThatIsOldEarlyOrNoIntegerIsRefused() throws Exception {
        long now = clock.instant().getEpochSecond();

        assertThat(changed(header -> header.put("iat", now - 300))).isEqualTo(200);
        assertThat(changed(header -> header.put("iat", now - 301))).isEqualTo(401);
        assertThat(changed(header -> header.put("iat", now + 60))).isEqualTo(200);
        assertThat(changed(header -> header.put("iat", now + 61))).isEqualTo(401);
        assertThat(changed(header -> header.put("iat", Long.toString(now)))).isEqualTo(401);
        assertThat(changed(header -> header.put("iat", now + 0.5))).isEqualTo(401);
        assertThat(changed(header -> header.put("iat", now * 1000))).isEqualTo(401);
        assertThat(changed(header -> header.put("iat", Long.MAX_VALUE))).isEqualTo(401);
        assertThat(changed(header -> header.put("iat", Long.MIN_VALUE))).isEqualTo(401);
        assertThat(changed(header -> header.remove("iat"))).isEqualTo(401);
    }

    @Test
    void aSignatureThatWaitedInAQueueIsRefused() throws Exception {
        String early = caller.signed(path, EMPTY_OBJECT);
        clock.advance(Duration.ofMinutes(6));

        assertThat(sent(early)).isEqualTo(401);
        assertThat(caller.get(path, token).statusCode()).isEqualTo(200);
    }

    @Test
    void anythingButThreePlainPartsIsRefused() throws Exception {
        String good = caller.signed(path, EMPTY_OBJECT);
        String[] parts = good.split("\\.");

        assertThat(sent(parts[0] + "." + parts[1])).isEqualTo(401);
        assertThat(sent(parts[0] + ".." + parts[2])).isEqualTo(401);
        assertThat(sent(good + "=")).isEqualTo(401);
        assertThat(sent(good + ".")).isEqualTo(401);
        assertThat(sent(parts[0] + "." + parts[1] + ".")).isEqualTo(401);
        assertThat(sent("x" + good)).isEqualTo(401);
        assertThat(sent("")).isEqualTo(401);
    }

    @Test
    void strayBitsAtTheEndOfTheSignatureAreRefused() throws Exception {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        String good = caller.signed(path, EMPTY_OBJECT);
        int last = alphabet.indexOf(good.charAt(good.length() - 1));
        // 32 bytes leave two bits of the 43rd letter unused; a lax decoder reads the same bytes
        String stray = good.substring(0, good.length() - 1) + alphabet.charAt(last + 1);

        assertThat(sent(stray)).isEqualTo(401);
        assertThat(sent(good)).isEqualTo(200);
    }

    @Test
    void aHeaderWithANameTwiceIsRefused() throws Exception {
        String twice =
                Json.object().put("alg", "HS256").toString().replace("}", ",")
                        + caller.header(path).toString().substring(1);

        assertThat(sent(signedText(twice))).isEqualTo(401);
    }

    @Test
    void anotherSecretIsRefused() throws Exception {
        byte[] header = Json.bytes(caller.header(path));

        assertThat(sent(Caller.signed(header, EMPTY_OBJECT, "guessed".getBytes()))).isEqualTo(401);
    }

    @Test
    void theBodyMustBeWhatWasSigned() throws Exception {
        byte[] body = Json.bytes(caller.aisp());
        String signature = caller.signed("/authorise", body);
        byte[] spaced = (new String(body, StandardCharsets.UTF_8) + " ").getBytes();

        assertThat(authorised(spaced, signature)).isEqualTo("401 invalid_client");
        assertThat(authorised(body, signature)).isEqualTo("200 ");
    }

    @Test
    void aFormIsSignedAsAnObjectOfStringsInItsOrder() throws Exception {
        String form = "grant_type=refresh_token&refresh_token=a%2Bb+c";
        String object = "{\"grant_type\":\"refresh_token\",\"refresh_token\":\"a+b c\"}";
        String turned = "{\"refresh_token\":\"a+b c\",\"grant_type\":\"refresh_token\"}";

        assertThat(tokenCall(form, object)).isEqualTo("400 invalid_grant");
        assertThat(tokenCall(form, turned)).isEqualTo("401 invalid_client");
        assertThat(tokenCall(form, form)).isEqualTo("401 invalid_client");
        assertThat(tokenCall(form, object.replace("a+b c", "a%2Bb+c")))
                .isEqualTo("401 invalid_client");
    }

    @Test
    void aFieldThatComesTwiceIsRefused() throws Exception {
        String form = "grant_type=refresh_token&refresh_token=a&refresh_token=b";
        String object = "{\"grant_type\":\"refresh_token\",\"refresh_token\":\"b\"}";

        assertThat(tokenCall(form, object)).isEqualTo("400 invalid_request");
    }

    @ParameterizedTest
    @EnumSource
    void theSecretCanBeReadInEachForm(Signing.SecretForm form) throws Exception {
        twin.change(twin.settings().with("secret", form));
        byte[] header = Json.bytes(caller.header(path));

        for (Signing.SecretForm other : Signing.SecretForm.values()) {
            assertThat(sent(Caller.signed(header, EMPTY_OBJECT, caller.secret(other))))
                    .isEqualTo(form == other ? 200 : 401);
        }
    }

    @Test
    void theIatCanBeInMilliseconds() throws Exception {
        twin.change(twin.settings().with("iat", Signing.IatUnit.MILLIS));

        assertThat(changed(header -> {})).isEqualTo(401);
        assertThat(changed(header -> header.put("iat", clock.millis()))).isEqualTo(200);
    }

    @Test
    void aGetCanSignNothing() throws Exception {
        twin.change(twin.settings().with("getPayload", Signing.GetPayload.EMPTY));

        assertThat(sent(caller.signed(path, EMPTY_OBJECT))).isEqualTo(401);
        assertThat(sent(caller.signed(path, new byte[0]))).isEqualTo(200);
    }

    @Test
    void aGetCanSignItsQuery() throws Exception {
        twin.change(twin.settings().with("getPayload", Signing.GetPayload.QUERY_OBJECT));
        String rows = "/accounts/" + id + "/transactions";
        String query = "?toBookingDateTime=2026-11-20T00%3A00%3A00Z&cursor=1%2F0%2F0";
        byte[] object =
                "{\"toBookingDateTime\":\"2026-11-20T00:00:00Z\",\"cursor\":\"1/0/0\"}".getBytes();

        assertThat(sent(rows + query, caller.signed(rows, object))).isEqualTo(200);
        assertThat(sent(rows + query, caller.signed(rows, EMPTY_OBJECT))).isEqualTo(401);
        assertThat(sent(caller.signed(path, EMPTY_OBJECT))).isEqualTo(200);
    }

    @Test
    void thePathCanEndWithTheQueryAsItIsOnTheWire() throws Exception {
        twin.change(twin.settings().with("queryInPath", true));
        String rows = "/accounts/" + id + "/transactions";
        String query = "?cursor=1%2f0%2F0";

        assertThat(sent(rows + query, caller.signed(rows, EMPTY_OBJECT))).isEqualTo(401);
        assertThat(sent(rows + query, caller.signed(rows + "?cursor=1/0/0", EMPTY_OBJECT)))
                .isEqualTo(401);
        assertThat(sent(rows + query, caller.signed(rows + query, EMPTY_OBJECT))).isEqualTo(200);
        assertThat(sent(caller.signed(path, EMPTY_OBJECT))).isEqualTo(200);
    }

    @Test
    void aPathIsSignedAsItIsEscapedOnTheWire() throws Exception {
        try (PockitTwin other =
                PockitTwin.start(PockitSettings.defaults().with("escapedIds", true), clock)) {
            Caller theirs = Caller.of(other, clock);
            String access = other.connect("user1").accessToken();
            String odd = other.id(other.accounts("user1").get(0));
            String raw = "/accounts/" + odd.replace("/", "%2F").replace(" ", "%20") + "/balance";

            assertThat(odd).contains("/", " ");
            assertThat(theirs.get(raw, access).statusCode()).isEqualTo(200);
            assertThat(
                            theirs.getSigned(
                                            raw,
                                            access,
                                            theirs.signed(
                                                    "/accounts/" + odd + "/balance", EMPTY_OBJECT))
                                    .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void thePrefixIsASettingAndNeverPartOfTheSignedPath() throws Exception {
        PockitSettings settings =
                PockitSettings.defaults().with("authPrefix", "/auth/v1").with("apiPrefix", "/v2");
        try (PockitTwin other = PockitTwin.start(settings, clock)) {
            Caller theirs = Caller.of(other, clock);
            String access = other.connect("user1").accessToken();
            java.net.http.HttpRequest.Builder call =
                    java.net.http.HttpRequest.newBuilder(other.base().resolve("/v2/accounts"))
                            .header("Authorization", "Bearer " + access)
                            .header("x-jws-signature", theirs.signed("/accounts", EMPTY_OBJECT));

            assertThat(theirs.send(call).statusCode()).isEqualTo(200);
            assertThat(theirs.get("/accounts", access).statusCode()).isEqualTo(404);
        }
    }

    private int changed(Consumer<ObjectNode> change) throws Exception {
        ObjectNode header = caller.header(path);
        change.accept(header);
        return sent(caller.signed(header, EMPTY_OBJECT));
    }

    private String signedText(String header) {
        return Caller.signed(
                header.getBytes(), EMPTY_OBJECT, caller.secret(Signing.SecretForm.PEM_EXACT));
    }

    private int sent(String signature) throws Exception {
        return sent(path, signature);
    }

    private int sent(String target, String signature) throws Exception {
        return caller.getSigned(target, token, signature).statusCode();
    }

    private String authorised(byte[] body, String signature) throws Exception {
        HttpResponse<byte[]> response =
                caller.authCall("/authorise", "application/json", body, signature, caller.basic());
        return Caller.error(response);
    }

    private String tokenCall(String form, String payload) throws Exception {
        return Caller.error(
                caller.authCall(
                        "/access-token",
                        "application/x-www-form-urlencoded",
                        form.getBytes(),
                        caller.signed("/access-token", payload.getBytes()),
                        caller.basic()));
    }
}
