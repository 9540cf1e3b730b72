package dev.caravan.signer;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The key sets of providers (RFC 7517), each kept for an hour and read anew once a minute at most
 * where a key id is unknown. An answer has to be whole in ten seconds, within a size and without a
 * redirect. Safe for any number of threads.
 */
public final class KeySets implements ResourceRetriever {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final long KEPT_MILLIS = Duration.ofHours(1).toMillis();

    /** Made-up key ids must not have us ask for ever. */
    private static final long UNKNOWN_MILLIS = Duration.ofMinutes(1).toMillis();

    private static final int MOST_BYTES = 262_144;
    private static final int OK = 200;

    private final Map<String, JWKSource<SecurityContext>> sources = new ConcurrentHashMap<>();
    private HttpClient http;

    /** The key set at a URL; nothing is read before a key of it is asked for. */
    public JWKSource<SecurityContext> at(String url) throws MalformedURLException {
        JWKSource<SecurityContext> known = sources.get(url);
        if (known != null) {
            return known;
        }
        JWKSource<SecurityContext> source =
                JWKSourceBuilder.<SecurityContext>create(new URL(url), this)
                        .cache(KEPT_MILLIS, DEADLINE.plusSeconds(5).toMillis())
                        .refreshAheadCache(false)
                        .rateLimited(UNKNOWN_MILLIS)
                        .build();
        JWKSource<SecurityContext> first = sources.putIfAbsent(url, source);
        return first == null ? source : first;
    }

    @Override
    public Resource retrieveResource(URL url) throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url.toString()))
                        .header("Accept", "application/jwk-set+json, application/json")
                        .build();
        CompletableFuture<HttpResponse<String>> answer =
                http().sendAsync(request, head -> new LimitedBody(MOST_BYTES));
        try {
            HttpResponse<String> set = answer.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
            if (set.statusCode() != OK) {
                throw new IOException("the key set answered " + set.statusCode());
            }
            return new Resource(set.body(), "application/json");
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("the key set was not complete after " + DEADLINE);
        } catch (ExecutionException e) {
            throw new IOException("the key set did not come", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped while waiting for the key set");
        }
    }

    /** Made when it is first needed: most providers have no key set, and a client has threads. */
    private synchronized HttpClient http() {
        if (http == null) {
            http =
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .followRedirects(HttpClient.Redirect.NEVER)
                            .connectTimeout(DEADLINE)
                            .build();
        }
        return http;
    }
}
