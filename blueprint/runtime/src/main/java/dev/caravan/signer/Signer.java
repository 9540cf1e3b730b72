package dev.caravan.signer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.JWK;
import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import dev.caravan.vault.Secrets;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The verb that signs, as JWS (RFC 7515). A profile is a set of settings {@code sign.PROFILE.*}:
 * {@code alg} (HS256 to ES512), {@code secret} (a MAC secret) or {@code key} (a PEM private key),
 * {@code kid}, {@code life} in seconds and {@code claim.NAME} for fixed claims. The algorithm comes
 * from the profile, never from data (RFC 8725 section 3.1). Safe for any number of threads.
 */
public final class Signer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String provider;
    private final Map<String, String> settings;
    private final Secrets secrets;
    private final Clock clock;

    public Signer(String provider, Map<String, String> settings, Secrets secrets, Clock clock) {
        this.provider = provider;
        this.settings = settings;
        this.secrets = secrets;
        this.clock = clock;
    }

    /** A JWT of the profile's fixed claims with {@code iat}, {@code exp} and a fresh {@code jti}. */
    public String token(String profile) {
        Map<String, Object> claims = new LinkedHashMap<>();
        String prefix = "sign." + profile + ".claim.";
        settings.forEach(
                (name, value) -> {
                    if (name.startsWith(prefix)) {
                        claims.put(name.substring(prefix.length()), value);
                    }
                });
        long now = clock.instant().getEpochSecond();
        claims.put("iat", now);
        claims.put("exp", now + Long.parseLong(setting(profile, "life", "300")));
        claims.put("jti", UUID.randomUUID().toString());
        try {
            return sign(profile, JSON.writeValueAsString(claims));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A payload in compact serialization.
     *
     * @throws SetupFault where the profile's algorithm and key do not go together
     */
    public String sign(String profile, String payload) {
        JWSAlgorithm algorithm = JWSAlgorithm.parse(setting(profile, "alg", "none"));
        JWSHeader.Builder header = new JWSHeader.Builder(algorithm);
        String kid = setting(profile, "kid", "");
        if (!kid.isEmpty()) {
            header.keyID(kid);
        }
        try {
            JWSObject jws = new JWSObject(header.build(), new Payload(payload));
            jws.sign(key(profile, algorithm));
            return jws.serialize();
        } catch (JOSEException | IllegalArgumentException e) {
            throw new SetupFault(
                    new Fault.Account(
                            "CARAVAN-SIGN",
                            provider,
                            "profile " + profile,
                            "cannot sign with " + algorithm,
                            "set sign." + profile + ".alg and a key that fits it",
                            null));
        }
    }

    private JWSSigner key(String profile, JWSAlgorithm algorithm) throws JOSEException {
        if (JWSAlgorithm.Family.HMAC_SHA.contains(algorithm)) {
            return new MACSigner(
                    secrets.get("sign." + profile + ".secret").getBytes(StandardCharsets.UTF_8));
        }
        JWK key = JWK.parseFromPEMEncodedObjects(secrets.get("sign." + profile + ".key"));
        return new DefaultJWSSignerFactory().createJWSSigner(key, algorithm);
    }

    private String setting(String profile, String name, String otherwise) {
        return settings.getOrDefault("sign." + profile + "." + name, otherwise).strip();
    }
}
