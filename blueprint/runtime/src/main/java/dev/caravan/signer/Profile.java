package dev.caravan.signer;

import com.nimbusds.jose.JWSAlgorithm;
import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import dev.caravan.vault.References;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;

/**
 * The settings {@code sign.NAME.*} of one profile, with the references in them filled in for one
 * exchange. A value that makes no sense is a {@link SetupFault} that names its setting and not the
 * value. Immutable.
 */
final class Profile {
    private static final int SHORTEST_SECRET = 32;

    private final String provider;
    private final String name;
    private final Map<String, String> settings;
    private final References references;
    private final Exchange exchange;

    Profile(
            String provider,
            String name,
            Map<String, String> settings,
            References references,
            Exchange exchange) {
        this.provider = provider;
        this.name = name;
        this.settings = settings;
        this.references = references;
        this.exchange = exchange;
    }

    String name() {
        return name;
    }

    private String key(String setting) {
        return "sign." + name + "." + setting;
    }

    boolean has(String setting) {
        return !settings.getOrDefault(key(setting), "").isBlank();
    }

    String text(String setting, String otherwise) {
        return has(setting) ? references.setting(exchange, key(setting)) : otherwise;
    }

    boolean flag(String setting) {
        return text(setting, "false").equals("true");
    }

    long seconds(String setting, long otherwise) {
        String written = text(setting, String.valueOf(otherwise));
        if (!written.matches("\\d{1,9}")) {
            throw odd(setting, "is no number of seconds");
        }
        return Long.parseLong(written);
    }

    <E extends Enum<E>> E one(Class<E> of, String setting, E otherwise) {
        try {
            return Enum.valueOf(of, text(setting, otherwise.name()));
        } catch (IllegalArgumentException e) {
            throw odd(setting, "is none of " + java.util.List.of(of.getEnumConstants()));
        }
    }

    /** The settings below a name, for example {@code claim}, by the rest of their name, sorted. */
    Map<String, String> below(String group) {
        String prefix = key(group) + ".";
        Map<String, String> below = new TreeMap<>();
        for (String setting : settings.keySet()) {
            if (setting.startsWith(prefix)) {
                below.put(
                        setting.substring(prefix.length()), references.setting(exchange, setting));
            }
        }
        return below;
    }

    /** The algorithm: from the settings, never from data (RFC 8725 section 3.1). */
    JWSAlgorithm algorithm() {
        JWSAlgorithm algorithm = JWSAlgorithm.parse(text("alg", "none"));
        if (!JWSAlgorithm.Family.SIGNATURE.contains(algorithm)
                && !JWSAlgorithm.Family.HMAC_SHA.contains(algorithm)) {
            throw odd("alg", "names no algorithm, expected one such as PS256, ES256 or HS256");
        }
        return algorithm;
    }

    /** Which of two keys is in use: {@code .next} behind the name, or nothing. */
    String inUse() {
        return text("use", "current").equals("next") ? ".next" : "";
    }

    /** A shared secret: the UTF-8 bytes of its text, as long as RFC 7518 section 3.2 wants it. */
    byte[] secret() {
        String setting = "secret" + inUse();
        byte[] secret = references.secret(exchange, key(setting)).getBytes(StandardCharsets.UTF_8);
        if (secret.length < SHORTEST_SECRET) {
            throw odd(setting, "has " + secret.length + " bytes, expected 32 or more");
        }
        return secret;
    }

    /** A file to the byte: a key, a certificate. */
    byte[] bytes(String setting) {
        return references.secretBytes(exchange, key(setting));
    }

    SetupFault odd(String setting, String found) {
        return new SetupFault(
                new Fault.Account(
                        "CARAVAN-SIGN",
                        provider,
                        "setting " + key(setting),
                        found,
                        "mend it; what ran before runs on",
                        null));
    }
}
