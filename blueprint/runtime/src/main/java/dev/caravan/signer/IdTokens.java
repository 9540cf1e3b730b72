package dev.caravan.signer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.caravan.faults.Fault;
import dev.caravan.faults.IdTokenFault;
import java.net.MalformedURLException;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * Looks at an id_token that came back with a code (OpenID Connect Core sections 3.3.2.9 to
 * 3.3.2.12) before the code is spent. Every mismatch is an {@link IdTokenFault} that names the
 * claim and no value. Safe for any number of threads.
 */
final class IdTokens {
    private final String provider;
    private final Clock clock;
    private final KeySets keys = new KeySets();

    IdTokens(String provider, Clock clock) {
        this.provider = provider;
        this.clock = clock;
    }

    /** True where it is signed and fits; false where it is opaque and that is allowed. */
    boolean verified(Exchange exchange, Profile profile) {
        String token = journey(exchange, "param.id_token");
        if (token.split("\\.", -1).length != 3) {
            if (profile.text("opaque", "refuse").equals("allow")) {
                return false;
            }
            throw mismatch(token.isEmpty() ? "id_token, which is missing," : "id_token as a JWS");
        }
        claims(exchange, profile, signed(profile, token));
        return true;
    }

    private JWTClaimsSet signed(Profile profile, String token) {
        JWSAlgorithm algorithm = profile.algorithm();
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            if (!algorithm.equals(jwt.getHeader().getAlgorithm())) {
                throw mismatch("alg");
            }
            if (!fits(profile, algorithm, jwt)) {
                throw mismatch("signature");
            }
            return jwt.getJWTClaimsSet();
        } catch (ParseException e) {
            throw mismatch("id_token as a JWS");
        } catch (KeySourceException e) {
            throw mismatch("signature, since the key set cannot be read,");
        } catch (JOSEException | MalformedURLException e) {
            throw profile.odd("jwks", "has no keys that fit the algorithm");
        }
    }

    private boolean fits(Profile profile, JWSAlgorithm algorithm, JWSObject jws)
            throws JOSEException, MalformedURLException {
        var selector =
                new JWSVerificationKeySelector<SecurityContext>(
                        algorithm, keys.at(profile.text("jwks", "")));
        for (Key key : selector.selectJWSKeys(jws.getHeader(), null)) {
            if (jws.verify(
                    new DefaultJWSVerifierFactory().createJWSVerifier(jws.getHeader(), key))) {
                return true;
            }
        }
        return false;
    }

    private void claims(Exchange exchange, Profile profile, JWTClaimsSet claims) {
        equal("iss", profile.text("iss", ""), claims.getIssuer());
        if (!claims.getAudience().contains(profile.text("aud", ""))) {
            throw mismatch("aud");
        }
        long leeway = profile.seconds("leeway", 60);
        Instant now = clock.instant();
        if (!after(claims.getExpirationTime(), now.minusSeconds(leeway))) {
            throw mismatch("exp");
        }
        if (claims.getIssueTime() == null
                || after(claims.getIssueTime(), now.plusSeconds(leeway))) {
            throw mismatch("iat");
        }
        equal("nonce", journey(exchange, "nonce"), claims.getClaim("nonce"));
        JWSAlgorithm algorithm = profile.algorithm();
        equal("c_hash", half(algorithm, journey(exchange, "code")), claims.getClaim("c_hash"));
        equal("s_hash", half(algorithm, journey(exchange, "state")), claims.getClaim("s_hash"));
        for (Map.Entry<String, String> wanted : profile.below("claim").entrySet()) {
            equal(wanted.getKey(), wanted.getValue(), claims.getClaim(wanted.getKey()));
        }
    }

    private static boolean after(Date claim, Instant then) {
        return claim != null && claim.toInstant().isAfter(then);
    }

    private static String journey(Exchange exchange, String name) {
        return exchange.getProperty("journey." + name, "", String.class);
    }

    /** Equal and there: nothing at hand to compare with is a mismatch too. */
    private void equal(String claim, String wanted, Object found) {
        if (wanted.isEmpty() || !wanted.equals(found)) {
            throw mismatch(claim);
        }
    }

    /** The left half of the hash that goes with the algorithm; empty for nothing. */
    private static String half(JWSAlgorithm algorithm, String text) {
        if (text.isEmpty()) {
            return "";
        }
        String name = algorithm.getName();
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-" + name.substring(name.length() - 3))
                            .digest(text.getBytes(StandardCharsets.US_ASCII));
            return Base64URL.encode(Arrays.copyOf(hash, hash.length / 2)).toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private IdTokenFault mismatch(String claim) {
        return new IdTokenFault(
                new Fault.Account(
                        "CARAVAN-IDTOKEN",
                        provider,
                        "the id_token of a trip",
                        "does not fit in " + claim,
                        "the code is not spent and the user has to connect again",
                        null));
    }
}
