package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The client's public keys, from the settings or from its JWKS URL. A known kid is not fetched
 * again; an unknown one costs one fetch each time it is named. Safe for use by many threads.
 */
final class ClientKeys {
    private static final int MOST_BYTES = 65_536;
    private final Supplier<LeatherbackSettings> settings;
    private final Map<String, RSAPublicKey> known = new ConcurrentHashMap<>();
    private final AtomicLong fetches = new AtomicLong();

    /** One for all twins of a process: each client of the JDK keeps a thread. */
    private static final class Http {
        static final HttpClient CLIENT =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    }

    ClientKeys(Supplier<LeatherbackSettings> settings) {
        this.settings = settings;
    }

    /**
     * @throws IllegalArgumentException with the reason, when there is no such key
     */
    RSAPublicKey key(String kid) {
        LeatherbackSettings now = settings.get();
        Optional<RSAPublicKey> given = find(now.clientJwk(), kid);
        if (given.isPresent()) {
            return given.get();
        }
        RSAPublicKey cached = known.get(now.jwksUrl() + '#' + kid);
        if (cached != null) {
            return cached;
        }
        if (now.jwksUrl().isEmpty()) {
            throw new IllegalArgumentException(
                    "kid: no JWKS URL was agreed and " + kid + " is unknown");
        }
        RSAPublicKey fetched =
                find(fetch(URI.create(now.jwksUrl())), kid)
                        .orElseThrow(
                                () -> new IllegalArgumentException("kid: not in the JWKS: " + kid));
        known.put(now.jwksUrl() + '#' + kid, fetched);
        return fetched;
    }

    /** How often a JWKS was asked for. */
    long fetches() {
        return fetches.get();
    }

    private Optional<RSAPublicKey> find(String text, String kid) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        JsonNode tree = Json.parse(text.getBytes(StandardCharsets.UTF_8));
        Iterable<JsonNode> keys = tree.has("keys") ? tree.path("keys") : java.util.List.of(tree);
        for (JsonNode jwk : keys) {
            if (jwk.path("kid").asText().equals(kid)) {
                RSAPublicKey key = Jwk.read(jwk);
                if (settings.get().thumbprintKids() && !kid.equals(Jwk.thumbprint(key))) {
                    throw new IllegalArgumentException("kid: expected the RFC 7638 thumbprint");
                }
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    private String fetch(URI url) {
        fetches.incrementAndGet();
        HttpRequest request = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(5)).build();
        try {
            HttpResponse<InputStream> answer =
                    Http.CLIENT.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                if (answer.statusCode() != 200) {
                    throw new IllegalArgumentException("JWKS answered " + answer.statusCode());
                }
                return new String(body.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
            }
        } catch (IOException unreachable) {
            throw new IllegalArgumentException("JWKS cannot be fetched", unreachable);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalArgumentException("JWKS cannot be fetched", stopped);
        }
    }
}
