package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Makes id_tokens, right ones and, on demand, wrong ones. Signs PS256 with a key that is published
 * at {@code /jwks}. Safe for use by many threads.
 */
final class IdTokens {
    private final Supplier<LeatherbackSettings> settings;
    private final Supplier<String> issuer;
    private final Clock clock;
    private final AtomicReference<SigningKey> key = new AtomicReference<>();

    IdTokens(Supplier<LeatherbackSettings> settings, Supplier<String> issuer, Clock clock) {
        this.settings = settings;
        this.issuer = issuer;
        this.clock = clock;
    }

    SigningKey key() {
        return key.updateAndGet(now -> now == null ? SigningKey.shared() : now);
    }

    /** From now on another key signs and is published; the one before is gone. */
    void rotate() {
        key.set(SigningKey.fresh());
    }

    ObjectNode jwks() {
        ObjectNode jwks = Json.object();
        jwks.putArray("keys").add(Jwk.write(key().open(), key().kid()));
        return jwks;
    }

    /** The id_token of the callback, wrong in at most one way. */
    String front(RequestObject asked, String code, Consent consent, Optional<IdTokenFlaw> flaw) {
        ObjectNode claims = claims(asked.clientId(), consent, asked.nonce());
        claims.put("c_hash", Jws.halfHash(code));
        if (!asked.state().isEmpty()) {
            claims.put("s_hash", Jws.halfHash(asked.state()));
        }
        flaw.ifPresent(how -> spoil(claims, how));
        return sealed(claims, flaw.orElse(null));
    }

    /** The id_token of the token endpoint. */
    String back(Consent consent, String nonce, String accessToken, long refreshExpiry) {
        ObjectNode claims = claims(consent.clientId(), consent, nonce);
        claims.put("at_hash", Jws.halfHash(accessToken));
        if (refreshExpiry > 0) {
            claims.put("http://openbanking.org.uk/refresh_token_expires_at", refreshExpiry);
        }
        return sealed(claims, null);
    }

    private ObjectNode claims(String clientId, Consent consent, String nonce) {
        long now = clock.instant().getEpochSecond();
        ObjectNode claims = Json.object().put("iss", issuer.get()).put("sub", consent.id());
        claims.put("aud", clientId).put("iat", now);
        claims.put("exp", now + settings.get().idTokenSeconds());
        claims.put("auth_time", consent.authenticatedAt());
        claims.put("acr", "urn:openbanking:psd2:sca");
        claims.put("openbanking_intent_id", consent.id());
        return nonce.isEmpty() ? claims : claims.put("nonce", nonce);
    }

    private void spoil(ObjectNode claims, IdTokenFlaw flaw) {
        long now = clock.instant().getEpochSecond();
        switch (flaw) {
            case WRONG_ISSUER -> claims.put("iss", "https://issuer.invalid");
            case WRONG_AUDIENCE -> claims.put("aud", "SOMEBODY-ELSE");
            case EXPIRED -> claims.put("iat", now - 7200).put("exp", now - 3600);
            case ISSUED_IN_FUTURE -> claims.put("iat", now + 3600).put("exp", now + 7200);
            case WRONG_NONCE -> claims.put("nonce", "another-nonce");
            case NO_NONCE -> claims.remove("nonce");
            case WRONG_C_HASH -> claims.put("c_hash", Jws.halfHash("another-code"));
            case NO_C_HASH -> claims.remove("c_hash");
            case WRONG_S_HASH -> claims.put("s_hash", Jws.halfHash("another-state"));
            case NO_S_HASH -> claims.remove("s_hash");
            case WRONG_INTENT -> claims.put("openbanking_intent_id", Scatter.uuid(now));
            case NO_INTENT -> claims.remove("openbanking_intent_id");
            default -> {
                // the claims are right, the seal is not
            }
        }
    }

    private String sealed(ObjectNode claims, IdTokenFlaw flaw) {
        boolean foreign = flaw == IdTokenFlaw.FOREIGN_KEY || flaw == IdTokenFlaw.UNKNOWN_KID;
        SigningKey signer = foreign ? SigningKey.unpublished() : key();
        ObjectNode header = Json.object().put("alg", algorithm(flaw));
        header.put("kid", flaw == IdTokenFlaw.UNKNOWN_KID ? signer.kid() : key().kid());
        header.put("typ", "JWT");
        if (flaw == IdTokenFlaw.UNKNOWN_CRIT) {
            header.put("twin", 1).putArray("crit").add("twin");
        }
        String input = Jws.input(header, claims);
        return input + '.' + Jws.text(signature(input, signer, flaw));
    }

    private static String algorithm(IdTokenFlaw flaw) {
        if (flaw == IdTokenFlaw.ALG_NONE) {
            return "none";
        }
        if (flaw == IdTokenFlaw.ALG_RS256) {
            return "RS256";
        }
        return flaw == IdTokenFlaw.ALG_HS256 ? "HS256" : "PS256";
    }

    private static byte[] signature(String input, SigningKey signer, IdTokenFlaw flaw) {
        byte[] bytes = input.getBytes(StandardCharsets.US_ASCII);
        if (flaw == IdTokenFlaw.ALG_NONE) {
            return new byte[0];
        }
        if (flaw == IdTokenFlaw.ALG_RS256) {
            return Jws.rs256(signer.secret(), bytes);
        }
        if (flaw == IdTokenFlaw.ALG_HS256) {
            return Jws.hs256(signer.open().getEncoded(), bytes);
        }
        byte[] signature = Jws.ps256(signer.secret(), bytes);
        signature[40] ^= (byte) (flaw == IdTokenFlaw.BAD_SIGNATURE ? 1 : 0);
        return signature;
    }
}
