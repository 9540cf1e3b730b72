package dev.caravan.sandbox.leatherback;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The customer at the authorization app: opens a link, fills in the form and answers where the
 * browser is sent next, without following. Safe for use by many threads.
 */
public final class Browser {
    private static final Pattern ACTION = Pattern.compile("<form method='post' action='([^']*)'");
    private static final Pattern HIDDEN =
            Pattern.compile("type='hidden' name='([^']*)' value='([^']*)'");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** The first customer logs in and allows. */
    public Callback allow(URI link) {
        return allow(link, "customer1");
    }

    /** {@code customer<n>} logs in and allows. */
    public Callback allow(URI link, String login) {
        return decide(link, login, login.replace("customer", "pass"), "allow");
    }

    /** Declines without a login. */
    public Callback decline(URI link) {
        return decide(link, "", "", "decline");
    }

    /** The page behind a link. */
    public HttpResponse<String> open(URI link) {
        return send(HttpRequest.newBuilder(link).build());
    }

    /**
     * Goes where the callback leads, as a browser would: a GET of the query, a POST of the form. A
     * fragment stays in the browser, so the page is fetched without it and its script is not run.
     */
    public HttpResponse<String> deliver(Callback callback) {
        if (callback.mode() != ResponseMode.FORM_POST) {
            URI location = callback.location();
            boolean fragment = callback.mode() == ResponseMode.FRAGMENT;
            return open(fragment ? callback.target() : location);
        }
        return send(form(callback.target(), callback.encoded()));
    }

    private Callback decide(URI link, String username, String password, String decision) {
        HttpResponse<String> page = open(link);
        Map<String, String> hidden = hidden(page.body());
        if (!hidden.containsKey("link")) {
            throw new IllegalStateException(page.statusCode() + " " + page.body());
        }
        String form =
                "link="
                        + encode(hidden.get("link"))
                        + "&username="
                        + encode(username)
                        + "&password="
                        + encode(password)
                        + "&decision="
                        + decision;
        HttpResponse<String> answer = send(form(link.resolve(action(page.body())), form));
        return answer.headers()
                .firstValue("location")
                .map(location -> read(URI.create(location)))
                .orElseGet(() -> posted(answer));
    }

    private static Callback posted(HttpResponse<String> page) {
        if (page.statusCode() != 200 || !page.body().contains("forms[0].submit()")) {
            throw new IllegalStateException(page.statusCode() + " " + page.body());
        }
        URI target = URI.create(action(page.body()));
        return new Callback(ResponseMode.FORM_POST, target, hidden(page.body()));
    }

    private static Callback read(URI location) {
        boolean fragment = location.getRawFragment() != null;
        String raw = fragment ? location.getRawFragment() : location.getRawQuery();
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : raw.split("&")) {
            String[] sides = pair.split("=", 2);
            parameters.put(sides[0], URLDecoder.decode(sides[1], StandardCharsets.UTF_8));
        }
        String target = location.toString().split(fragment ? "#" : "\\?")[0];
        ResponseMode mode = fragment ? ResponseMode.FRAGMENT : ResponseMode.QUERY;
        return new Callback(mode, URI.create(target), parameters);
    }

    private static String action(String page) {
        Matcher action = ACTION.matcher(page);
        return action.find() ? plain(action.group(1)) : "";
    }

    private static Map<String, String> hidden(String page) {
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher matcher = HIDDEN.matcher(page);
        while (matcher.find()) {
            fields.put(plain(matcher.group(1)), plain(matcher.group(2)));
        }
        return fields;
    }

    private static String plain(String escaped) {
        return escaped.replace("&#39;", "'")
                .replace("&quot;", "\"")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
    }

    private static HttpRequest form(URI target, String body) {
        return HttpRequest.newBuilder(target)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
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
