package dev.caravan.conformance.leatherback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.FrontDesk;
import dev.caravan.conformance.House;
import dev.caravan.connections.Journeys;
import dev.caravan.sandbox.leatherback.Browser;
import dev.caravan.sandbox.leatherback.Callback;
import dev.caravan.sandbox.leatherback.ResponseMode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole way of a user through our own doors, whichever way the answer travels. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeatherbackTripTest {
    private static final String BACK = "/callback/leatherback";
    private final Leatherback bank = Leatherback.asShipped();
    private final FrontDesk desk = FrontDesk.before(bank.house);

    @AfterEach
    void peace() {
        bank.peace();
    }

    @AfterAll
    void close() {
        desk.close();
        bank.twin.close();
    }

    private static int customers;

    private final class Visitor {
        final String login = "customer" + ++customers;
        final Journeys.Begun begun = bank.house.journeys.begin("leatherback", login);

        URI atTheBank() {
            return desk.get("/connect/" + begun.link())
                    .headers()
                    .firstValue("Location")
                    .map(URI::create)
                    .orElseThrow();
        }

        UUID connection() {
            return begun.connection();
        }
    }

    /** As a browser goes: a fragment stays in it until the page's script posts it. */
    private HttpResponse<String> deliver(Callback callback) {
        if (callback.mode() == ResponseMode.QUERY) {
            return desk.send(request(BACK + "?" + callback.encoded()));
        }
        if (callback.mode() == ResponseMode.FRAGMENT) {
            HttpResponse<String> page = desk.get(BACK);
            assertThat(page.body()).contains("<script").doesNotContain(callback.get("state"));
        }
        return desk.send(
                request(BACK)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Cookie", desk.cookieOf(callback.encoded()))
                        .POST(HttpRequest.BodyPublishers.ofString(callback.encoded())));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(desk.front(path)).header("X-Forwarded-For", "203.0.113.9");
    }

    @ParameterizedTest
    @EnumSource(ResponseMode.class)
    void theAnswerIsTakenFromQueryFragmentAndForm(ResponseMode mode) {
        bank.manners(now -> now.responseMode(mode));
        Visitor visitor = new Visitor();
        Callback callback = new Browser().allow(visitor.atTheBank(), visitor.login);
        assertThat(callback.mode()).isEqualTo(mode);

        assertThat(deliver(callback).body()).contains("Connected");

        assertThat(bank.house.state(visitor.connection())).isEqualTo("active");
        assertThat(
                        bank.value(
                                visitor.connection(),
                                "connection",
                                "(consent_expires_at > now() + interval '89 days')::text"))
                .isEqualTo("true");
        House.until(() -> bank.house.lastEnd(visitor.connection()) != null);
        assertThat(bank.stored(visitor.connection(), "booked"))
                .isEqualTo(bank.truth(visitor.login, "booked"));
        assertThat(
                        bank.asked(visitor.login, "accounts")
                                .get(0)
                                .header("x-fapi-customer-ip-address"))
                .as("the first pull is the user's doing")
                .contains("203.0.113.9");
        assertThat(desk.post(BACK, callback.encoded()).statusCode())
                .as("a state is good once")
                .isEqualTo(400);
    }

    @Test
    void withoutRefreshTokensTheFirstPullIsThereAndThenTheUserIsAsked() {
        bank.manners(now -> now.refreshTokens(false));
        Visitor visitor = new Visitor();
        deliver(new Browser().allow(visitor.atTheBank(), visitor.login));
        House.until(() -> bank.house.state(visitor.connection()).equals("reauth_required"));

        assertThat(bank.stored(visitor.connection(), "booked"))
                .isEqualTo(bank.truth(visitor.login, "booked"));
        String link = bank.house.journeys.again(visitor.connection()).orElseThrow().link();
        URI again =
                URI.create(
                        desk.get("/connect/" + link)
                                .headers()
                                .firstValue("Location")
                                .orElseThrow());
        assertThat(deliver(new Browser().allow(again, visitor.login)).body()).contains("Connected");
        House.until(() -> bank.house.state(visitor.connection()).equals("reauth_required"));
        assertThat(bank.stored(visitor.connection(), "booked"))
                .as("the same accounts, the same rows")
                .isEqualTo(bank.truth(visitor.login, "booked"));
    }

    @Test
    void aConsentThatNobodyFinishedIsDeletedThereAndItsTripIsOver() {
        Visitor away = new Visitor();
        URI there = away.atTheBank();
        Visitor no = new Visitor();
        deliver(new Browser().decline(no.atTheBank()));
        Visitor yes = new Visitor();
        deliver(new Browser().allow(yes.atTheBank(), yes.login));
        String unfinished = consent(away);
        String declined = consent(no);
        bank.house.tick("unfinished");
        House.until(() -> deleted(declined) == 1);
        bank.house.advance(Duration.ofMinutes(14));
        bank.house.tick("unfinished");
        assertThat(bank.house.state(away.connection())).isEqualTo("pending");

        bank.house.advance(Duration.ofMinutes(2));
        bank.house.tick("unfinished");
        House.until(() -> deleted(unfinished) == 1);
        assertThat(bank.house.state(away.connection())).isEqualTo("abandoned");
        String state = there.getQuery().replaceAll(".*state=([^&]*).*", "$1");
        assertThat(desk.get(BACK + "?code=c&state=" + state).statusCode())
                .as("too late")
                .isEqualTo(400);
        bank.house.advance(Duration.ofHours(3));
        bank.house.tick("unfinished");
        assertThat(deleted(unfinished) + deleted(declined)).as("each once").isEqualTo(2);
        assertThat(deleted(consent(yes))).isZero();
    }

    /** What Leatherback calls the consent of a visitor's trip. */
    private String consent(Visitor visitor) {
        return bank.house.text(
                "select reference from caravan.journey where connection_id = '"
                        + visitor.connection()
                        + "'");
    }

    private long deleted(String consent) {
        return bank.asked("account-access-consents/{id}").stream()
                .filter(one -> one.method().equals("DELETE") && one.path().endsWith(consent))
                .count();
    }

    @Test
    void ourKeysAreReadFromWhereWePublishThem() {
        bank.manners(now -> now.clientJwk("").jwksUrl(desk.front("/jwks/leatherback").toString()));
        Visitor visitor = new Visitor();

        assertThat(deliver(new Browser().allow(visitor.atTheBank(), visitor.login)).body())
                .contains("Connected");

        assertThat(bank.twin.jwksFetches()).isPositive();
        assertThat(desk.get("/jwks/leatherback").body())
                .contains("\"n\"", "\"kid\"")
                .doesNotContain("\"d\"");
    }

    @Test
    void aUserWhoSaysNoAndABankThatFailsAreToldApart() {
        Visitor no = new Visitor();
        deliver(new Browser().decline(no.atTheBank()));
        assertThat(bank.house.state(no.connection())).isEqualTo("declined");

        Visitor failed = new Visitor();
        bank.twin.faults().on("authorize-app/decision").callbackError("server_error");
        deliver(new Browser().allow(failed.atTheBank(), failed.login));
        assertThat(bank.house.state(failed.connection())).isEqualTo("abandoned");
    }

    @Test
    void whatComesWithoutAStateOfOursIsA400AndACounter() {
        Visitor visitor = new Visitor();
        bank.twin.faults().on("authorize-app/decision").otherState("somebody-elses");
        Callback callback = new Browser().allow(visitor.atTheBank(), visitor.login);
        bank.twin.journal().clear();

        assertThat(deliver(callback).statusCode()).isEqualTo(400);

        assertThat(desk.refused("unknown")).isEqualTo(1);
        assertThat(bank.asked("auth/token")).isEmpty();
        assertThat(desk.post(BACK, "event=payment&id=1").statusCode()).isEqualTo(400);
    }
}
