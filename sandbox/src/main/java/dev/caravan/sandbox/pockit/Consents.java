package dev.caravan.sandbox.pockit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * Every intent and every consent so far, and whose each code and token is. Nothing is forgotten but
 * dead access tokens. Safe for use by many threads.
 */
final class Consents {
    private final Map<String, Intent> intents = new ConcurrentHashMap<>();
    private final Set<String> uuids = ConcurrentHashMap.newKeySet();
    private final Map<String, Consent> consents = new LinkedHashMap<>();
    private final Map<String, Consent> bySecret = new ConcurrentHashMap<>();

    /** Answers false where the uuid came before and must not come again. */
    boolean open(Intent intent, boolean once) {
        boolean fresh = uuids.add(intent.uuid().toLowerCase(Locale.ROOT));
        if (!fresh && once) {
            return false;
        }
        intents.put(intent.id(), intent);
        return true;
    }

    Optional<Intent> intent(String id) {
        return Optional.ofNullable(intents.get(id));
    }

    Optional<Intent> change(String id, UnaryOperator<Intent> by) {
        return Optional.ofNullable(intents.computeIfPresent(id, (key, one) -> by.apply(one)));
    }

    /** Closes an open intent; of two who try at one moment one is told no. */
    boolean close(String id) {
        boolean[] wasOpen = {false};
        change(
                id,
                intent -> {
                    wasOpen[0] = intent.open();
                    return intent.closed();
                });
        return wasOpen[0];
    }

    void add(Consent consent) {
        synchronized (consents) {
            consents.put(consent.intentId(), consent);
        }
        consent.secrets().forEach(secret -> remember(secret, consent));
    }

    void remember(String secret, Consent consent) {
        if (!secret.isEmpty()) {
            bySecret.put(secret, consent);
        }
    }

    void forget(Collection<String> dead) {
        dead.forEach(bySecret::remove);
    }

    /** Whose code, access token or refresh token it is or was. */
    Optional<Consent> of(String secret) {
        return Optional.ofNullable(bySecret.get(secret));
    }

    /** The oldest first. */
    List<Consent> all() {
        synchronized (consents) {
            return new ArrayList<>(consents.values());
        }
    }

    List<Intent> intents() {
        return List.copyOf(intents.values());
    }

    List<Consent> of(String user, boolean payment) {
        return all().stream()
                .filter(one -> one.user().equals(user) && one.payment() == payment)
                .toList();
    }
}
