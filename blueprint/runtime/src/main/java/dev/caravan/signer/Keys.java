package dev.caravan.signer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys of a profile, read from its files when they are needed: a shared secret, or a private
 * key as PKCS#8 in PEM and what is public of it. A key that does not fit the profile's algorithm is
 * a SetupFault. Stateless.
 */
final class Keys {
    private Keys() {}

    /** Work with keys that the profile's files may not be fit for. */
    interface Work<T> {
        T done() throws JOSEException, GeneralSecurityException;
    }

    /** Runs the work; where the key does not fit, says so of the setting {@code alg}. */
    static <T> T fitting(Profile profile, Work<T> work) {
        try {
            return work.done();
        } catch (JOSEException | GeneralSecurityException | IllegalArgumentException e) {
            throw profile.odd(
                    "alg",
                    "and the key of the profile do not go together; a private key is PKCS#8 in"
                            + " PEM");
        }
    }

    static JWSSigner signer(Profile profile) {
        JWSAlgorithm algorithm = profile.algorithm();
        return fitting(
                profile,
                () ->
                        JWSAlgorithm.Family.HMAC_SHA.contains(algorithm)
                                ? new MACSigner(profile.secret())
                                : asymmetric(algorithm, profile.bytes("key" + profile.inUse())));
    }

    private static JWSSigner asymmetric(JWSAlgorithm algorithm, byte[] pem)
            throws JOSEException, GeneralSecurityException {
        PKCS8EncodedKeySpec key = new PKCS8EncodedKeySpec(block(pem, "PRIVATE"));
        return JWSAlgorithm.Family.EC.contains(algorithm)
                ? new ECDSASigner((ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(key))
                : new RSASSASigner(KeyFactory.getInstance("RSA").generatePrivate(key));
    }

    /** The key id of a profile's header: a text, the thumbprint of RFC 7638, or null. */
    static String id(Profile profile, String use) {
        String setting = profile.has("kid" + use) ? "kid" + use : "kid";
        String kid = profile.text(setting, "");
        return kid.equals("thumbprint")
                ? published(profile, use).getKeyID()
                : kid.isEmpty() ? null : kid;
    }

    /**
     * What may be published of a key, under the id that its signatures name.
     *
     * @param use {@code ""} for the current key, {@code ".next"} for the one to come
     */
    static JWK published(Profile profile, String use) {
        return fitting(
                profile,
                () -> {
                    JWSAlgorithm algorithm = profile.algorithm();
                    byte[] pem = profile.bytes("key" + use);
                    JWK bare =
                            JWSAlgorithm.Family.EC.contains(algorithm)
                                    ? ec(algorithm, pem)
                                    : rsa(pem);
                    String kid = profile.text(profile.has("kid" + use) ? "kid" + use : "kid", "");
                    String id =
                            kid.isEmpty() || kid.equals("thumbprint")
                                    ? bare.computeThumbprint().toString()
                                    : kid;
                    return bare instanceof RSAKey rsa
                            ? new RSAKey.Builder(rsa)
                                    .keyID(id)
                                    .keyUse(KeyUse.SIGNATURE)
                                    .algorithm(algorithm)
                                    .build()
                            : new ECKey.Builder((ECKey) bare)
                                    .keyID(id)
                                    .keyUse(KeyUse.SIGNATURE)
                                    .algorithm(algorithm)
                                    .build();
                });
    }

    private static RSAKey rsa(byte[] pem) throws GeneralSecurityException {
        KeyFactory rsa = KeyFactory.getInstance("RSA");
        RSAPrivateCrtKey key =
                (RSAPrivateCrtKey)
                        rsa.generatePrivate(new PKCS8EncodedKeySpec(block(pem, "PRIVATE")));
        return new RSAKey.Builder(
                        (RSAPublicKey)
                                rsa.generatePublic(
                                        new RSAPublicKeySpec(
                                                key.getModulus(), key.getPublicExponent())))
                .build();
    }

    /** The JDK does not compute the public half of an EC key: it has to be in the same file. */
    private static ECKey ec(JWSAlgorithm algorithm, byte[] pem) throws GeneralSecurityException {
        ECPublicKey key =
                (ECPublicKey)
                        KeyFactory.getInstance("EC")
                                .generatePublic(new X509EncodedKeySpec(block(pem, "PUBLIC")));
        return new ECKey.Builder(Curve.forJWSAlgorithm(algorithm).iterator().next(), key).build();
    }

    private static byte[] block(byte[] pem, String kind) {
        Matcher block =
                Pattern.compile(
                                "-----BEGIN " + kind + " KEY-----([A-Za-z0-9+/=\\s]*)-----END",
                                Pattern.DOTALL)
                        .matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (!block.find()) {
            throw new IllegalArgumentException("no " + kind + " KEY");
        }
        return Base64.getMimeDecoder().decode(block.group(1));
    }
}
