package dev.caravan.inbox;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who verifies signatures over elliptic curves: Amazon Corretto's native provider where its library
 * loads and verifies a proof of ours, else the JDK's own SunEC, which is about ten times slower. It
 * is registered nowhere, so the rest of the container keeps what it has. Safe for any number of
 * threads.
 */
public final class Es512 {
    private static final Logger LOG = LoggerFactory.getLogger(Es512.class);
    private static final String NATIVE =
            "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";
    private static final String ALGORITHM = "SHA512withECDSA";
    private static Provider chosen;

    private Es512() {}

    /**
     * Decides it for this process.
     *
     * @param setting {@code auto} or {@code sunec}
     */
    public static synchronized Provider use(String setting) {
        chosen = setting.strip().equals("sunec") ? Security.getProvider("SunEC") : fastest();
        LOG.info("ES512 signatures are verified by {}", chosen.getName());
        return chosen;
    }

    public static synchronized Provider provider() {
        return chosen == null ? use("auto") : chosen;
    }

    private static Provider fastest() {
        Provider own = Security.getProvider("SunEC");
        String platform = platform();
        try (InputStream jar = Es512.class.getResourceAsStream("/es512/" + platform + ".jar")) {
            if (jar == null) {
                return own;
            }
            Provider fast = loaded(jar);
            if (!proves(own, fast)) {
                throw new GeneralSecurityException("it verifies wrongly");
            }
            return fast;
        } catch (IOException
                | ReflectiveOperationException
                | GeneralSecurityException
                | LinkageError e) {
            LOG.info("the native provider for {} does not work here: {}", platform, e.toString());
            return own;
        }
    }

    private static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch");
        return (os.contains("mac") ? "osx" : os.contains("linux") ? "linux" : "other")
                + "-"
                + (processor.equals("amd64")
                        ? "x86_64"
                        : processor.equals("aarch64") ? "aarch_64" : processor);
    }

    /** From a loader of its own: the jars of all platforms have the same names inside. */
    private static Provider loaded(InputStream jar)
            throws IOException, ReflectiveOperationException {
        Path file = Files.createTempFile("caravan-es512", ".jar");
        file.toFile().deleteOnExit();
        Files.copy(jar, file, StandardCopyOption.REPLACE_EXISTING);
        URLClassLoader loader =
                new URLClassLoader(
                        new URL[] {file.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
        return (Provider) loader.loadClass(NATIVE).getConstructor().newInstance();
    }

    /** What one signs the other must find genuine, and nothing else. */
    private static boolean proves(Provider signer, Provider candidate)
            throws GeneralSecurityException {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC", signer);
        keys.initialize(new java.security.spec.ECGenParameterSpec("secp521r1"));
        KeyPair pair = keys.generateKeyPair();
        Signature sign = Signature.getInstance(ALGORITHM, signer);
        sign.initSign(pair.getPrivate());
        sign.update((byte) 1);
        byte[] signature = sign.sign();
        return verifies(candidate, pair, signature, 1) && !verifies(candidate, pair, signature, 2);
    }

    private static boolean verifies(Provider by, KeyPair pair, byte[] signature, int what)
            throws GeneralSecurityException {
        Signature verify = Signature.getInstance(ALGORITHM, by);
        verify.initVerify(pair.getPublic());
        verify.update((byte) what);
        return verify.verify(signature);
    }
}
