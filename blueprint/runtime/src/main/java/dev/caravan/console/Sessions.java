package dev.caravan.console;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who is signed in to the console, by the random value of a cookie; gone with the process. Safe for
 * any number of threads.
 */
final class Sessions {
    static final Duration LIFE = Duration.ofHours(8);
    private static final int MOST = 50;
    private static final int BYTES = 32;

    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final Clock clock;

    Sessions(Clock clock) {
        this.clock = clock;
    }

    /** One sign-in: its proof is in every form of its pages, and no other page knows it. */
    static final class Session {
        private final Instant end;
        private final String proof;
        private String said = "";

        private Session(Instant end, String proof) {
            this.end = end;
            this.proof = proof;
        }

        String proof() {
            return proof;
        }

        /** Whether a form carries the proof, in constant time. */
        boolean fits(String given) {
            return MessageDigest.isEqual(
                    proof.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
        }

        /** Keeps what an action said for the page that follows. */
        synchronized void say(String what) {
            said = what;
        }

        /** What the last action said, once; empty where there was none. */
        synchronized String said() {
            String once = said;
            said = "";
            return once;
        }
    }

    /** A new session's cookie; the oldest ends where there are too many. */
    String begin() {
        sessions.values().removeIf(session -> !session.end.isAfter(clock.instant()));
        if (sessions.size() >= MOST) {
            sessions.entrySet().stream()
                    .min(Map.Entry.comparingByValue(Comparator.comparing(session -> session.end)))
                    .ifPresent(oldest -> sessions.remove(oldest.getKey()));
        }
        String cookie = drawn();
        sessions.put(cookie, new Session(clock.instant().plus(LIFE), drawn()));
        return cookie;
    }

    private String drawn() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The session of a cookie, null where it has none or ended. */
    Session of(String cookie) {
        Session session = cookie == null ? null : sessions.get(cookie);
        return session != null && session.end.isAfter(clock.instant()) ? session : null;
    }

    /** Everybody signs in again. */
    void endAll() {
        sessions.clear();
    }

    void end(String cookie) {
        if (cookie != null) {
            sessions.remove(cookie);
        }
    }
}
