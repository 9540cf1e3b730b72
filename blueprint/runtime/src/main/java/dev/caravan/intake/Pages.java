package dev.caravan.intake;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * The plain pages a user sees on a trip: they say how it went, and two of them send on what would
 * not reach us otherwise. Stateless.
 */
final class Pages {
    private static final int BUSY = 503;

    /** When a browser or a program should come again that met us in a busy moment. */
    static final int RETRY_SECONDS = 5;

    private static final Map<String, String> TEXTS =
            Map.ofEntries(
                    Map.entry("connected", "Your account is connected. You can close this page."),
                    Map.entry(
                            "declined",
                            "You declined. Nothing was connected. You can close this page."),
                    Map.entry(
                            "failed",
                            "That did not work. Nothing was connected. Please ask for a new link."),
                    Map.entry("renewed", "Your connection goes on. You can close this page."),
                    Map.entry(
                            "again",
                            "We were busy for a moment. Nothing is lost: please load this page"
                                    + " again."),
                    Map.entry(
                            "invalid",
                            "This link is not valid any more. Please ask for a new one."),
                    Map.entry(
                            "sent",
                            "Your payment was given to your bank. You can close this page."),
                    Map.entry("refused", "Your bank refused the payment. Nothing was paid."),
                    Map.entry(
                            "cancelled",
                            "You declined. Nothing was paid. You can close this page."),
                    Map.entry(
                            "unpaid",
                            "That did not work. Nothing was paid. Please ask for a new link."),
                    Map.entry(
                            "unclear",
                            "We do not know yet whether your payment was made. Please do not pay"
                                    + " again before you have heard from us."),
                    Map.entry("waiting", "The service is starting. Please try again in a moment."));

    /** Posts what is behind the # to where it is, and takes it out of the browser's history. */
    private static final String FRAGMENT =
            """
            (function () {
              var form = document.createElement('form');
              form.method = 'post';
              form.action = location.pathname;
              new URLSearchParams(location.hash.slice(1)).forEach(function (value, name) {
                var field = document.createElement('input');
                field.type = 'hidden';
                field.name = name;
                field.value = value;
                form.appendChild(field);
              });
              history.replaceState(null, '', location.pathname);
              document.body.appendChild(form);
              form.submit();
            })();
            """;

    /** The field of a form that says that it was posted again already. */
    static final String AGAIN = "caravan.again";

    private static final String SUBMIT = "document.forms[0].submit();";

    private static final String QUIET = "default-src 'none'; frame-ancestors 'none'";

    private Pages() {}

    /** The page at the end of a trip. */
    static void end(Exchange exchange, int status, String outcome) {
        head(exchange, status, QUIET);
        if (status == BUSY) {
            exchange.getMessage().setHeader("Retry-After", RETRY_SECONDS);
        }
        exchange.getMessage()
                .setBody(
                        html(
                                "<h1>"
                                        + Character.toUpperCase(outcome.charAt(0))
                                        + outcome.substring(1)
                                        + "</h1><p>"
                                        + TEXTS.get(outcome)
                                        + "</p>"));
    }

    /**
     * The page that asks whether the consent goes on; a click posts to its own address. No
     * form-action is set: browsers hold it against where the answer then leads, which is the bank.
     */
    static void confirm(Exchange exchange) {
        head(exchange, 200, QUIET + "; base-uri 'none'");
        exchange.getMessage()
                .setBody(
                        html(
                                "<h1>Still yes?</h1><p>You agreed that we may read your account"
                                        + " information. Do you agree that we go on?</p><form"
                                        + " method=\"post\"><button>Yes, go on</button></form><p>If"
                                        + " not, close this page: nothing changes.</p>"));
    }

    /** The page that posts the fragment of its own address; nothing of an address is in it. */
    static void fragment(Exchange exchange) {
        head(
                exchange,
                200,
                QUIET
                        + "; base-uri 'none'; form-action 'self'; script-src 'sha256-"
                        + sha256(FRAGMENT)
                        + "'");
        exchange.getMessage()
                .setBody(
                        html(
                                "<p>One moment, please.</p><noscript><p>Your bank's answer can only"
                                    + " be read with JavaScript. Please switch it on and load this"
                                    + " page again.</p></noscript><script>"
                                        + FRAGMENT
                                        + "</script>"));
    }

    /**
     * The page that posts the same fields once more, from our own origin: only then does the
     * browser send along what it kept of the trip.
     */
    static void again(Exchange exchange, String provider, Map<String, String> fields) {
        StringBuilder form =
                new StringBuilder("<form method=\"post\" action=\"" + escaped(provider) + "\">");
        fields.forEach((name, value) -> form.append(hidden(name, value)));
        form.append(hidden(AGAIN, "1"))
                .append("<noscript><button>Continue</button></noscript></form><script>")
                .append(SUBMIT)
                .append("</script>");
        head(
                exchange,
                200,
                QUIET
                        + "; base-uri 'none'; form-action 'self'; script-src 'sha256-"
                        + sha256(SUBMIT)
                        + "'");
        exchange.getMessage().setBody(html("<p>One moment, please.</p>" + form));
    }

    private static String hidden(String name, String value) {
        return "<input type=\"hidden\" name=\""
                + escaped(name)
                + "\" value=\""
                + escaped(value)
                + "\">";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static void head(Exchange exchange, int status, String policy) {
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "text/html; charset=utf-8");
        exchange.getMessage().setHeader("Cache-Control", "no-store");
        exchange.getMessage().setHeader("Referrer-Policy", "no-referrer");
        exchange.getMessage().setHeader("X-Content-Type-Options", "nosniff");
        exchange.getMessage().setHeader("Content-Security-Policy", policy);
    }

    private static String html(String main) {
        return """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer"><title>Caravan</title></head>
        <body><main>\
        """
                + main
                + """
                </main></body>
                </html>
                """;
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
