package dev.caravan.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.caravan.faults.SetupFault;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenShapeTest {
    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");

    private static TokenShape shape(String... pairs) {
        Map<String, String> lines = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            lines.put(pairs[i], pairs[i + 1]);
        }
        return new TokenShape("p", lines);
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static long seconds(TokenShape shape, String answer) {
        return shape.expires(json(answer), NOON).getEpochSecond() - NOON.getEpochSecond();
    }

    @Test
    void withoutAnyLineAnAnswerIsReadAsOAuth2() {
        JsonNode answer =
                json(
                        "{'access_token':'a','refresh_token':'r','scope':'b:read, A:read"
                                + " b:read','expires_in':3600}");
        assertThat(shape().access(answer)).hasValue("a");
        assertThat(shape().refresh(answer)).hasValue("r");
        assertThat(shape().scopes(answer)).hasValue("a:read b:read");
        assertThat(seconds(shape(), "{'expires_in':3600}")).isEqualTo(3600);
        assertThat(seconds(shape(), "{'expires_in':'60'}")).isEqualTo(60);
        assertThat(seconds(shape(), "{}")).isZero();
        assertThat(shape().scopes(json("{'scope':' '}"))).isEmpty();
        assertThat(shape().access(json("{'access_token':null}"))).isEmpty();
    }

    @Test
    void fieldsMayHaveOtherNamesAndLieDeeper() {
        TokenShape shape =
                shape(
                        "token.access", "token",
                        "token.refresh", "data.renew",
                        "token.scope", "granted");
        JsonNode answer = json("{'token':'t','data':{'renew':'r'},'granted':['Two','one']}");
        assertThat(shape.access(answer)).hasValue("t");
        assertThat(shape.refresh(answer)).hasValue("r");
        assertThat(shape.scopes(answer)).hasValue("one two");
    }

    @Test
    void aSpanIsHeldBetweenTheShortestAndTheLongest() {
        TokenShape shape = shape("token.longest", "3600", "token.shortest", "300");
        assertThat(seconds(shape, "{'expires_in':63919}")).isEqualTo(3600);
        assertThat(seconds(shape, "{'expires_in':999999999999999999}")).isEqualTo(3600);
        assertThat(seconds(shape, "{'expires_in':60}")).isEqualTo(60);
        assertThat(seconds(shape, "{'expires_in':0}")).isEqualTo(300);
        assertThat(seconds(shape, "{'expires_in':-5}")).isEqualTo(300);
        assertThat(seconds(shape, "{'expires_in':'soon'}")).isEqualTo(300);
        assertThat(seconds(shape, "{}")).isEqualTo(300);
    }

    @Test
    void anInstantMayBeSecondsMillisecondsOrText() {
        TokenShape shape =
                shape(
                        "token.expires.form", "instant",
                        "token.expires", "expiresAt",
                        "token.longest", "3600");
        long noon = NOON.getEpochSecond();
        assertThat(seconds(shape, "{'expiresAt':" + (noon + 1800) + "}")).isEqualTo(1800);
        assertThat(seconds(shape, "{'expiresAt':'" + (noon + 1800) + "'}")).isEqualTo(1800);
        assertThat(seconds(shape, "{'expiresAt':" + (noon + 1800) * 1000 + "}")).isEqualTo(1800);
        assertThat(seconds(shape, "{'expiresAt':'2026-05-01T13:30:00.0000001+01:00'}"))
                .isEqualTo(1800);
        assertThat(seconds(shape, "{'expiresAt':" + (noon + 90_000) + "}")).isEqualTo(3600);
        assertThat(seconds(shape, "{'expiresAt':" + (noon - 5) + "}")).isZero();
        assertThat(seconds(shape, "{'expiresAt':'whenever'}")).isZero();
    }

    @Test
    void aTokenThatStatesItsOwnEndIsBelievedBeforeTheField() {
        TokenShape shape = shape("token.expires.form", "jwt", "token.longest", "300");
        String token =
                new PlainJWT(
                                new JWTClaimsSet.Builder()
                                        .expirationTime(Date.from(NOON.plusSeconds(900)))
                                        .build())
                        .serialize();
        assertThat(seconds(shape, "{'access_token':'" + token + "','expires_in':63919}"))
                .isEqualTo(900);
        String endless = new PlainJWT(new JWTClaimsSet.Builder().build()).serialize();
        assertThat(seconds(shape, "{'access_token':'" + endless + "','expires_in':63919}"))
                .isEqualTo(300);
        assertThat(seconds(shape, "{'access_token':'opaque','expires_in':19}")).isEqualTo(19);
        assertThat(seconds(shape, "{'access_token':'a.b.c','expires_in':63919}")).isEqualTo(300);
    }

    @Test
    void aLineThatNobodyKnowsIsRefusedByName() {
        assertThatThrownBy(() -> shape("token.expires.form", "minutes"))
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("token.expires.form")
                .hasMessageContaining("[instant, jwt, seconds]");
        assertThatThrownBy(() -> shape("token.longest", "1h"))
                .hasMessageContaining("token.longest");
    }
}
