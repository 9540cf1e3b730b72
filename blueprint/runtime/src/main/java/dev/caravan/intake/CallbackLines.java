package dev.caravan.intake;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How users come back from a provider: the lines {@code callback.*} of its {@code
 * answers.properties}, where what is not said is as in RFC 6749 section 4.1.2. Immutable.
 *
 * @param state the parameter that holds the state, or the uuid that stands for it
 * @param code the parameter that holds the code
 * @param reference the parameter that has to hold what the provider called the trip, null for none
 * @param declined the codes that mean no, null where a missing code is no answer at all
 * @param fragment whether the answer may be behind the # of the address
 */
record CallbackLines(
        String state, String code, String reference, Set<String> declined, boolean fragment) {
    static CallbackLines of(Map<String, String> answers) {
        String declined = answers.get("callback.declined");
        return new CallbackLines(
                answers.getOrDefault("callback.state", "state").strip(),
                answers.getOrDefault("callback.code", "code").strip(),
                answers.get("callback.reference") == null
                        ? null
                        : answers.get("callback.reference").strip(),
                declined == null
                        ? null
                        : Arrays.stream(declined.split(","))
                                .map(String::strip)
                                .collect(Collectors.toUnmodifiableSet()),
                answers.getOrDefault("callback.fragment", "false").strip().equals("true"));
    }

    /** Whether a code, empty where there is none, means that the user said no. */
    boolean declines(String given) {
        return declined != null && (given.isBlank() || declined.contains(given.strip()));
    }
}
