package dev.caravan.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BrowserTest {

    private static final String FORM =
            """
            <form method='post' action='/login'><input type='hidden' name='request' value='a&amp;b'>
            <input name='username'><input name='password' type='password'>
            <button name='decision' value='allow'>Allow</button>
            <button name='decision' value='decline'>Decline</button></form>
            """;

    private static final String POSTED =
            """
            <form method='post' action='/login'><input type='hidden' name='code' value='c'>
            <button>Continue</button></form><script>document.forms[0].submit()</script>
            """;

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private HttpServer bank;

    @BeforeEach
    void opens() throws IOException {
        bank = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        bank.createContext("/connect/once", exchange -> redirect(exchange, "/authorise?x=1"));
        bank.createContext("/authorise", exchange -> page(exchange, 200, FORM));
        bank.createContext("/login", exchange -> redirect(exchange, "/callback?code=c&state=s"));
        bank.createContext("/callback", exchange -> page(exchange, 200, "<p>Thank you</p>"));
        bank.createContext(
                "/connect/apart", exchange -> redirect(exchange, "/back#code=c&state=s%2B"));
        bank.createContext("/back", this::back);
        bank.createContext("/connect/posted", exchange -> page(exchange, 200, POSTED));
        bank.createContext("/gone", exchange -> page(exchange, 410, "<h1>used up</h1>"));
        bank.start();
    }

    @AfterEach
    void closes() {
        bank.stop(0);
    }

    @Test
    void allowsAsAPersonWouldAndTellsWhereThePersonSits() throws Exception {
        var way = new Browser(new Http()).consent(at("/connect/once"), "john1", "doe1");

        assertThat(way)
                .containsExactly(
                        at("/connect/once"),
                        at("/authorise?x=1"),
                        at("/login"),
                        at("/callback?code=c&state=s"));
        assertThat(seen)
                .contains("POST /login request=a%26b&username=john1&password=doe1&decision=allow")
                .allMatch(request -> !request.isEmpty());
    }

    @Test
    void postsWhatStandsBehindTheHashWithTheCookieOfItsTrip() throws Exception {
        var way = new Browser(new Http()).consent(at("/connect/apart"), "john1", "doe1");

        assertThat(way)
                .containsExactly(at("/connect/apart"), at("/back#code=c&state=s%2B"), at("/back"));
        assertThat(seen).contains("GET /back ", "POST /back code=c&state=s%2B");
    }

    @Test
    void sendsAFormThatSendsItself() throws Exception {
        new Browser(new Http()).consent(at("/connect/posted"), "john1", "doe1");

        assertThat(seen).contains("POST /login code=c");
    }

    @Test
    void saysWhereTheWayEnded() {
        assertThatThrownBy(() -> new Browser(new Http()).consent(at("/gone"), "john1", "doe1"))
                .isInstanceOf(Fault.class)
                .hasMessage(
                        "the consent of john1 ended at "
                                + at("/gone")
                                + " with status 410: used up");
    }

    private void back(HttpExchange exchange) throws IOException {
        assertThat(exchange.getRequestHeaders().getFirst("Cookie")).isEqualTo("trip=1");
        if (exchange.getRequestMethod().equals("POST")) {
            assertThat(exchange.getRequestHeaders().getFirst("Origin"))
                    .isEqualTo(at("").toString());
            page(exchange, 200, "<p>Thank you</p>");
        } else {
            page(exchange, 200, "<script>post(location.hash)</script><noscript>Please</noscript>");
        }
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + bank.getAddress().getPort() + path);
    }

    private void redirect(HttpExchange exchange, String to) throws IOException {
        exchange.getResponseHeaders().set("Location", to);
        exchange.getResponseHeaders()
                .set("Set-Cookie", "trip=1; Path=/back; HttpOnly; SameSite=Lax");
        page(exchange, 302, "");
    }

    private void page(HttpExchange exchange, int status, String html) throws IOException {
        assertThat(exchange.getRequestHeaders().getFirst("X-Forwarded-For"))
                .isEqualTo(Browser.CUSTOMER);
        var sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + sent);
        var body = html.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
