package dev.caravan.console;

import dev.caravan.desk.Answer;
import dev.caravan.desk.Commands;
import dev.caravan.intake.AdminKey;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/**
 * The console over HTTP: a sign-in with the admin key, then pages of what the desk says. A form
 * counts only where our own page posted it, in the session that the page was made for. Safe for any
 * number of threads.
 */
public final class ConsoleIntake {
    private static final String COOKIE = "caravan-console";
    private static final String HOME = "/console/overview";
    private static final int FORBIDDEN = 403;
    private static final int MISSING = 404;
    private static final int BUSY = 503;

    private final AdminKey key;
    private final Commands desk;
    private final Sessions sessions;
    private final Frame frame = new Frame();

    public ConsoleIntake(AdminKey key, Commands desk, Clock clock) {
        this.key = key;
        this.desk = desk;
        this.sessions = new Sessions(clock);
        key.whenChanged(sessions::endAll);
    }

    /** {@code GET /console/style.css}. */
    public void style(Exchange exchange) {
        frame.style(exchange);
    }

    /** {@code GET /console} and {@code GET /console/PAGE}. */
    public void page(Exchange exchange) {
        HttpServerRequest request = request(exchange);
        Sessions.Session session = sessions.of(cookie(request));
        if (session == null) {
            frame.plain(exchange, Frame.OK, "Sign in", signIn("", back(request.uri())));
            return;
        }
        String path = request.path();
        String name =
                path.endsWith("/console") ? "overview" : path.substring(path.lastIndexOf('/') + 1);
        Page page = Frame.PAGES.get(name);
        Look look = new Look(desk, request::getParam, session.proof(), back(request.uri()));
        String body = page == null ? null : page.body(look);
        if (body == null) {
            frame.page(
                    exchange,
                    MISSING,
                    name,
                    "There is no such page",
                    session.proof(),
                    "<p>Nothing has that name or id. It may be gone since, or the address was cut"
                            + " off; the menu has all pages.</p>");
            return;
        }
        String said = session.said();
        frame.page(
                exchange,
                look.trouble() == null ? Frame.OK : BUSY,
                name,
                page.title() + (look.get("id").isEmpty() ? "" : ": " + look.get("id")),
                session.proof(),
                (said.isEmpty() ? "" : "<p role=\"status\">" + Html.escaped(said) + "</p>")
                        + trouble(look)
                        + body);
    }

    private static String trouble(Look look) {
        return look.trouble() == null
                ? ""
                : "<p role=\"alert\">The store does not answer, so this page knows only what needs"
                        + " no store. Pulls wait and go on by themselves when it is back. What it"
                        + " says: "
                        + Html.escaped(look.trouble())
                        + " What to do about the code is in docs/errors.md; reload this page"
                        + " then.</p>";
    }

    /** {@code POST /console/login} with the admin key as {@code key}. */
    public void login(Exchange exchange) {
        Form form = Form.of(exchange);
        String next = back(form.get("back"));
        if (!ours(request(exchange))) {
            refuse(exchange, "That came from another page.", next);
        } else if (key.fits("Bearer " + form.get("key"))) {
            on(exchange, sessions.begin(), next);
        } else {
            refuse(exchange, "That is not the key.", next);
        }
    }

    /** {@code POST /console/logout}. */
    public void logout(Exchange exchange) {
        HttpServerRequest request = request(exchange);
        Form form = Form.of(exchange);
        Sessions.Session session = sessions.of(cookie(request));
        if (session == null) {
            on(exchange, "", "/console");
        } else if (ours(request) && session.fits(form.get("proof"))) {
            sessions.end(cookie(request));
            on(exchange, "", "/console");
        } else {
            refuse(exchange, "That came from another page; nothing was done.", HOME);
        }
    }

    /** {@code POST /console/act}: one of {@link Act} for an {@code id}, then back to the page. */
    public void act(Exchange exchange) {
        HttpServerRequest request = request(exchange);
        Form form = Form.of(exchange);
        Sessions.Session session = sessions.of(cookie(request));
        String back = back(form.get("back"));
        if (session == null) {
            refuse(exchange, "You are not signed in any more; nothing was done.", back);
            return;
        }
        if (!ours(request) || !session.fits(form.get("proof"))) {
            refuse(exchange, "That came from another page; nothing was done.", back);
            return;
        }
        List<String> words = Act.words(form.get("act"), form.get("id"));
        Answer answer = words.isEmpty() ? null : desk.run(words, "console");
        session.say(
                answer == null
                        ? "There is no such thing to do; nothing was done."
                        : answer.remark().isEmpty() ? "Done." : answer.remark());
        Frame.on(exchange, back);
    }

    private void refuse(Exchange exchange, String why, String back) {
        frame.plain(exchange, FORBIDDEN, "Sign in", signIn(why, back));
    }

    private static HttpServerRequest request(Exchange exchange) {
        return exchange.getMessage(HttpMessage.class).getRequest();
    }

    private static String cookie(HttpServerRequest request) {
        Cookie cookie = request.getCookie(COOKIE);
        return cookie == null ? null : cookie.getValue();
    }

    /** A browser says where a form came from; one of another site is not taken. */
    private static boolean ours(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        return origin != null && origin.equals(request.scheme() + "://" + request.authority());
    }

    /** A page of ours to go to; anything else is the first one. */
    private static String back(String address) {
        return address.matches("/console/[a-z]+(\\?[\\x21-\\x7e&&[^\"<>\\\\]]*)?") ? address : HOME;
    }

    private static String signIn(String said, String back) {
        return (said.isEmpty() ? "" : "<p role=\"alert\">" + said + "</p>")
                + "<form class=\"signin\" method=\"post\" action=\"/console/login\"><input"
                + " type=\"hidden\" name=\"back\" value=\""
                + Html.escaped(back)
                + "\"><label for=\"key\">The key of this installation</label><input id=\"key\""
                + " name=\"key\" type=\"password\" autocomplete=\"current-password\" required"
                + " autofocus aria-describedby=\"where\"><p id=\"where\"><small>It is in the file"
                + " <code>etc/caravan.admin.key</code>.</small></p><button>Sign in</button></form>";
    }

    private static void on(Exchange exchange, String session, String address) {
        Frame.on(exchange, address);
        exchange.getMessage()
                .setHeader(
                        "Set-Cookie",
                        COOKIE
                                + "="
                                + session
                                + "; Path=/console; HttpOnly; SameSite=Strict; Max-Age="
                                + (session.isEmpty() ? 0 : Sessions.LIFE.toSeconds()));
    }
}
