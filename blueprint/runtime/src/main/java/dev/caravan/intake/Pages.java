package dev.caravan.intake;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * The plain pages a user sees on a trip: they say how it went, and one of them sends on what a
 * server does not get to see. Stateless.
 */
final class Pages {
    private static final Map<String, String> TEXTS =
            Map.of(
                    "connected", "Your account is connected. You can close this page.",
                    "declined", "You declined. Nothing was connected. You can close this page.",
                    "failed",
                            "That did not work. Nothing was connected. Please ask for a new link.",
                    "invalid", "This link is not valid any more. Please ask for a new one.",
                    "waiting", "The service is starting. Please try again in a moment.");

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

    private static final String QUIET = "default-src 'none'; frame-ancestors 'none'";

    private Pages() {}

    /** The page at the end of a trip. */
    static void end(Exchange exchange, int status, String outcome) {
        head(exchange, status, QUIET);
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
