package dev.caravan.sandbox.truelayer;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of the mock logins of contract section 1, and {@code john}/{@code reconfirm}, which is this
 * twin's own: no login of the contract leads to the third answer of extend. Immutable.
 *
 * @param key names the user inside the twin and in its faults
 * @param flavour the password of a special login, or {@code plain}
 */
record MockUser(String key, String flavour) {
    private static final Pattern NUMBERED = Pattern.compile("john([1-9][0-9]{0,6})?");
    private static final Set<String> SPECIAL = Set.of("iban", "eternal", "reconfirm");
    private static final Set<String> CODES =
            Set.of(
                    "account_permanently_locked",
                    "account_temporarily_locked",
                    "internal_error",
                    "provider_error",
                    "user_input_required",
                    "wrong_credentials");

    static Optional<MockUser> login(String name, String password, int users) {
        if (name.equals("john") && SPECIAL.contains(password)) {
            return Optional.of(new MockUser("john-" + password, password));
        }
        if (name.startsWith("error.") && password.equals("error")) {
            return Optional.of(new MockUser(name, "plain"))
                    .filter(user -> user.error().isPresent());
        }
        Matcher numbered = NUMBERED.matcher(name);
        boolean known =
                numbered.matches()
                        && password.equals(name.replace("john", "doe"))
                        && (name.equals("john") || Integer.parseInt(numbered.group(1)) <= users);
        return known ? Optional.of(new MockUser(name, "plain")) : Optional.empty();
    }

    /** The code with which every data call of this user fails. */
    Optional<String> error() {
        return Optional.of(key)
                .filter(name -> name.startsWith("error."))
                .map(name -> name.substring("error.".length()))
                .filter(CODES::contains);
    }

    String action() {
        return switch (flavour) {
            case "eternal" -> "no_action_needed";
            case "reconfirm" -> "reconfirmation_of_consent_needed";
            default -> "authentication_needed";
        };
    }
}
