package dev.caravan.inbox;

import dev.caravan.vault.Secrets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The secrets that posts are proved by: {@code webhook.secret}, and {@code webhook.secret.next}
 * while one replaces the other; {@code $[connection:NAME]} is a value of the connection's own. A
 * new one holds at once, one that is replaced for a second more. Safe for any number of threads.
 */
final class Proofs implements GoodSecrets {
    private static final Pattern OWN = Pattern.compile("\\$\\[connection:([A-Za-z0-9._-]+)]");
    private static final List<String> SETTINGS = List.of("webhook.secret", "webhook.secret.next");

    private static final long HELD_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MOST_HELD = 10_000;

    private final Map<UUID, Held> held = new ConcurrentHashMap<>();
    private final String provider;
    private final Map<String, String> settings;
    private final Secrets secrets;
    private final BiFunction<UUID, String, Optional<String>> own;

    Proofs(
            String provider,
            Map<String, String> settings,
            Secrets secrets,
            BiFunction<UUID, String, Optional<String>> own) {
        this.provider = provider;
        this.settings = settings;
        this.secrets = secrets;
        this.own = own;
    }

    /** What was read, and when. */
    private record Held(List<String> secrets, long at) {
        @Override
        public String toString() {
            return secrets.size() + " secrets";
        }
    }

    /** The secrets of a connection that were read within the last second; none where none were. */
    @Override
    public List<String> held(UUID connection) {
        Held last = held.get(connection);
        return last == null || System.nanoTime() - last.at() > HELD_NANOS
                ? List.of()
                : last.secrets();
    }

    /**
     * The secrets that are good for a connection now, read anew.
     *
     * @throws dev.caravan.faults.SetupFault where there is none
     */
    @Override
    public List<String> of(UUID connection) {
        List<String> good = new ArrayList<>();
        for (String setting : SETTINGS) {
            String written = settings.getOrDefault(setting, "").strip();
            Matcher reference = OWN.matcher(written);
            if (reference.matches()) {
                own.apply(connection, reference.group(1))
                        .map(String::strip)
                        .filter(each -> !each.isEmpty())
                        .ifPresent(good::add);
            } else if (!written.isEmpty()) {
                good.add(secrets.get(setting));
            }
        }
        if (good.isEmpty()) {
            throw InboxSettings.wrong(
                    provider, SETTINGS.get(0), "stands for nothing for connection " + connection);
        }
        if (held.size() >= MOST_HELD) {
            held.clear();
        }
        held.put(connection, new Held(List.copyOf(good), System.nanoTime()));
        return good;
    }
}
