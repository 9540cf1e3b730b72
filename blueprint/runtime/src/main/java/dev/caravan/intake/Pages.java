package dev.caravan.intake;

import java.util.Map;

/** The plain pages a user sees at the end of a trip: they say how it went and nothing else. */
final class Pages {
    private static final Map<String, String> TEXTS =
            Map.of(
                    "connected", "Your account is connected. You can close this page.",
                    "declined", "You declined. Nothing was connected. You can close this page.",
                    "failed",
                            "That did not work. Nothing was connected. Please ask for a new link.",
                    "invalid", "This link is not valid any more. Please ask for a new one.",
                    "waiting", "The service is starting. Please try again in a moment.");

    private Pages() {}

    static String of(String outcome) {
        return """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer"><title>Caravan</title></head>
        <body><main><h1>%s</h1><p>%s</p></main></body>
        </html>
        """
                .formatted(
                        Character.toUpperCase(outcome.charAt(0)) + outcome.substring(1),
                        TEXTS.get(outcome));
    }
}
