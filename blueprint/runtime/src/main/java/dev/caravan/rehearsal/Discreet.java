package dev.caravan.rehearsal;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes out of a text what nobody may see: the secrets that are known, and whatever looks like one
 * by its shape or by the name it stands beside. Immutable.
 */
final class Discreet {
    static final String MASK = "***";

    /** Shorter ones would take half of a text away; no secret that is worth one is so short. */
    private static final int LEAST = 6;

    private static final Pattern JWT =
            Pattern.compile("\\beyJ[\\w-]{5,}\\.[\\w-]+(?:\\.[\\w-]*){0,3}");
    private static final Pattern SCHEME = Pattern.compile("(?i)\\b(Bearer|Basic) [\\w+/=.~-]{6,}");
    private static final Pattern NAMED =
            Pattern.compile(
                    "(?i)([?&](?:[\\w.-]*(?:token|secret|password|signature|assertion|verifier)|code|sig|key|api_?key|request|state|nonce)=)[^&\\s]+");

    private final List<String> secrets;

    Discreet(Collection<String> secrets) {
        this.secrets =
                secrets.stream()
                        .filter(secret -> secret.length() >= LEAST)
                        .sorted(Comparator.comparing(String::length).reversed())
                        .toList();
    }

    String of(String text) {
        String shown = text;
        for (String secret : secrets) {
            shown = shown.replace(secret, MASK);
        }
        shown = JWT.matcher(shown).replaceAll("***");
        shown = SCHEME.matcher(shown).replaceAll("$1 ***");
        return NAMED.matcher(shown).replaceAll("$1***");
    }
}
