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
import java.nio.file.Path;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Seals secrets for the store as JWE, {@code dir} with A256GCM (RFC 7516, RFC 7518 sections 4.5 and
 * 5.3), under one key of the key file; any key of the file opens, also one that came into it later.
 * The key never enters the database. Safe for any number of threads.
 */
public final class Sealer {
    private final KeyFile file;
    private volatile Ring ring;

    private record Ring(Map<String, byte[]> keys, String current) {}

    private Sealer(KeyFile file) {
        this.file = file;
        Map<String, byte[]> keys = file.read();
        this.ring = new Ring(keys, keys.keySet().iterator().next());
    }

    /**
     * Reads a key file: 32 random bytes a line as base64url, the current key first, older ones
     * after it for as long as something is sealed under them.
     *
     * @throws SetupFault where there is no usable key: nothing is ever stored in clear instead
     */
    public static Sealer from(Path file) {
        return new Sealer(new KeyFile(file));
    }

    /** The text as compact JWE; two seals of one text differ. */
    public String seal(String text) {
        Ring now = ring;
        return sealed(text, now.current(), now.keys().get(now.current()));
    }

    private static String sealed(String text, String id, byte[] key) {
        try {
            JWEObject jwe =
                    new JWEObject(
                            new JWEHeader.Builder(JWEAlgorithm.DIR, EncryptionMethod.A256GCM)
                                    .keyID(id)
                                    .build(),
                            new Payload(text));
            jwe.encrypt(new DirectEncrypter(key));
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
            jwe.decrypt(new DirectDecrypter(key(jwe.getHeader().getKeyID())));
            return jwe.getPayload().toString();
        } catch (ParseException | JOSEException e) {
            throw new IllegalStateException("a sealed secret does not open");
        }
    }

    private byte[] key(String id) {
        byte[] key = ring.keys().get(id);
        if (key == null) {
            // another node may have brought it meanwhile
            reload();
            key = ring.keys().get(id);
        }
        if (key == null) {
            throw new SetupFault(
                    new Fault.Account(
                            "CARAVAN-KEY",
                            "vault",
                            "a secret sealed under key " + id,
                            "finds that key missing in the key file",
                            "put the key back below the current one",
                            null));
        }
        return key;
    }

    /** The ids of the keys, in the order of the file. */
    Set<String> ids() {
        return ring.keys().keySet();
    }

    /** The id of the key that seals. */
    String current() {
        return ring.current();
    }

    /** What everything begins with that the current key sealed. */
    String header() {
        String sealed = seal("");
        return sealed.substring(0, sealed.indexOf('.') + 1);
    }

    /**
     * Reads the file again; false where it is not usable or lacks the key that seals, then the keys
     * stay as they were read last.
     */
    synchronized boolean reload() {
        try {
            Map<String, byte[]> keys = file.read();
            boolean good = keys.containsKey(ring.current());
            if (good) {
                ring = new Ring(keys, ring.current());
            }
            return good;
        } catch (SetupFault e) {
            return false;
        }
    }

    /** Seals under this key from now on, and says so in the file by its place. */
    synchronized void use(String id) {
        Map<String, byte[]> there = file.read();
        Map<String, byte[]> keys = new LinkedHashMap<>();
        keys.put(id, key(id));
        keys.putAll(there);
        ring = new Ring(keys, id);
        if (!there.keySet().iterator().next().equals(id)) {
            file.write(keys);
        }
    }

    /** Draws a key into the file, below those that are there: it opens, and does not seal yet. */
    synchronized String add() {
        Map<String, byte[]> keys = new LinkedHashMap<>(file.read());
        byte[] key = KeyFile.random();
        keys.put(KeyFile.id(key), key);
        file.write(keys);
        ring = new Ring(keys, ring.current());
        return KeyFile.id(key);
    }

    /** Takes a key that does not seal out of the file. */
    synchronized void drop(String id) {
        Map<String, byte[]> keys = new LinkedHashMap<>(file.read());
        if (!id.equals(ring.current()) && keys.remove(id) != null) {
            file.write(keys);
            ring = new Ring(keys, ring.current());
        }
    }
}
