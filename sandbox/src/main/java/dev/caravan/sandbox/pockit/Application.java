package dev.caravan.sandbox.pockit;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The one application that is registered at the portal (contract 1). Holds its secrets in clear, as
 * only a twin may. Immutable.
 *
 * @param env Which environment's rules hold.
 * @param clientId User of the Basic credentials; without a colon.
 * @param clientSecret Password of the Basic credentials.
 * @param appId The app that a signature must name.
 * @param certificate The uploaded PEM file as text: the HMAC secret. Production takes only an X.509
 *     certificate that is valid now.
 * @param redirectUrl Where the browser goes back to.
 * @param aspsp The one institution that is known.
 */
public record Application(
        Environment env,
        String clientId,
        String clientSecret,
        String appId,
        String certificate,
        String redirectUrl,
        String aspsp) {

    /** The two environments of contract 1. */
    public enum Environment {
        /** Codes live 10 minutes, a uuid may come again, sandbox_sca is honoured. */
        SANDBOX,
        /** Codes live 60 seconds, a uuid is good once, sandbox_sca means nothing. */
        PRODUCTION
    }

    public Application {
        if (clientId.indexOf(':') >= 0) {
            throw new IllegalArgumentException("clientId: expected no colon, found " + clientId);
        }
    }

    static Application defaults() {
        return new Application(
                Environment.SANDBOX,
                "sandbox-caravan",
                "not-a-secret",
                "5d0c9c1e-3f0a-4e55-9b7e-0c7d5a1f2b60",
                pem("not-a-secret"),
                "http://127.0.0.1:8080/callback/pockit",
                "8ddb14f1-fecd-41fe-90b7-f8fbda9494ac");
    }

    boolean production() {
        return env == Environment.PRODUCTION;
    }

    /** Any words in the armour of a certificate; the sandbox does not look inside. */
    public static String pem(String words) {
        byte[] bytes = words.getBytes(StandardCharsets.UTF_8);
        return ThrowawayCertificate.armoured(Base64.getEncoder().encodeToString(bytes));
    }
}
