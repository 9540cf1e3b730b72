package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.intake.Listener;
import dev.caravan.store.Database;
import dev.caravan.store.StoreLogin;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    private static final List<String> PAGES =
            List.of(
                    "overview",
                    "providers",
                    "connections",
                    "consents",
                    "runs",
                    "days",
                    "budget",
                    "rejects",
                    "inbox");

    private static ConsoleHouse house;
    private static UUID connection;
    private static String base;

    @BeforeAll
    static void open() {
        house = new ConsoleHouse();
        connection = house.connection;
        base = house.base;
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        return house.send(request);
    }

    private static HttpRequest.Builder at(String path) {
        return house.at(path);
    }

    private static HttpRequest.Builder form(String path, String body, String origin) {
        return house.form(path, body, origin);
    }

    private static String session() {
        return session(base);
    }

    private static String session(String at) {
        HttpResponse<String> in = send(form(at + "/console/login", "key=" + house.key, at));
        assertThat(in.statusCode()).isEqualTo(303);
        String cookie = in.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict");
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private static int act(String session, String body, String origin) {
        return send(form("/console/act", body, origin).header("Cookie", session)).statusCode();
    }

    @Test
    void withoutTheKeyNothingIsShown() {
        assertThat(send(at("/console")).body()).contains("Sign in").doesNotContain("john1");
        assertThat(
                        send(at("/console/connections").header("Cookie", "caravan-console=guess"))
                                .body())
                .contains("Sign in")
                .doesNotContain("john1");
        assertThat(send(form("/console/login", "key=wrong", base)).statusCode()).isEqualTo(403);
        assertThat(
                        send(form("/console/login", "key=" + house.key, "http://evil.example"))
                                .statusCode())
                .isEqualTo(403);
    }

    @Test
    void everyPageOfTheMenuShowsWhatTheDeskSays() {
        String session = session();
        for (String page : PAGES) {
            HttpResponse<String> shown = send(at("/console/" + page).header("Cookie", session));
            assertThat(shown.statusCode()).as(page).isEqualTo(200);
            assertThat(shown.body()).contains("aria-current=\"page\"").contains("<main");
            assertThat(shown.body()).as(page).doesNotContain("class=\"note bad\"");
            assertThat(shown.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .startsWith("default-src 'none'");
        }
        assertThat(house.page("/console/connections", session))
                .contains("john1")
                .contains("/console/connections?id=" + connection);
        assertThat(house.page("/console/connections?id=" + connection, session))
                .contains("Its pulls")
                .contains("Its accounts")
                .contains("<time datetime=\"")
                .contains("transactions");
        assertThat(house.page("/console/providers?id=truelayer", session))
                .contains("What this installation changed")
                .contains("Its last pulls");
        for (String nothing :
                List.of(
                        "nosuch",
                        "connections?id=" + UUID.randomUUID(),
                        "connections?id=%7Bbody%7D",
                        "inbox?id=99999999",
                        "rejects?id=one",
                        "providers?id=nosuch")) {
            assertThat(send(at("/console/" + nothing).header("Cookie", session)).statusCode())
                    .as(nothing)
                    .isEqualTo(404);
        }
    }

    @Test
    void aListIsNarrowedDownAndGoesOnBehindItsLastRow() {
        String session = session();
        house.world.database.update(
                "insert into caravan.connection (provider, user_ref, state, consent_expires_at)"
                    + " select 'manybank', 'crowd-' || lpad(n::text, 3, '0'), case when n % 2 = 0"
                    + " then 'active' else 'expired' end, now() + make_interval(days => n) from"
                    + " generate_series(1, 120) n");
        String first = house.page("/console/connections?provider=manybank", session);
        assertThat(first)
                .contains("crowd-001", "crowd-050", "The next 50")
                .doesNotContain("crowd-051");
        String next = first.substring(0, first.indexOf("The next 50") - 2);
        next = next.substring(next.lastIndexOf('"') + 1).replace("&amp;", "&");
        assertThat(house.page(next, session))
                .contains("crowd-051", "crowd-100", "Back to the first")
                .doesNotContain("crowd-050", "crowd-101");
        assertThat(house.page("/console/connections?find=CROWD-07", session))
                .contains("crowd-070", "crowd-079")
                .doesNotContain("crowd-080", "john1");
        assertThat(house.page("/console/connections?find=" + connection, session))
                .contains("john1")
                .doesNotContain("crowd-");
        assertThat(house.page("/console/connections?find=crowd&state=expired", session))
                .contains("crowd-001")
                .doesNotContain("crowd-002");
        assertThat(house.page("/console/consents?provider=manybank&days=7", session))
                .contains("crowd-006")
                .doesNotContain("crowd-009");
        assertThat(house.page("/console/connections?find=nobody", session))
                .contains("No connection fits.");
        house.world.database.update("delete from caravan.connection where provider = 'manybank'");
    }

    @Test
    void whatAUserIsCalledCannotBecomeMarkup() {
        String hostile = "\"'><script>x</script>&lt;\u202Egnp.exe {body}{menu}";
        house.world.database.update(
                "update caravan.connection set user_ref = ?, last_fault = ? where id = ?",
                hostile,
                hostile,
                connection);
        long reject = house.reject("{\"a\": \"" + hostile + "\"}");
        long event = house.event(hostile);
        String session = session();
        for (String page :
                List.of(
                        "connections",
                        "connections?id=" + connection,
                        "consents",
                        "overview",
                        "inbox",
                        "inbox?id=" + event,
                        "rejects?show=payload&id=" + reject)) {
            assertThat(house.page("/console/" + page, session))
                    .as(page)
                    .doesNotContain("<script", "'><", "\"'>");
        }
        assertThat(house.page("/console/connections", session))
                .contains("<bdi>&quot;&#39;&gt;&lt;script&gt;x&lt;/script&gt;&amp;lt;");
        String echoed =
                house.page(
                        "/console/connections?find=%22%3E%3Cscript%3Ex&provider=%22%3E%3Cscript%3E&id=",
                        session);
        assertThat(echoed)
                .contains("value=\"&quot;&gt;&lt;script&gt;x\"")
                .doesNotContain("<script");
        assertThat(house.page("/console/connections?id=%3Cscript%3E", session))
                .doesNotContain("<script");
        house.world.database.update(
                "update caravan.connection set user_ref = 'john1', last_fault = null where id = ?",
                connection);
    }

    @Test
    void whatAProviderSentIsShownOnlyToWhoAsksForIt() {
        long id = house.reject("{\"description\": \"rent of Ada Invented\"}");
        String session = session();
        assertThat(house.page("/console/rejects", session))
                .contains("amount has too many decimals")
                .doesNotContain("Ada Invented");
        assertThat(house.page("/console/rejects?id=" + id, session))
                .contains("Show what the provider sent")
                .doesNotContain("Ada Invented");
        assertThat(house.page("/console/rejects?id=" + id + "&show=payload", session))
                .contains("rent of Ada Invented");
    }

    @Test
    void aFormCountsOnlyFromAPageOfTheSameSession() {
        String session = session();
        String proof = house.proof(session);
        long event = house.event("forged");
        String replay = "act=EVENT&id=" + event + "&back=/console/inbox&proof=";
        assertThat(act(session, replay + proof, "http://evil.example")).isEqualTo(403);
        assertThat(act(session, replay + proof, "null")).isEqualTo(403);
        assertThat(act(session, replay, base)).isEqualTo(403);
        assertThat(act(session, replay + house.proof(session()), base)).isEqualTo(403);
        assertThat(act("caravan-console=guess", replay + proof, base)).isEqualTo(403);
        assertThat(
                        send(at("/console/act?" + replay + proof).header("Cookie", session))
                                .statusCode())
                .isEqualTo(404);
        assertThat(state(event)).isEqualTo("done");

        assertThat(act(session, replay + proof, base)).isEqualTo(303);
        assertThat(state(event)).isEqualTo("new");
        assertThat(house.page("/console/inbox", session)).contains("1 worked on anew");
        assertThat(house.page("/console/inbox", session)).doesNotContain("worked on anew");
    }

    @Test
    void aFormCanHaveNothingDoneButWhatThereAreButtonsFor() {
        String session = session();
        String proof = house.proof(session);
        for (String odd :
                List.of(
                        "act=EVENT&id=--state",
                        "act=DIFF&id=truelayer",
                        "act=PULL&id=" + "x".repeat(80),
                        "id=1")) {
            assertThat(act(session, odd + "&proof=" + proof, base)).isEqualTo(303);
            assertThat(house.page("/console/days", session))
                    .contains("There is no such thing to do");
        }
        for (String elsewhere :
                List.of(
                        "http://evil.example",
                        "//evil.example",
                        "/console/../x",
                        "/console/inbox%0d%0aX: y")) {
            HttpResponse<String> to =
                    send(
                            form(
                                            "/console/act",
                                            "act=X&id=1&proof=" + proof + "&back=" + elsewhere,
                                            base)
                                    .header("Cookie", session));
            assertThat(to.headers().firstValue("Location")).contains("/console/overview");
        }
    }

    private static String state(long event) {
        return house.world.text("select state from ledger.inbox where event_id = " + event);
    }

    @Test
    void aDeadStoreIsSaidOnThePageAndNotAsAStackTrace() {
        String at = "http://127.0.0.1:" + World.freePort();
        StoreLogin nobody = new StoreLogin("jdbc:postgresql://127.0.0.1:1/caravan", "x", "x");
        try (Database dead = new Database(nobody, 1);
                Listener listener = house.listener(dead, at)) {
            HttpResponse<String> shown =
                    send(at(at + "/console/overview").header("Cookie", session(at)));
            assertThat(shown.statusCode()).isEqualTo(503);
            assertThat(shown.body())
                    .contains("The store does not answer", "CARAVAN-STORE-", "docs/errors.md")
                    .contains("/console/providers?id=truelayer")
                    .doesNotContain("Exception", "\tat ");
        }
    }

    @Test
    void aSessionEndsWithItsSignOut() {
        String session = session();
        send(form("/console/logout", "", base).header("Cookie", session));
        assertThat(house.page("/console/runs", session)).contains("Pulls");
        send(
                form("/console/logout", "proof=" + house.proof(session), base)
                        .header("Cookie", session));
        assertThat(house.page("/console/runs", session))
                .contains("Sign in")
                .doesNotContain("Pulls");
    }

    @Test
    void theDeskAnswersOverHttpWithItsExitCode() {
        HttpRequest.Builder asked =
                at("/desk")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"words\":[\"why\",\"0\"]}"));
        assertThat(send(asked).statusCode()).isEqualTo(401);
        HttpResponse<String> answer = send(asked.header("Authorization", "Bearer " + house.key));
        assertThat(answer.headers().firstValue("Caravan-Code")).contains("1");
        assertThat(answer.body()).isEqualTo("nothing of that name\n");
    }
}
