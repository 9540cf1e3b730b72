package dev.caravan.sandbox.pockit;

import static dev.caravan.sandbox.UserPages.escape;
import static dev.caravan.sandbox.UserPages.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.UserPages;
import dev.caravan.sandbox.http.Reply;
import java.nio.charset.StandardCharsets;

/**
 * The pages that a user sees: plain HTML without script. Whatever came from outside is escaped, and
 * no page may be framed. Stateless.
 */
final class LoginPages {
    private LoginPages() {}

    /**
     * @param action where the form is sent to
     * @param complaint what went wrong the last time; empty at first
     */
    static Reply ask(int status, Intent intent, String action, String complaint) {
        return page(
                status,
                "Pockit, a twin of it",
                "<p>"
                        + escape(complaint)
                        + "</p>"
                        + asked(intent)
                        + "<form method='post' action='"
                        + escape(action)
                        + "'>"
                        + UserPages.LOGIN
                        + UserPages.DECISION
                        + "</form>");
    }

    static Reply refusal(int status, String what) {
        return page(status, "This does not work", "<p>" + escape(what) + "</p>");
    }

    /** A payment is allowed by somebody who has seen amount and payee. */
    private static String asked(Intent intent) {
        if (!intent.payment()) {
            return "<p>An application asks to see your accounts for 90 days.</p>";
        }
        JsonNode details =
                intent.payinfo().isEmpty()
                        ? Json.object()
                        : Json.parse(intent.payinfo().getBytes(StandardCharsets.UTF_8));
        return "<p>An application asks to pay <b class='amount'>"
                + escape(details.path("amount").asText("an amount it did not name"))
                + "</b> GBP to <b class='payee'>"
                + escape(details.path("creditor_name").asText("a payee it did not name"))
                + "</b>.</p>";
    }
}
