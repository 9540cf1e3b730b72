package dev.caravan.sandbox.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.MovableClock;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Four calls without a user per endpoint and day (contract 4.5). */
class MeterTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00.500Z");
    private final PockitTwin twin = PockitTwin.start(PockitSettings.defaults(), clock);
    private final Caller caller = Caller.of(twin, clock);
    private final Tokens tokens = twin.connect("user1");
    private final String first = twin.id(twin.accounts("user1").get(0));
    private final String second = twin.id(twin.accounts("user1").get(1));

    @AfterEach
    void close() {
        twin.close();
    }

    @Test
    void theFifthCallIsRefusedUntilTheFirstIsADayOld() throws Exception {
        for (int at = 0; at < 4; at++) {
            assertThat(get("/accounts")).isEqualTo(200);
            clock.advance(Duration.ofMinutes(1));
        }
        HttpResponse<byte[]> fifth = caller.get("/accounts", tokens.accessToken());

        assertThat(fifth.statusCode()).isEqualTo(429);
        assertThat(fifth.headers().firstValue("retry-after")).contains("86160");
        clock.advance(Duration.ofSeconds(86_159));
        assertThat(renewed("/accounts")).isEqualTo(429);
        clock.advance(Duration.ofSeconds(1));
        assertThat(renewed("/accounts")).isEqualTo(200);
        assertThat(renewed("/accounts")).isEqualTo(429);
    }

    @Test
    void theRefusalCanSayNothingAboutWhen() throws Exception {
        change("retryAfter", false);
        fill("/accounts");

        assertThat(caller.get("/accounts", tokens.accessToken()).headers().map())
                .doesNotContainKey("retry-after");
    }

    @Test
    void aCallWithAUserIsNeitherCountedNorRefused() throws Exception {
        for (int at = 0; at < 6; at++) {
            caller.read("/accounts", tokens.accessToken());
        }
        fill("/accounts");

        assertThat(get("/accounts")).isEqualTo(429);
        assertThat(caller.read("/accounts", tokens.accessToken()).isEmpty()).isFalse();
    }

    @Test
    void eachPathOfEachConsentHasItsOwnFour() throws Exception {
        fill("/accounts/" + first + "/balance");

        assertThat(get("/accounts/" + first + "/balance")).isEqualTo(429);
        assertThat(get("/accounts/" + second + "/balance")).isEqualTo(200);
        assertThat(get("/accounts/" + first + "/product")).isEqualTo(200);
        String other = twin.connect("user1").accessToken();
        assertThat(caller.get("/accounts/" + first + "/balance", other).statusCode())
                .isEqualTo(200);
    }

    @Test
    void theTemplateCanBeTheKey() throws Exception {
        change("meterKey", Metering.Key.TEMPLATE);
        fill("/accounts/" + first + "/balance");

        assertThat(get("/accounts/" + second + "/balance")).isEqualTo(429);
        assertThat(get("/accounts/" + second + "/product")).isEqualTo(200);
    }

    @Test
    void theDayCanEndAtMidnight() throws Exception {
        change("meterWindow", Metering.Window.CALENDAR);
        clock.advance(Duration.ofHours(13).plusMinutes(30));
        String token = twin.connect("user1").accessToken();
        for (int at = 0; at < 4; at++) {
            caller.get("/accounts", token);
        }
        assertThat(caller.get("/accounts", token).statusCode()).isEqualTo(429);

        clock.advance(Duration.ofMinutes(30));
        assertThat(caller.get("/accounts", token).statusCode()).isEqualTo(200);
    }

    @Test
    void aPageIsACallUnlessPagesAreFree() throws Exception {
        String rows = "/accounts/" + first + "/transactions";
        String page = rows + "?cursor=2%2F25%2F43";
        get(rows);
        get(page);
        get(page);
        get(page);
        assertThat(get(page)).isEqualTo(429);

        change("pagesCount", false);
        assertThat(get(page)).isEqualTo(200);
        assertThat(get(rows)).isEqualTo(429);
    }

    @Test
    void failuresCountAndUnauthorizedDoesNot() throws Exception {
        for (int at = 0; at < 5; at++) {
            assertThat(caller.get("/accounts", "none").statusCode()).isEqualTo(401);
        }
        twin.faults().on("accounts").status(500).times(2);
        twin.faults().on("accounts").status(401).times(1);
        assertThat(get("/accounts?x=y")).isEqualTo(500);
        assertThat(get("/accounts")).isEqualTo(500);
        assertThat(get("/accounts")).isEqualTo(401);
        assertThat(get("/accounts?x=y")).isEqualTo(400);
        assertThat(get("/accounts")).isEqualTo(200);

        assertThat(get("/accounts")).isEqualTo(429);
    }

    @Test
    void zeroMeansNoLimit() throws Exception {
        change("unattendedLimit", 0);
        fill("/accounts");

        assertThat(get("/accounts")).isEqualTo(200);
    }

    private void fill(String path) throws Exception {
        for (int at = 0; at < 4; at++) {
            assertThat(get(path)).isEqualTo(200);
        }
    }

    private int get(String target) throws Exception {
        return caller.get(target, tokens.accessToken()).statusCode();
    }

    /** With a token of now: the clock has left the first one behind. */
    private int renewed(String target) throws Exception {
        caller.refresh(tokens.consent().refreshToken());
        return caller.get(target, tokens.consent().accessToken()).statusCode();
    }

    private void change(String name, Object value) {
        twin.change(twin.settings().with(name, value));
    }
}
