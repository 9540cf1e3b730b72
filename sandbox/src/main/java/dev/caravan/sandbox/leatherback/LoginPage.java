package dev.caravan.sandbox.leatherback;

import static dev.caravan.sandbox.UserPages.escape;
import static dev.caravan.sandbox.UserPages.page;

import dev.caravan.sandbox.UserPages;
import dev.caravan.sandbox.http.Reply;

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
                        + "'>"
                        + UserPages.hidden("link", link)
                        + UserPages.LOGIN
                        + UserPages.DECISION
                        + "</form>");
    }

    static Reply refusal(int status, String code, String description) {
        return page(status, code, "<p>" + escape(description) + "</p>");
    }
}
