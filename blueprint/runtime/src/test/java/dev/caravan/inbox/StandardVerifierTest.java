package dev.caravan.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StandardVerifierTest {
    private static final long SENT = 1_614_265_330;
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static final String BODY = "{\"test\": 2432232314}";

    private static String flaw(long now, List<String> secrets, Map<String, String> changed) {
        return flaw(now, secrets, changed, BODY);
    }

    private static String flaw(
            long now, List<String> secrets, Map<String, String> changed, String body) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Webhook-Id", "msg_p5jXN8AQM9LWM0D4loKWxJek");
        headers.put("Webhook-Timestamp", String.valueOf(SENT));
        headers.put("Webhook-Signature", SIGNATURE);
        headers.putAll(changed);
        return new StandardVerifier(
                        connection -> secrets,
                        Duration.ofMinutes(5),
                        Clock.fixed(Instant.ofEpochSecond(now), ZoneOffset.UTC))
                .flaw(
                        new Post(
                                new UUID(0, 1),
                                "POST",
                                "/",
                                headers,
                                body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aSignedPostIsGenuineAlsoAmongOtherSignaturesAndWithTheNextSecret() {
        assertThat(flaw(SENT, List.of(SECRET), Map.of())).isNull();
        assertThat(flaw(SENT, List.of("whsec_AAAA", SECRET), Map.of())).isNull();
        assertThat(
                        flaw(
                                SENT,
                                List.of(SECRET),
                                Map.of(
                                        "Webhook-Signature",
                                        "v1a,AAAA v1,AAAA v1,not*base64 " + SIGNATURE)))
                .isNull();
    }

    @Test
    void whateverIsChangedMakesItForged() {
        assertThat(flaw(SENT, List.of("whsec_AAAA"), Map.of())).isEqualTo("forged");
        assertThat(flaw(SENT, List.of(SECRET), Map.of(), BODY + " ")).isEqualTo("forged");
        assertThat(flaw(SENT, List.of(SECRET), Map.of("Webhook-Id", "msg_2"))).isEqualTo("forged");
        assertThat(flaw(SENT, List.of(SECRET), Map.of("Webhook-Timestamp", "1614265331")))
                .isEqualTo("forged");
        assertThat(flaw(SENT, List.of(SECRET), Map.of("Webhook-Timestamp", "-1")))
                .isEqualTo("forged");
        assertThat(flaw(SENT, List.of(SECRET), Map.of("Webhook-Signature", "v2,AAAA")))
                .isEqualTo("forged");
    }

    @Test
    void aGenuinePostOutsideTheToleranceIsLateInBothDirections() {
        assertThat(flaw(SENT + 300, List.of(SECRET), Map.of())).isNull();
        assertThat(flaw(SENT + 301, List.of(SECRET), Map.of())).isEqualTo("late");
        assertThat(flaw(SENT - 301, List.of(SECRET), Map.of())).isEqualTo("late");
    }
}
