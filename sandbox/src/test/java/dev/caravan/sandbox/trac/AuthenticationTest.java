package dev.caravan.sandbox.trac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AuthenticationTest {
    private static final String INSTALLATIONS = "app/installations";
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final TracTwin twin =
            TracTwin.start(
                    TracSettings.defaults()
                            .currentKey(Caller.KEYS.publicPem())
                            .nextKey(Caller.OTHER_KEYS.publicPem()),
                    clock);
    private final Caller caller = Caller.of(twin, clock);
    private final Installation first = twin.installations().get(0);
    private final String tokens = "app/installations/" + first.id() + "/access-tokens";

    @AfterEach
    void close() {
        twin.close();
    }

    private String with(Consumer<ObjectNode> change) throws Exception {
        ObjectNode claims = caller.claims();
        change.accept(claims);
        return caller.app("GET", INSTALLATIONS, Caller.KEYS.sign(Caller.header(), claims));
    }

    private String header(Consumer<ObjectNode> change) throws Exception {
        ObjectNode header = Caller.header();
        change.accept(header);
        return caller.app("GET", INSTALLATIONS, Caller.KEYS.sign(header, caller.claims()));
    }

    @Test
    void aSoundAppJwtOpensTheListOfInstallations() throws Exception {
        JsonNode body = Caller.body(caller.send("GET", INSTALLATIONS, "Bearer " + caller.jwt()));

        assertThat(body.path("installations")).hasSize(2);
        assertThat(body.path("lastKey").asText("none")).isEmpty();
        JsonNode one = body.path("installations").path(0);
        assertThat(one.path("meta").path("installationId").asText()).matches("[0-9A-Z]{26}");
        assertThat(one.path("isActive").asBoolean()).isTrue();
        assertThat(one.path("appSlug").asText()).isEqualTo("caravan");
    }

    @Test
    void theAppItselfIsShownToItsOwnJwt() throws Exception {
        assertThat(caller.app("GET", "apps", caller.jwt())).isEqualTo("200");
        assertThat(caller.app("GET", "apps", "x.y.z")).startsWith("401 Invalid bearer token");
    }

    @Test
    void everyClaimIsChecked() throws Exception {
        long now = clock.instant().getEpochSecond();
        String slash = twin.base() + "/";

        assertThat(with(claims -> {})).isEqualTo("200");
        assertThat(with(claims -> claims.put("iss", "smartpay"))).contains("401", "iss");
        assertThat(with(claims -> claims.put("aud", slash))).contains("401", "aud");
        assertThat(with(claims -> claims.remove("aud"))).contains("401", "aud");
        assertThat(with(claims -> claims.put("iat", now + 61))).contains("401", "future");
        assertThat(with(claims -> claims.put("iat", now + 60))).isEqualTo("200");
        assertThat(with(claims -> claims.remove("iat"))).contains("401", "iat");
        assertThat(with(claims -> claims.put("exp", now - 60))).contains("401", "over");
        assertThat(with(claims -> claims.put("exp", now - 29))).isEqualTo("200");
        assertThat(with(claims -> claims.put("exp", "" + (now + 9)))).contains("401", "number");
        assertThat(with(claims -> claims.put("exp", now - 30 + 28_801))).contains("401", "far");
        assertThat(with(claims -> claims.put("exp", now - 30 + 28_800))).isEqualTo("200");
        assertThat(with(claims -> claims.put("exp", (now + 9) * 1000))).contains("401", "far");
        assertThat(with(claims -> claims.put("exp", now - 31))).contains("401", "before iat");
        assertThat(with(claims -> claims.put("nbf", now + 61))).contains("401", "nbf");
    }

    @Test
    void theSampleOfTheFaqThatLivesEightHoursIsGood() throws Exception {
        clock.set(Instant.ofEpochSecond(1_715_872_650));

        assertThat(with(claims -> claims.put("iat", 1_715_872_650).put("exp", 1_715_901_450)))
                .isEqualTo("200");
        clock.set(Instant.ofEpochSecond(1_715_901_510));
        assertThat(with(claims -> claims.put("iat", 1_715_872_650).put("exp", 1_715_901_450)))
                .contains("401", "over");
    }

    @Test
    void theHeaderIsChecked() throws Exception {
        assertThat(header(header -> header.put("alg", "RS512"))).contains("401", "RS256");
        assertThat(header(header -> header.put("alg", "none"))).contains("401", "RS256");
        assertThat(header(header -> header.put("typ", "at+jwt"))).contains("401", "typ");
        assertThat(header(header -> header.remove("typ"))).isEqualTo("200");
        assertThat(header(header -> header.putArray("crit").add("exp"))).contains("401", "crit");
        assertThat(header(header -> header.put("kid", "any"))).isEqualTo("200");
    }

    @Test
    void aForgedSignatureIsRefused() throws Exception {
        String jwt = caller.jwt();
        String[] parts = jwt.split("\\.");
        String other = Caller.OTHER_KEYS.sign(Caller.header(), caller.claims());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Caller.KEYS.publicPem().getBytes(), "HmacSHA256"));
        String text = url("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes()) + '.' + parts[1];
        String hmac = text + '.' + url(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
        String twice = url("{\"alg\":\"RS256\",\"alg\":\"RS256\"}".getBytes());

        for (String forged :
                List.of(
                        other,
                        hmac,
                        parts[0] + '.' + parts[1] + '.',
                        parts[0] + '.' + parts[1] + '.' + url(new byte[256]),
                        twice + '.' + parts[1] + '.' + parts[2],
                        jwt + "==",
                        jwt + ".x",
                        parts[0] + '.' + parts[1])) {
            assertThat(caller.app("GET", INSTALLATIONS, forged))
                    .startsWith("401 Invalid bearer token");
        }
    }

    @Test
    void theNextKeySignsFromTheCutOverOnAndTheOldOneNoMore() throws Exception {
        String next = Caller.OTHER_KEYS.sign(Caller.header(), caller.claims());
        twin.cutOver();

        assertThat(caller.app("GET", INSTALLATIONS, next)).isEqualTo("200");
        assertThat(caller.app("GET", INSTALLATIONS, caller.jwt())).startsWith("401");

        twin.change(twin.settings().acceptedKey("both"));
        assertThat(caller.app("GET", INSTALLATIONS, caller.jwt())).isEqualTo("200");
    }

    @Test
    void aKeyThatIsTooSmallOrNoKeyIsRefusedWhenItIsRegistered() {
        TracSettings settings = twin.settings();

        assertThatThrownBy(() -> twin.change(settings.minimumKeyBits(4096)))
                .hasMessageContaining("expected 4096 bits or more, found 2048");
        assertThatThrownBy(() -> twin.change(settings.nextKey("garbage")))
                .hasMessageContaining("PEM");
    }

    @Test
    void withoutARegisteredKeyNobodyComesIn() throws Exception {
        twin.change(twin.settings().currentKey(""));

        assertThat(caller.app("GET", INSTALLATIONS, caller.jwt())).startsWith("401");
    }

    @Test
    void theAudienceCanBeSetExactly() throws Exception {
        twin.change(twin.settings().audience("https://trac.example/"));

        assertThat(with(claims -> claims.put("aud", "https://trac.example/"))).isEqualTo("200");
        assertThat(with(claims -> claims.put("aud", "https://trac.example"))).startsWith("401");
    }

    @Test
    void theTwoPrefixesCannotBeMixedUp() throws Exception {
        String token = twin.token(first.id());

        assertThat(Caller.said(caller.send("GET", INSTALLATIONS, "token " + caller.jwt())))
                .startsWith("401");
        assertThat(Caller.said(caller.send("GET", INSTALLATIONS, "Bearer " + token)))
                .startsWith("401");
        String path = "installation/organizations";
        assertThat(Caller.said(caller.send("GET", path, "Bearer " + token))).startsWith("401");
        assertThat(Caller.said(caller.send("GET", path, "token " + caller.jwt())))
                .isEqualTo("401 unknown token");
        assertThat(Caller.said(caller.send("GET", path, ""))).startsWith("401");
        assertThat(Caller.said(caller.send("GET", path, "TOKEN " + token))).isEqualTo("200");
    }

    @Test
    void aTokenLivesAnHourAndThenAnswers403() throws Exception {
        JsonNode issued = caller.token(first.id());
        assertThat(issued.path("expiresAt").isIntegralNumber()).isTrue();
        assertThat(issued.path("expiresAt").asLong())
                .isEqualTo(clock.instant().getEpochSecond() + 3600);
        String token = issued.path("token").asText();

        clock.advance(Duration.ofSeconds(3599));
        assertThat(caller.data("installation/organizations", token)).isEqualTo("200");
        clock.advance(Duration.ofSeconds(1));
        assertThat(caller.data("installation/organizations", token))
                .isEqualTo("403 the token has expired");

        twin.change(twin.settings().expiredStatus(401));
        assertThat(caller.data("installation/organizations", token)).startsWith("401");
    }

    @Test
    void aNewTokenLeavesTheOldOneAlone() throws Exception {
        String old = caller.token(first.id()).path("token").asText();
        String fresh = caller.token(first.id()).path("token").asText();

        assertThat(fresh).isNotEqualTo(old);
        assertThat(caller.data("installation/organizations", old)).isEqualTo("200");
        assertThat(twin.truth().tokensIssued()).contains(old, fresh);
    }

    @Test
    void expiresAtComesInThreeSpellingsAndMayLie() throws Exception {
        twin.change(twin.settings().expiresAtAs("millis").statedTokenSeconds(7200));
        assertThat(caller.token(first.id()).path("expiresAt").asLong())
                .isEqualTo(clock.millis() + 7_200_000);

        twin.change(twin.settings().expiresAtAs("iso").statedTokenSeconds(0));
        assertThat(caller.token(first.id()).path("expiresAt").asText())
                .isEqualTo("2026-11-21T11:00:00.000Z");
    }

    @Test
    void theStatusOfANewTokenCanBeAny2xx() throws Exception {
        assertThat(caller.app("POST", tokens, caller.jwt())).isEqualTo("201");
        twin.change(twin.settings().tokenStatus(200));
        assertThat(caller.app("POST", tokens, caller.jwt())).isEqualTo("200");
    }

    @Test
    void aTokenOpensItsOwnInstallationOnly() throws Exception {
        String other = twin.installations().get(1).granted().get(0);

        assertThat(caller.data("orgs/" + other + "/members", twin.token(first.id())))
                .startsWith("403");
    }

    @Test
    void aDisabledInstallationAnswers403AndIsListedAsInactive() throws Exception {
        String token = twin.token(first.id());
        first.disable();

        assertThat(caller.app("POST", tokens, caller.jwt())).startsWith("403");
        assertThat(caller.data("installation/organizations", token)).startsWith("403");
        JsonNode body = Caller.body(caller.send("GET", INSTALLATIONS, "Bearer " + caller.jwt()));
        assertThat(body.path("installations").path(0).path("isActive").asBoolean()).isFalse();

        first.enable();
        assertThat(caller.data("installation/organizations", token)).isEqualTo("200");
    }

    @Test
    void aRemovedInstallationIsListedNoMoreAndAnswers404() throws Exception {
        String token = twin.token(first.id());
        first.remove();

        assertThat(caller.app("POST", tokens, caller.jwt())).startsWith("404");
        assertThat(caller.data("installation/organizations", token)).startsWith("403");
        JsonNode body = Caller.body(caller.send("GET", INSTALLATIONS, "Bearer " + caller.jwt()));
        assertThat(body.path("installations")).hasSize(1);
    }

    @Test
    void anInstallationOfAnotherAppAnswers403AndAnUnknownOne404() throws Exception {
        String foreign = twin.foreignInstallation().id();

        assertThat(
                        caller.app(
                                "POST",
                                "app/installations/" + foreign + "/access-tokens",
                                caller.jwt()))
                .startsWith("403");
        String unknown = "app/installations/01HZX00000000000000000NST1/access-tokens";
        assertThat(caller.app("POST", unknown, caller.jwt())).startsWith("404");
        String noId = "app/installations/42/access-tokens";
        assertThat(caller.app("POST", noId, caller.jwt())).startsWith("400");
    }

    @Test
    void thePathOfTheAppIsASetting() throws Exception {
        twin.change(twin.settings().appPath("apps"));

        assertThat(caller.app("GET", INSTALLATIONS, caller.jwt())).startsWith("404");
        assertThat(caller.app("GET", "apps/installations", caller.jwt())).isEqualTo("200");
        assertThat(twin.journal().on("app/installations")).hasSize(1);
    }

    @Test
    void theWrongMethodAndAPathThatIsNoneAreRefused() throws Exception {
        assertThat(caller.app("GET", tokens, caller.jwt())).startsWith("405");
        assertThat(caller.app("GET", "nothing/here", caller.jwt())).startsWith("404");
        assertThat(Caller.said(caller.send("GET", "apps", "Bearer x", "Accept", "text/html")))
                .startsWith("406");
    }

    @Test
    void theBodyOfARefusalHasThreeShapes() throws Exception {
        twin.change(twin.settings().errorsAs("error"));
        HttpResponse<byte[]> asError = caller.send("GET", "apps", "");
        assertThat(Caller.body(asError).path("error").asText()).startsWith("Invalid bearer");

        twin.change(twin.settings().errorsAs("text"));
        assertThat(new String(caller.send("GET", "apps", "").body())).startsWith("Invalid bearer");
    }

    private static String url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Test
    void aValueOrANameThatIsNoSettingIsRefusedWithItsName() {
        assertThatThrownBy(() -> TracSettings.defaults().expiresAtAs("days"))
                .hasMessageContaining("expiresAtAs");
        assertThatThrownBy(() -> TracSettings.defaults().with(Json.object().put("portt", 1)))
                .hasMessageContaining("portt");
    }
}
