package dev.caravan.inbox;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Base64URL;
import dev.caravan.faults.Fault;
import dev.caravan.faults.TransientFault;
import dev.caravan.signer.KeySets;
import java.io.ByteArrayOutputStream;
import java.net.MalformedURLException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A detached JWS (RFC 7515 appendix F) in a header, over method, path, named headers and body. The
 * algorithm and where keys come from are fixed by settings, never by the post: its {@code jku} must
 * be one of ours to the letter. Safe for any number of threads.
 */
final class JwsVerifier implements Verifier {
    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9_-]{1,4096})\\.\\.([A-Za-z0-9_-]{1,1024})");

    private final String provider;
    private final String header;
    private final JWSAlgorithm algorithm;
    private final Map<String, JWKSource<SecurityContext>> keys;
    private final String covers;
    private final String version;

    /**
     * @param header the header that holds the signature
     * @param keys the key sets that may be named, by their URL
     * @param covers the parameter of the signature's own header that lists the headers it covers
     * @param version a parameter and its value that the signature must have, {@code name=value}; or
     *     empty
     */
    JwsVerifier(
            String provider,
            String header,
            JWSAlgorithm algorithm,
            Map<String, JWKSource<SecurityContext>> keys,
            String covers,
            String version) {
        this.provider = provider;
        this.header = header;
        this.algorithm = algorithm;
        this.keys = Map.copyOf(keys);
        this.covers = covers;
        this.version = version;
    }

    static JwsVerifier of(String provider, Map<String, String> settings, KeySets sets) {
        Map<String, JWKSource<SecurityContext>> keys = new HashMap<>();
        for (String url : InboxSettings.needed(provider, settings, "webhook.jku").split("\\s+")) {
            try {
                keys.put(url, sets.at(url));
            } catch (MalformedURLException e) {
                throw InboxSettings.wrong(provider, "webhook.jku", "is no URL");
            }
        }
        String alg = settings.getOrDefault("webhook.alg", "ES512").strip();
        if (!alg.matches("ES(256|384|512)")) {
            throw InboxSettings.wrong(provider, "webhook.alg", "expected ES256, ES384 or ES512");
        }
        return new JwsVerifier(
                provider,
                InboxSettings.needed(provider, settings, "webhook.header"),
                JWSAlgorithm.parse(alg),
                keys,
                settings.getOrDefault("webhook.jws.headers", "headers").strip(),
                settings.getOrDefault("webhook.jws.version", "").strip());
    }

    /** Who knows the address is genuine; a signature that is there all the same must be good. */
    static Verifier whereSigned(String provider, Map<String, String> settings, KeySets sets) {
        if (settings.getOrDefault("webhook.jku", "").isBlank()) {
            return BY_ADDRESS;
        }
        JwsVerifier signed = of(provider, settings, sets);
        return post -> post.header(signed.header) == null ? null : signed.flaw(post);
    }

    @Override
    public String flaw(Post post) {
        String signature = post.header(header);
        if (signature == null) {
            return "unsigned";
        }
        Matcher form = FORM.matcher(signature);
        if (!form.matches()) {
            return "forged";
        }
        try {
            JWSHeader said = JWSHeader.parse(new Base64URL(form.group(1)));
            return fits(said) && signed(said, form.group(1), form.group(2), post) ? null : "forged";
        } catch (ParseException | IllegalArgumentException | JOSEException e) {
            return "forged";
        }
    }

    private boolean fits(JWSHeader said) {
        String[] wanted = version.split("=", 2);
        return algorithm.equals(said.getAlgorithm())
                && said.getKeyID() != null
                && said.getJWKURL() != null
                && keys.containsKey(said.getJWKURL().toString())
                && (version.isEmpty()
                        || wanted[wanted.length - 1].equals(said.getCustomParam(wanted[0])));
    }

    private boolean signed(JWSHeader said, String head, String signature, Post post)
            throws JOSEException {
        String path = post.path();
        // some senders sign the path with, some without a slash at its end
        String other = path.endsWith("/") ? path.substring(0, path.length() - 1) : path + "/";
        for (ECKey key : keys(said)) {
            ECDSAVerifier verifier = new ECDSAVerifier(key);
            verifier.getJCAContext().setProvider(Es512.provider());
            for (String each : List.of(path, other)) {
                byte[] payload = payload(said, post, each);
                if (payload != null
                        && verifier.verify(
                                said,
                                (head + "." + Base64URL.encode(payload))
                                        .getBytes(StandardCharsets.US_ASCII),
                                new Base64URL(signature))) {
                    return true;
                }
            }
        }
        return false;
    }

    private List<ECKey> keys(JWSHeader said) {
        Curve curve = Curve.forJWSAlgorithm(algorithm).iterator().next();
        JWKMatcher fitting =
                new JWKMatcher.Builder()
                        .keyType(KeyType.EC)
                        .curve(curve)
                        .keyID(said.getKeyID())
                        .build();
        try {
            return keys
                    .get(said.getJWKURL().toString())
                    .get(new JWKSelector(fitting), null)
                    .stream()
                    .map(JWK::toECKey)
                    .toList();
        } catch (RateLimitReachedException e) {
            // made-up key ids must not make us ask the provider again and again
            return List.of();
        } catch (KeySourceException e) {
            throw new TransientFault(
                    new Fault.Account(
                            "CARAVAN-PROVIDER",
                            provider,
                            "the key set of webhook.jku",
                            "did not come",
                            "the post is not acknowledged; its sender tries again",
                            null));
        }
    }

    /** What was signed; null where a header that the signature covers is missing. */
    private byte[] payload(JWSHeader said, Post post, String path) {
        StringBuilder start = new StringBuilder(post.method() + " " + path + "\n");
        Object names = said.getCustomParam(covers);
        for (String name : String.valueOf(names == null ? "" : names).split(",")) {
            if (!name.isEmpty()) {
                if (post.header(name) == null) {
                    return null;
                }
                start.append(name).append(": ").append(post.header(name)).append('\n');
            }
        }
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.writeBytes(start.toString().getBytes(StandardCharsets.UTF_8));
        payload.writeBytes(post.body());
        return payload.toByteArray();
    }
}
