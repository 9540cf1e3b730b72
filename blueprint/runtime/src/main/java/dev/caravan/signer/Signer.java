package dev.caravan.signer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.caravan.faults.SetupFault;
import dev.caravan.vault.References;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.camel.Exchange;

/**
 * The verb that signs and checks signatures, as JWS (RFC 7515), by profiles: the settings {@code
 * sign.PROFILE.*}, whose values may hold references. The algorithm and the keys come from the
 * profile, never from data, and nothing that it signed or read is in a log, a fault or a property.
 * Safe for any number of threads.
 *
 * <p>All: {@code alg}; {@code secret} or {@code key} (PKCS#8 in PEM), {@code .next} behind each for
 * the one to come, {@code use} = current or next; {@code kid} a text, {@code thumbprint} (RFC 7638)
 * or nothing; {@code typ} (JWT); {@code publish} = true puts the public keys into {@link #jwks}.
 *
 * <p>{@link #bearer} and {@link #token}: {@code life} (300) and {@code back} (0) in seconds, {@code
 * nbf} and {@code jti} = true. Bearer alone: {@code claim.NAME}, {@code margin} (60) in seconds.
 *
 * <p>{@link #request}: {@code header} (x-jws-signature), {@code member.NAME}, {@code iat} = SECONDS
 * or MILLIS, {@code get} = EMPTY_OBJECT, EMPTY or QUERY_OBJECT, {@code path.query} = true, {@code
 * certificate} and {@code secret.form} = PEM_EXACT, PEM_TRIMMED, PEM_CRLF, B64_BODY or DER.
 *
 * <p>{@link #idToken}: {@code jwks} (URL), {@code iss}, {@code aud}, {@code leeway} (60), {@code
 * claim.NAME}, {@code opaque} = refuse or allow.
 */
public final class Signer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LIFE = 300;
    private static final int MARGIN = 60;

    private final String provider;
    private final Map<String, String> settings;
    private final References references;
    private final Clock clock;
    private final SelfSigned selfSigned;
    private final RequestSignature requests;
    private final IdTokens idTokens;

    public Signer(
            String provider, Map<String, String> settings, References references, Clock clock) {
        this.provider = provider;
        this.settings = settings;
        this.references = references;
        this.clock = clock;
        this.selfSigned = new SelfSigned(clock);
        this.requests = new RequestSignature(clock);
        this.idTokens = new IdTokens(provider, clock);
    }

    private Profile profile(Exchange exchange, String name) {
        return new Profile(provider, name, settings, references, exchange);
    }

    /**
     * Sets the header {@code Authorization} to a self-signed bearer token, signed once and kept
     * until less than {@code margin} is left. A refused one is replaced: where the property {@code
     * refused.signed} is there, or {@code refused.token} is the {@code token.generation} that this
     * sets.
     */
    public void bearer(Exchange exchange, String profile) {
        Profile signing = profile(exchange, profile);
        Map<String, String> claims = signing.below("claim");
        SelfSigned.Key key =
                new SelfSigned.Key(
                        profile + signing.inUse(), References.connection(exchange), claims);
        if (exchange.removeProperty("refused.signed") != null) {
            selfSigned.forget(key);
        }
        SelfSigned.Token token =
                selfSigned.of(
                        key,
                        signing.seconds("life", LIFE),
                        signing.seconds("margin", MARGIN),
                        exchange.getProperty("refused.token", Long.class),
                        () -> jwt(signing, new LinkedHashMap<>(claims)));
        exchange.setProperty("token.generation", token.number());
        exchange.setProperty("token.refreshed", token.made());
        exchange.getMessage().setHeader("Authorization", "Bearer " + token.text());
    }

    /**
     * Signs the body, a JSON object of claims, with {@code iat}, {@code exp} and what else of time
     * and id the profile says; the body becomes the compact JWT.
     */
    public void token(Exchange exchange, String profile) {
        Profile signing = profile(exchange, profile);
        Map<String, Object> claims;
        try {
            claims =
                    JSON.readValue(
                            exchange.getMessage().getBody(String.class), new TypeReference<>() {});
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw signing.odd("alg", "is to sign a body that is no JSON object of claims");
        }
        exchange.getMessage().setBody(jwt(signing, claims));
    }

    private String jwt(Profile profile, Map<String, Object> claims) {
        long now = clock.instant().getEpochSecond();
        long issued = now - profile.seconds("back", 0);
        claims.put("iat", issued);
        if (profile.flag("nbf")) {
            claims.put("nbf", issued);
        }
        claims.put("exp", now + profile.seconds("life", LIFE));
        if (profile.flag("jti")) {
            claims.put("jti", UUID.randomUUID().toString());
        }
        JWSSigner signer = Keys.signer(profile);
        JWSHeader header =
                new JWSHeader.Builder(profile.algorithm())
                        .type(new JOSEObjectType(profile.text("typ", "JWT")))
                        .keyID(Keys.id(profile, profile.inUse()))
                        .build();
        Payload payload = new Payload(JSON.valueToTree(claims).toString());
        return Keys.fitting(
                profile,
                () -> {
                    JWSObject jws = new JWSObject(header, payload);
                    jws.sign(signer);
                    return jws.serialize();
                });
    }

    /**
     * Signs the request that the message is: its path, and its body or what the profile takes for
     * none. Last before the call, behind every header; a repeated call is signed again.
     *
     * @throws SetupFault where the path is not in {@code CamelHttpPath}
     */
    public void request(Exchange exchange, String profile) {
        requests.sign(exchange, profile(exchange, profile));
    }

    /**
     * Looks at the id_token of the trip, the property {@code journey.param.id_token}, and sets the
     * property {@code id_token_verified}: false where it is opaque and that is allowed.
     *
     * @throws dev.caravan.faults.IdTokenFault where anything does not fit
     */
    public void idToken(Exchange exchange, String profile) {
        exchange.setProperty(
                "id_token_verified", idTokens.verified(exchange, profile(exchange, profile)));
    }

    /** The public keys of all profiles that publish, as a JWK set; null where none does. */
    public String jwks() {
        List<JWK> keys = new ArrayList<>();
        for (String setting : new TreeSet<>(settings.keySet())) {
            if (setting.matches("sign\\.[^.]+\\.publish")) {
                keys.addAll(published(profile(null, setting.split("\\.")[1])));
            }
        }
        return keys.isEmpty() ? null : new JWKSet(keys).toString(true);
    }

    private static List<JWK> published(Profile profile) {
        List<JWK> keys = new ArrayList<>();
        if (profile.flag("publish")) {
            keys.add(Keys.published(profile, ""));
            if (profile.has("key.next")) {
                keys.add(Keys.published(profile, ".next"));
            }
        }
        return keys;
    }
}
