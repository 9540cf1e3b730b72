package dev.caravan.signer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import dev.caravan.vault.Secrets;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The verb that signs, as JWS (RFC 7515). A profile is a set of settings {@code sign.PROFILE.*}:
 * {@code alg} (HS256 to ES512), {@code secret} (a MAC secret) or {@code key} (a private key, PKCS#8
 * in PEM), {@code kid}, {@code life} in seconds and {@code claim.NAME} for fixed claims. The
 * algorithm comes from the profile, never from data (RFC 8725 section 3.1). Safe for any number of
 * threads.
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

    /**
     * A JWT of the profile's fixed claims with {@code iat}, {@code exp} and a fresh {@code jti}.
     */
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
        try {
            JWSHeader.Builder header = new JWSHeader.Builder(algorithm);
            String kid = setting(profile, "kid", "");
            if (!kid.isEmpty()) {
                header.keyID(kid);
            }
            JWSObject jws = new JWSObject(header.build(), new Payload(payload));
            jws.sign(key(profile, algorithm));
            return jws.serialize();
        } catch (JOSEException | GeneralSecurityException | IllegalArgumentException e) {
            throw new SetupFault(
                    new Fault.Account(
                            "CARAVAN-SIGN",
                            provider,
                            "profile " + profile,
                            "cannot sign with " + algorithm,
                            "set sign."
                                    + profile
                                    + ".alg and a key that fits it, a private one as PKCS#8 in PEM",
                            null));
        }
    }

    private JWSSigner key(String profile, JWSAlgorithm algorithm)
            throws JOSEException, GeneralSecurityException {
        if (JWSAlgorithm.Family.HMAC_SHA.contains(algorithm)) {
            return new MACSigner(
                    secrets.get("sign." + profile + ".secret").getBytes(StandardCharsets.UTF_8));
        }
        PKCS8EncodedKeySpec key = pkcs8(secrets.get("sign." + profile + ".key"));
        return JWSAlgorithm.Family.EC.contains(algorithm)
                ? new ECDSASigner((ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(key))
                : new RSASSASigner(KeyFactory.getInstance("RSA").generatePrivate(key));
    }

    private static PKCS8EncodedKeySpec pkcs8(String pem) {
        String body = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        return new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body));
    }

    private String setting(String profile, String name, String otherwise) {
        return settings.getOrDefault("sign." + profile + "." + name, otherwise).strip();
    }
}
