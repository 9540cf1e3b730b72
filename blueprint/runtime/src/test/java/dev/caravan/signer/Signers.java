package dev.caravan.signer;

import dev.caravan.vault.References;
import dev.caravan.vault.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/** Signers by their settings, and the keys they need. */
final class Signers {
    private static final CamelContext CAMEL = new DefaultCamelContext();

    private Signers() {}

    static Signer of(Path folder, Clock clock, String... pairs) {
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            settings.put(pairs[i], pairs[i + 1]);
        }
        Secrets secrets = new Secrets("p", folder, System::getenv, settings);
        return new Signer(
                "p", settings, new References("p", settings, secrets, null, null, clock), clock);
    }

    static Exchange exchange() {
        return new DefaultExchange(CAMEL);
    }

    static KeyPair pair(String kind, int size) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
        generator.initialize(size);
        return generator.generateKeyPair();
    }

    /** Writes both halves of a pair into one file. */
    static KeyPair file(Path file, KeyPair pair) throws IOException {
        Files.writeString(
                file,
                pem("PRIVATE KEY", pair.getPrivate().getEncoded())
                        + pem("PUBLIC KEY", pair.getPublic().getEncoded()));
        return pair;
    }

    /** What a PEM file of that kind looks like (RFC 7468). */
    static String pem(String kind, byte[] key) {
        return "-----BEGIN "
                + kind
                + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
                + "\n-----END "
                + kind
                + "-----\n";
    }
}
