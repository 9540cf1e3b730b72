package dev.caravan.sandbox.pockit;

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
 * The user at the login page: opens a location, fills in the form, and answers where the browser is
 * sent next. Does not follow it there. Safe for use by many threads.
 */
public final class Browser {
    private static final Pattern ACTION = Pattern.compile("<form method='post' action='([^']*)'");
    private final HttpClient http = HttpClient.newHttpClient();

    /** Logs in and allows; the answer is the callback, with a code. */
    public URI allow(URI location, String username, String password) {
        return decide(location, username, password, "allow");
    }

    /** The same as one of the twin's users, such as user1. */
    public URI allow(URI location, String username) {
        return allow(location, username, username.replace("user", "word"));
    }

    /** Declines; the answer is the callback, with a code that is null. */
    public URI decline(URI location) {
        return decide(location, "", "", "decline");
    }

    /** Opens a location that approves by itself; the answer is the callback. */
    public URI follow(URI location) {
        return next(open(location));
    }

    /** The page behind a location as text. */
    public HttpResponse<String> open(URI location) {
        return send(HttpRequest.newBuilder(location).build());
    }

    /** Sends the form with what was typed in; the answer as it comes. */
    public HttpResponse<String> submit(
            URI location, String username, String password, String decision) {
        HttpResponse<String> page = open(location);
        Matcher action = ACTION.matcher(page.body());
        if (!action.find()) {
            return page;
        }
        String form =
                "username="
                        + URLEncoder.encode(username, StandardCharsets.UTF_8)
                        + "&password="
                        + URLEncoder.encode(password, StandardCharsets.UTF_8)
                        + "&decision="
                        + decision;
        return send(
                HttpRequest.newBuilder(location.resolve(action.group(1)))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build());
    }

    private URI decide(URI location, String username, String password, String decision) {
        return next(submit(location, username, password, decision));
    }

    private static URI next(HttpResponse<String> answer) {
        return answer.headers()
                .firstValue("location")
                .map(URI::create)
                .orElseThrow(
                        () -> new IllegalStateException(answer.statusCode() + " " + answer.body()));
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
}
