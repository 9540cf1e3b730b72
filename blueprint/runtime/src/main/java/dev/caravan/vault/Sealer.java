package dev.caravan.vault;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.DirectDecrypter;
import com.nimbusds.jose.crypto.DirectEncrypter;
import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Seals secrets for the store as JWE, {@code dir} with A256GCM (RFC 7516, RFC 7518 sections 4.5 and
 * 5.3), under the first key of the key file; any key of the file opens. The key never enters the
 * database. Immutable.
 */
public final class Sealer {
    private static final int KEY_BYTES = 32;
    private static final int ID_DIGITS = 8;

    private final Map<String, byte[]> keys;
    private final String current;

    private Sealer(Map<String, byte[]> keys) {
        this.keys = keys;
        this.current = keys.keySet().iterator().next();
    }

    /**
     * Reads a key file: 32 random bytes a line as base64url, the current key first, older ones
     * after it for as long as something is sealed under them.
     *
     * @throws SetupFault where there is no usable key: nothing is ever stored in clear instead
     */
    public static Sealer from(Path file) {
        Map<String, byte[]> keys = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    byte[] key = Base64.getUrlDecoder().decode(line.strip());
                    if (key.length != KEY_BYTES) {
                        throw refused(file, "holds a key of " + key.length + " bytes");
                    }
                    keys.put(id(key), key);
                }
            }
        } catch (IOException e) {
            throw refused(file, "cannot be read");
        } catch (IllegalArgumentException e) {
            throw refused(file, "holds a line that is not base64url");
        }
        if (keys.isEmpty()) {
            throw refused(file, "holds no key");
        }
        return new Sealer(keys);
    }

    private static SetupFault refused(Path file, String found) {
        return new SetupFault(
                new Fault.Account(
                        "CARAVAN-KEY",
                        "vault",
                        "the key file " + file.getFileName(),
                        found + ", expected 32 random bytes as base64url on its first line",
                        "Caravan does not start without a key, since it never stores a token in"
                                + " clear",
                        null));
    }

    /** The text as compact JWE; two seals of one text differ. */
    public String seal(String text) {
        try {
            JWEObject jwe =
                    new JWEObject(
                            new JWEHeader.Builder(JWEAlgorithm.DIR, EncryptionMethod.A256GCM)
                                    .keyID(current)
                                    .build(),
                            new Payload(text));
            jwe.encrypt(new DirectEncrypter(keys.get(current)));
            return jwe.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("sealing failed", e);
        }
    }

    /**
     * The text of a seal.
     *
     * @throws SetupFault where the key that sealed it is not in the key file
     */
    public String open(String sealed) {
        try {
            JWEObject jwe = JWEObject.parse(sealed);
            byte[] key = keys.get(jwe.getHeader().getKeyID());
            if (key == null) {
                throw new SetupFault(
                        new Fault.Account(
                                "CARAVAN-KEY",
                                "vault",
                                "a secret sealed under key " + jwe.getHeader().getKeyID(),
                                "finds that key missing in the key file",
                                "put the key back below the current one",
                                null));
            }
            jwe.decrypt(new DirectDecrypter(key));
            return jwe.getPayload().toString();
        } catch (ParseException | JOSEException e) {
            throw new IllegalStateException("a sealed secret does not open");
        }
    }

    private static String id(byte[] key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
            return HexFormat.of().formatHex(digest).substring(0, ID_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
