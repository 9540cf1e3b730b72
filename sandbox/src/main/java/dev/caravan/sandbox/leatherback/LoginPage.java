package dev.caravan.sandbox.leatherback;

import dev.caravan.sandbox.http.Reply;
import java.util.Map;

/**
 * The pages of the authorization app: plain HTML, no script but the submit of a form post. Whatever
 * came from outside is escaped, and no page may be framed. Stateless.
 */
final class LoginPage {
    private LoginPage() {}

    static Reply ask(int status, String action, String link, Consent consent, String complaint) {
        StringBuilder wishes = new StringBuilder("<ul>");
        consent.permissions().forEach(one -> wishes.append("<li>").append(escape(one)));
        return page(
                status,
                "Leatherback twin",
                "<p>"
                        + escape(complaint)
                        + "</p><p>An application wants to read:</p>"
                        + wishes
                        + "</ul><form method='post' action='"
                        + escape(action)
                        + "'><input type='hidden' name='link' value='"
                        + escape(link)
                        + "'><label>Username <input name='username' autofocus></label>"
                        + "<label>Password <input name='password' type='password'></label>"
                        + "<button name='decision' value='allow'>Allow</button>"
                        + "<button name='decision' value='decline'>Decline</button></form>");
    }

    static Reply refusal(int status, String code, String description) {
        return page(status, code, "<p>" + escape(description) + "</p>");
    }

    /** The callback as a form that posts itself. */
    static Reply formPost(String target, Map<String, String> fields) {
        StringBuilder form = new StringBuilder();
        form.append("<form method='post' action='").append(escape(target)).append("'>");
        fields.forEach(
                (name, value) ->
                        form.append("<input type='hidden' name='")
                                .append(escape(name))
                                .append("' value='")
                                .append(escape(value))
                                .append("'>"));
        form.append("<button>Continue</button></form>");
        form.append("<script>document.forms[0].submit()</script>");
        return page(200, "Back to the application", form.toString());
    }

    private static Reply page(int status, String title, String body) {
        return Reply.html(
                        status,
                        "<!doctype html><meta charset='utf-8'><title>"
                                + escape(title)
                                + "</title><style>body{font:16px sans-serif;max-width:24rem;"
                                + "margin:4rem auto}label{display:block;margin:.5rem 0}</style>"
                                + "<h1>"
                                + escape(title)
                                + "</h1>"
                                + body)
                .header("Content-Security-Policy", "frame-ancestors 'none'")
                .header("Cache-Control", "no-store");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&quot;");
    }
}
