package dev.caravan.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * What every answer of the console has around it: menu, heading, and headers under which a page may
 * load nothing but its own style and run no script at all. Safe for any number of threads.
 */
final class Frame {
    static final int OK = 200;

    private final String template = read("page.html");
    private final String style = read("style.css");

    /** The pages of the menu, each with its title. */
    static final Map<String, Page> PAGES = new LinkedHashMap<>();

    static {
        PAGES.put("overview", new OverviewPage());
        PAGES.put("providers", new ProvidersPage());
        PAGES.put("connections", new ConnectionsPage());
        PAGES.put("consents", new ConsentsPage());
        PAGES.put("runs", new PullsPage());
        PAGES.put("days", new DaysPage());
        PAGES.put("budget", new BudgetPage());
        PAGES.put("rejects", new RejectsPage());
        PAGES.put("inbox", new InboxPage());
    }

    private static String read(String name) {
        try (InputStream file = Frame.class.getResourceAsStream("/console/" + name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void style(Exchange exchange) {
        answer(exchange, OK, "text/css; charset=utf-8", style);
    }

    /** A page for whoever is not signed in, or has no business there. */
    void plain(Exchange exchange, int status, String title, String body) {
        html(exchange, status, title, "", body);
    }

    /**
     * A page of the menu.
     *
     * @param proof of the session, for the form that signs out
     */
    void page(Exchange exchange, int status, String page, String title, String proof, String body) {
        StringBuilder menu = new StringBuilder("<nav aria-label=\"Pages\"><ul>");
        PAGES.forEach(
                (path, each) ->
                        menu.append("<li><a href=\"/console/")
                                .append(path)
                                .append(path.equals(page) ? "\" aria-current=\"page\">" : "\">")
                                .append(Html.escaped(each.title()))
                                .append("</a></li>"));
        menu.append(
                        "</ul></nav><form method=\"post\" action=\"/console/logout\"><input"
                                + " type=\"hidden\" name=\"proof\" value=\"")
                .append(proof)
                .append("\"><button>Sign out</button></form>");
        html(exchange, status, title, menu.toString(), body);
    }

    private void html(Exchange exchange, int status, String title, String menu, String body) {
        // a title may come from an address; it must not name a place of the template
        String page =
                template.replace("{title}", Html.escaped(title).replace("{", "&#123;"))
                        .replace("{menu}", menu);
        int at = page.indexOf("{body}");
        answer(
                exchange,
                status,
                "text/html; charset=utf-8",
                page.substring(0, at) + body + page.substring(at + "{body}".length()));
    }

    static void on(Exchange exchange, String address) {
        answer(exchange, 303, "text/plain", "");
        exchange.getMessage().setHeader("Location", address);
    }

    private static void answer(Exchange exchange, int status, String type, String body) {
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, type);
        exchange.getMessage().setHeader("Cache-Control", "no-store");
        exchange.getMessage().setHeader("X-Content-Type-Options", "nosniff");
        exchange.getMessage().setHeader("Referrer-Policy", "same-origin");
        exchange.getMessage().setHeader("Cross-Origin-Opener-Policy", "same-origin");
        exchange.getMessage().setHeader("Cross-Origin-Resource-Policy", "same-origin");
        exchange.getMessage()
                .setHeader(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
                                + " frame-ancestors 'none'");
        exchange.getMessage().setBody(body);
    }
}
