package dev.caravan.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Makes an RSA key pair for one installation of the demo: the private key as PKCS#8, the public one
 * as SubjectPublicKeyInfo, both in PEM. Who calls it sets the umask.
 */
public final class Keys {

    private Keys() {}

    /** {@code <bits> <file of the private key> <file of the public key>}. */
    public static void main(String... arguments) throws IOException, NoSuchAlgorithmException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(Integer.parseInt(arguments[0]));
        var pair = generator.generateKeyPair();
        write(arguments[1], "PRIVATE KEY", pair.getPrivate().getEncoded());
        write(arguments[2], "PUBLIC KEY", pair.getPublic().getEncoded());
    }

    private static void write(String file, String what, byte[] key) throws IOException {
        var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key);
        Files.writeString(
                Path.of(file),
                "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n");
    }
}
