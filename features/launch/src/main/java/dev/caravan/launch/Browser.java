package dev.caravan.launch;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The person who consents: opens a link, logs in at the bank and comes back, by redirects and
 * forms, as a browser does. Of scripts it knows two: one that sends the page's form, and one that
 * posts what stands behind the # of the page's address to that address. Raises {@link Fault} that
 * names the step where the way ended. Not for several threads at once.
 */
final class Browser {

    /**
     * An address for documentation (RFC 5737): a provider is told where its customer sits, and that
     * may never be a loopback address.
     */
    static final String CUSTOMER = "203.0.113.7";

    private static final int MOST_STEPS = 12;
    private static final Pattern FORM =
            Pattern.compile("<form\\b([^>]*)>(.*?)</form>", Pattern.DOTALL);
    private static final Pattern INPUT = Pattern.compile("<input\\b([^>]*)>");
    private static final Pattern BUTTON = Pattern.compile("<button\\b([^>]*)>");
    private static final String FORM_TYPE = "application/x-www-form-urlencoded";

    private final Http http;

    Browser(Http http) {
        this.http = http;
    }

    /**
     * Walks from {@code link} to the page that ends the consent.
     *
     * @return the addresses on the way, the last one being that page's
     */
    List<URI> consent(URI link, String login, String password)
            throws Fault, IOException, InterruptedException {
        var way = new ArrayList<URI>();
        way.add(link);
        var answer = open(link);
        var signedIn = false;
        while (way.size() < MOST_STEPS) {
            var here = way.get(way.size() - 1);
            if (answer.statusCode() / 100 == 3) {
                var next = here.resolve(answer.headers().firstValue("location").orElse(""));
                way.add(next);
                answer = open(next);
            } else if (answer.statusCode() == 200 && postsFragment(here, answer)) {
                signedIn = true;
                way.add(withoutFragment(here));
                answer = post(here, withoutFragment(here), here.getRawFragment());
            } else if (answer.statusCode() == 200
                    && hasForm(answer)
                    && (!signedIn || sendsItself(answer))) {
                signedIn = true;
                answer = submit(way, answer.body(), login, password);
            } else if (answer.statusCode() == 200 && signedIn) {
                return List.copyOf(way);
            } else {
                throw new Fault(
                        "the consent of "
                                + login
                                + " ended at "
                                + withoutQuery(here)
                                + " with status "
                                + answer.statusCode()
                                + ": "
                                + firstLine(answer.body()));
            }
        }
        throw new Fault("the consent of " + login + " went round in circles: " + way);
    }

    private HttpResponse<String> open(URI address) throws IOException, InterruptedException {
        return http.get(
                withoutFragment(address), "X-Forwarded-For", CUSTOMER, "Accept", "text/html");
    }

    private HttpResponse<String> post(URI page, URI target, String form)
            throws IOException, InterruptedException {
        return http.post(
                target,
                FORM_TYPE,
                form,
                "X-Forwarded-For",
                CUSTOMER,
                "Origin",
                page.getScheme() + "://" + page.getAuthority());
    }

    private static boolean postsFragment(URI here, HttpResponse<String> answer) {
        return here.getRawFragment() != null && answer.body().contains("location.hash");
    }

    private static boolean sendsItself(HttpResponse<String> answer) {
        return answer.body().contains(".submit()");
    }

    private static URI withoutFragment(URI address) {
        var text = address.toString();
        var cut = text.indexOf('#');
        return cut < 0 ? address : URI.create(text.substring(0, cut));
    }

    private static boolean hasForm(HttpResponse<String> answer) {
        return FORM.matcher(answer.body()).find();
    }

    private HttpResponse<String> submit(List<URI> way, String html, String login, String password)
            throws IOException, InterruptedException {
        var page = way.get(way.size() - 1);
        var form = FORM.matcher(html);
        form.find();
        var fields = new LinkedHashMap<String, String>();
        for (var input = INPUT.matcher(form.group(2)); input.find(); ) {
            var name = attribute(input.group(1), "name");
            if (!name.isEmpty()) {
                fields.put(name, value(input.group(1), name, login, password));
            }
        }
        // the first button is the one that allows
        var button = BUTTON.matcher(form.group(2));
        if (button.find() && !attribute(button.group(1), "name").isEmpty()) {
            fields.put(attribute(button.group(1), "name"), attribute(button.group(1), "value"));
        }
        var action = attribute(form.group(1), "action");
        var target = action.isEmpty() ? page : page.resolve(action);
        way.add(target);
        return post(page, target, encoded(fields));
    }

    private static String value(String input, String name, String login, String password) {
        return switch (name) {
            case "username", "user", "login" -> login;
            case "password" -> password;
            default -> attribute(input, "value");
        };
    }

    private static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String attribute(String tag, String name) {
        var found = Pattern.compile("\\b" + name + "\\s*=\\s*[\"']([^\"']*)[\"']").matcher(tag);
        return found.find()
                ? found.group(1)
                        .replace("&quot;", "\"")
                        .replace("&#39;", "'")
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&amp;", "&")
                : "";
    }

    private static String withoutQuery(URI address) {
        return address.getScheme() + "://" + address.getAuthority() + address.getPath();
    }

    private static String firstLine(String body) {
        var text =
                body.replaceAll("(?s)<style>.*?</style>|<[^>]*>", " ")
                        .replaceAll("\\s+", " ")
                        .strip();
        return text.length() > 400 ? text.substring(0, 400) : text;
    }
}
