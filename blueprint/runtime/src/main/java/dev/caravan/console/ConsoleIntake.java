package dev.caravan.console;

import dev.caravan.desk.Commands;
import dev.caravan.intake.AdminKey;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/**
 * The console over HTTP: a sign-in with the admin key, then pages of what the desk says. A page
 * holds no script and may load nothing from elsewhere; a form counts only where our own page posted
 * it. Safe for any number of threads.
 */
public final class ConsoleIntake {
    private static final String COOKIE = "caravan-console";
    private static final int OK = 200;
    private static final int ON = 303;
    private static final int FORBIDDEN = 403;
    private static final int MISSING = 404;

    private final AdminKey key;
    private final Commands desk;
    private final Console console;
    private final Sessions sessions;
    private final String template = read("page.html");
    private final String style = read("style.css");

    public ConsoleIntake(AdminKey key, Commands desk, Clock clock) {
        this.key = key;
        this.desk = desk;
        this.console = new Console(desk);
        this.sessions = new Sessions(clock);
        key.whenChanged(sessions::endAll);
    }

    private static String read(String name) {
        try (InputStream file = ConsoleIntake.class.getResourceAsStream("/console/" + name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code GET /console/style.css}. */
    public void style(Exchange exchange) {
        answer(exchange, OK, "text/css; charset=utf-8", style);
    }

    /** {@code GET /console} and {@code GET /console/PAGE}. */
    public void page(Exchange exchange) {
        HttpServerRequest request = request(exchange);
        if (!sessions.lasts(session(request))) {
            html(exchange, OK, "Sign in", "", signIn(""));
            return;
        }
        String path = request.path();
        String page =
                path.endsWith("/console") ? "overview" : path.substring(path.lastIndexOf('/') + 1);
        String body = console.body(page, request.getParam("id"));
        if (body == null) {
            html(exchange, MISSING, "No such page", menu(""), "<p>The menu has all there are.</p>");
            return;
        }
        if (page.equals("inbox")) {
            body = REPLAY + body;
        }
        html(exchange, OK, Console.PAGES.get(page), menu(page), body);
    }

    private static final String REPLAY =
            "<form method=\"post\" action=\"/console/inbox/replay\"><label for=\"event\">Work on an"
                + " event anew: its id</label><input id=\"event\" name=\"id\" inputmode=\"numeric\""
                + " required pattern=\"[0-9]+\"> <button>Replay</button></form>";

    /** {@code POST /console/login} with the admin key as {@code key}. */
    public void login(Exchange exchange) {
        if (!ours(request(exchange))) {
            html(exchange, FORBIDDEN, "Sign in", "", signIn("That came from another page."));
        } else if (key.fits("Bearer " + field(exchange, "key"))) {
            on(exchange, sessions.begin(), "/console/overview");
        } else {
            html(exchange, FORBIDDEN, "Sign in", "", signIn("That is not the key."));
        }
    }

    /** {@code POST /console/logout}. */
    public void logout(Exchange exchange) {
        if (ours(request(exchange))) {
            sessions.end(session(request(exchange)));
        }
        on(exchange, "", "/console");
    }

    /** {@code POST /console/inbox/replay} with the {@code id} of an event. */
    public void replay(Exchange exchange) {
        HttpServerRequest request = request(exchange);
        if (!ours(request) || !sessions.lasts(session(request))) {
            html(exchange, FORBIDDEN, "Sign in", "", signIn(""));
            return;
        }
        String said = desk.run(List.of("inbox", field(exchange, "id"), "--replay")).remark();
        html(
                exchange,
                OK,
                "Inbox",
                menu("inbox"),
                "<p role=\"status\">"
                        + Html.escaped(said)
                        + "</p>"
                        + REPLAY
                        + console.body("inbox", null));
    }

    private static HttpServerRequest request(Exchange exchange) {
        return exchange.getMessage(HttpMessage.class).getRequest();
    }

    private static String session(HttpServerRequest request) {
        Cookie cookie = request.getCookie(COOKIE);
        return cookie == null ? null : cookie.getValue();
    }

    /** A browser says where a form came from; one of another site is not taken. */
    private static boolean ours(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        return origin != null && origin.equals(request.scheme() + "://" + request.authority());
    }

    private static String field(Exchange exchange, String name) {
        for (String pair : exchange.getMessage().getBody(String.class).split("&")) {
            if (pair.startsWith(name + "=")) {
                return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private static String signIn(String said) {
        return (said.isEmpty() ? "" : "<p role=\"alert\">" + said + "</p>")
                + "<form method=\"post\" action=\"/console/login\"><label for=\"key\">The key in"
                + " etc/caravan.admin.key</label><input id=\"key\" name=\"key\" type=\"password\""
                + " autocomplete=\"current-password\" required autofocus> <button>Sign"
                + " in</button></form>";
    }

    private static String menu(String page) {
        StringBuilder menu = new StringBuilder("<nav aria-label=\"Pages\"><ul>");
        Console.PAGES.forEach(
                (path, title) ->
                        menu.append("<li><a href=\"/console/")
                                .append(path)
                                .append(path.equals(page) ? "\" aria-current=\"page\">" : "\">")
                                .append(title)
                                .append("</a></li>"));
        return menu.append(
                        "</ul></nav><form method=\"post\" action=\"/console/logout\"><button>Sign"
                                + " out</button></form>")
                .toString();
    }

    private void html(Exchange exchange, int status, String title, String menu, String body) {
        answer(
                exchange,
                status,
                "text/html; charset=utf-8",
                template.replace("{title}", title).replace("{menu}", menu).replace("{body}", body));
    }

    private static void on(Exchange exchange, String session, String address) {
        answer(exchange, ON, "text/plain", "");
        exchange.getMessage().setHeader("Location", address);
        exchange.getMessage()
                .setHeader(
                        "Set-Cookie",
                        COOKIE
                                + "="
                                + session
                                + "; Path=/console; HttpOnly; SameSite=Strict; Max-Age="
                                + (session.isEmpty() ? 0 : Sessions.LIFE.toSeconds()));
    }

    private static void answer(Exchange exchange, int status, String type, String body) {
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, type);
        exchange.getMessage().setHeader("Cache-Control", "no-store");
        exchange.getMessage().setHeader("X-Content-Type-Options", "nosniff");
        exchange.getMessage().setHeader("Referrer-Policy", "same-origin");
        exchange.getMessage()
                .setHeader(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
                                + " frame-ancestors 'none'");
        exchange.getMessage().setBody(body);
    }
}
