package dev.caravan.benchmark;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Locale;

/** How many ES512 signatures a second one thread verifies, with each provider that works here. */
final class Es512 {
    private static final String ALGORITHM = "SHA512withECDSA";
    private static final byte[] BODY = WebhookNode.event("es512").getBytes(StandardCharsets.UTF_8);
    private static final long NANOS = 2_000_000_000L;

    private Es512() {}

    static void tell(PrintStream out) throws GeneralSecurityException {
        Provider own = dev.caravan.inbox.Es512.use("sunec");
        Provider used = dev.caravan.inbox.Es512.use("auto");
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC", own);
        keys.initialize(new ECGenParameterSpec("secp521r1"));
        KeyPair pair = keys.generateKeyPair();
        Signature sign = Signature.getInstance(ALGORITHM, own);
        sign.initSign(pair.getPrivate());
        sign.update(BODY);
        byte[] signature = sign.sign();
        out.println("| ES512 provider | verified a second, one thread |\n| --- | ---: |");
        for (Provider each : own == used ? new Provider[] {own} : new Provider[] {own, used}) {
            rate(each, pair, signature);
            out.printf(
                    Locale.ROOT,
                    "| %s %s | %,.0f |%n",
                    each.getName(),
                    each.getVersionStr(),
                    rate(each, pair, signature));
        }
        out.println("auto uses " + used.getName());
    }

    private static double rate(Provider provider, KeyPair pair, byte[] signature)
            throws GeneralSecurityException {
        long began = System.nanoTime();
        int count = 0;
        while (System.nanoTime() - began < NANOS) {
            Signature verify = Signature.getInstance(ALGORITHM, provider);
            verify.initVerify(pair.getPublic());
            verify.update(BODY);
            if (!verify.verify(signature)) {
                throw new GeneralSecurityException(provider.getName() + " verifies wrongly");
            }
            count++;
        }
        return count / ((System.nanoTime() - began) / 1e9);
    }
}
