package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The keys of signed webhooks: three on P-521, of which one has a short x and one a short y, and an
 * RSA key that a verifier must ignore. Made when first asked for. Safe for use by many threads.
 */
final class WebhookKeys {
    /** A private key with the name under which its public half is told. */
    record Named(String kid, PrivateKey key) {}

    private static final int WHOLE = 66;
    private List<KeyPair> curves = List.of();
    private List<String> kids = List.of();
    private KeyPair rsa;
    private int turn;

    /** The next key on the curve; they take turns, so that short coordinates are met. */
    synchronized Named next() {
        make();
        int at = turn++ % curves.size();
        return new Named(kids.get(at), curves.get(at).getPrivate());
    }

    synchronized Named rsa() {
        make();
        return new Named(kids.get(curves.size()), rsa.getPrivate());
    }

    /** New keys under new names; those before are told no more. */
    synchronized void rotate() {
        curves = List.of();
    }

    /** The key set; coordinates are as short as their numbers are. */
    synchronized ObjectNode jwks() {
        make();
        ObjectNode set = Json.object();
        ArrayNode keys = set.putArray("keys");
        for (int at = 0; at < curves.size(); at++) {
            ECPublicKey key = (ECPublicKey) curves.get(at).getPublic();
            keys.addObject()
                    .put("kty", "EC")
                    .put("use", "sig")
                    .put("alg", "ES512")
                    .put("crv", "P-521")
                    .put("kid", kids.get(at))
                    .put("x", text(key.getW().getAffineX()))
                    .put("y", text(key.getW().getAffineY()));
        }
        RSAPublicKey other = (RSAPublicKey) rsa.getPublic();
        keys.addObject()
                .put("kty", "RSA")
                .put("use", "sig")
                .put("alg", "RS512")
                .put("kid", kids.get(curves.size()))
                .put("n", text(other.getModulus()))
                .put("e", text(other.getPublicExponent()));
        return set;
    }

    /** A key on the curve that is in no key set. */
    static PrivateKey stray() {
        return onCurve(any -> true).getPrivate();
    }

    private void make() {
        if (!curves.isEmpty()) {
            return;
        }
        curves =
                List.of(
                        onCurve(key -> x(key).length == WHOLE && y(key).length == WHOLE),
                        onCurve(key -> x(key).length < WHOLE),
                        onCurve(key -> y(key).length < WHOLE));
        kids = List.of(id(), id(), id(), id());
        rsa = rsaPair();
    }

    private static KeyPair onCurve(Predicate<ECPublicKey> wanted) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp521r1"));
            KeyPair pair = generator.generateKeyPair();
            while (!wanted.test((ECPublicKey) pair.getPublic())) {
                pair = generator.generateKeyPair();
            }
            return pair;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static KeyPair rsaPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] x(ECPublicKey key) {
        return unsigned(key.getW().getAffineX());
    }

    private static byte[] y(ECPublicKey key) {
        return unsigned(key.getW().getAffineY());
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static String text(BigInteger number) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(unsigned(number));
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }
}
