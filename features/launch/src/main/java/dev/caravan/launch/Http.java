package dev.caravan.launch;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * One request at a time over HTTP, with the cookies of one browser. It never follows a redirect,
 * since the steps of a consent are exactly those redirects, and raises {@link IOException} when
 * there is no answer. Safe for several threads.
 */
final class Http {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** A command may work for as long as it was told to, a try for five minutes. */
    private static final Duration WORK = Duration.ofMinutes(6);

    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .cookieHandler(new CookieManager())
                    .connectTimeout(Duration.ofSeconds(5))
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    HttpResponse<String> get(URI address, String... headers)
            throws IOException, InterruptedException {
        return send(request(address, headers).GET());
    }

    HttpResponse<String> post(URI address, String type, String body, String... headers)
            throws IOException, InterruptedException {
        return send(
                request(address, headers)
                        .timeout(WORK)
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(URI address, String... headers) {
        var request = HttpRequest.newBuilder(address).timeout(PATIENCE);
        return headers.length == 0 ? request : request.headers(headers);
    }
}
