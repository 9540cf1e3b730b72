package dev.caravan.sandbox;

import dev.caravan.sandbox.http.Reply;
import java.util.Map;

/**
 * The pages that a provider shows to a user: plain HTML, no script but the submit of a form post.
 * Whatever came from outside is to be escaped, and no page may be framed. Stateless.
 */
public final class UserPages {
    private UserPages() {}

    /** The fields of a login. */
    public static final String LOGIN =
            "<label>Username <input name='username' autofocus></label>"
                    + "<label>Password <input name='password' type='password'></label>";

    /** The user's choice. */
    public static final String DECISION =
            "<button name='decision' value='allow'>Allow</button>"
                    + "<button name='decision' value='decline'>Decline</button>";

    /**
     * @param body HTML, with everything from outside escaped already
     */
    public static Reply page(int status, String title, String body) {
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

    /** The callback as a form that posts itself ({@code response_mode=form_post}). */
    public static Reply formPost(String target, Map<String, String> fields) {
        StringBuilder form = new StringBuilder();
        form.append("<form method='post' action='").append(escape(target)).append("'>");
        fields.forEach((name, value) -> form.append(hidden(name, value)));
        form.append("<button>Continue</button></form>");
        form.append("<script>document.forms[0].submit()</script>");
        return page(200, "Back to the application", form.toString());
    }

    /** A field that the user does not see. */
    public static String hidden(String name, String value) {
        return "<input type='hidden' name='" + escape(name) + "' value='" + escape(value) + "'>";
    }

    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&quot;");
    }
}
