package dev.caravan.sandbox.truelayer;

import static dev.caravan.sandbox.UserPages.escape;
import static dev.caravan.sandbox.UserPages.page;

import dev.caravan.sandbox.UserPages;
import dev.caravan.sandbox.http.Reply;

/**
 * The pages of the authorisation dialogue: plain HTML, no script but the submit of a form post.
 * Whatever came from outside is escaped, and no page may be framed. Stateless.
 */
final class LoginPage {
    private LoginPage() {}

    /**
     * @param hidden name of the field that carries the request
     * @param confirmOnly a page that asks for a yes and not for a login
     */
    static Reply ask(
            int status, String hidden, String value, boolean confirmOnly, String complaint) {
        return page(
                status,
                "Mock Bank",
                "<p>"
                        + escape(complaint)
                        + "</p><form method='post' action='/login'>"
                        + UserPages.hidden(hidden, value)
                        + (confirmOnly ? "<p>Do you still agree?</p>" : UserPages.LOGIN)
                        + UserPages.DECISION
                        + "</form>");
    }

    static Reply refusal(int status, String code, String description) {
        return page(status, code, "<p>" + escape(description) + "</p>");
    }
}
