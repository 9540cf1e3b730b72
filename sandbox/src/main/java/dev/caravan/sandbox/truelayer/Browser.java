package dev.caravan.sandbox.truelayer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The user at the authorise page: opens a link, fills in the form, and answers where the browser is
 * sent next. Does not follow it there. Safe for use by many threads.
 */
public final class Browser {
    private static final Pattern HIDDEN =
            Pattern.compile("type='hidden' name='(request|link)' value='([^']*)'");
    private final HttpClient http = HttpClient.newHttpClient();

    /** Logs in and allows; the answer is the callback, with code and state. */
    public URI allow(URI link, String username, String password) {
        return decide(link, username, password, "allow");
    }

    /** Declines; the answer is the callback, with an error and state. */
    public URI decline(URI link) {
        return decide(link, "", "", "decline");
    }

    /** The page behind a link as text, with its status in front. */
    public HttpResponse<String> open(URI link) {
        return send(HttpRequest.newBuilder(link).build());
    }

    private URI decide(URI link, String username, String password, String decision) {
        HttpResponse<String> page = open(link);
        Matcher hidden = HIDDEN.matcher(page.body());
        if (!hidden.find()) {
            throw new IllegalStateException(page.statusCode() + " " + page.body());
        }
        String request = hidden.group(2).replace("&#39;", "'").replace("&amp;", "&");
        String form =
                hidden.group(1)
                        + "="
                        + encode(request)
                        + "&username="
                        + encode(username)
                        + "&password="
                        + encode(password)
                        + "&decision="
                        + decision;
        HttpResponse<String> answer =
                send(
                        HttpRequest.newBuilder(link.resolve("/login"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString(form))
                                .build());
        return answer.headers()
                .firstValue("location")
                .map(URI::create)
                .orElseThrow(() -> new IllegalStateException(answer.body()));
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
