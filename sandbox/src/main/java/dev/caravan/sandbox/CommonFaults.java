package dev.caravan.sandbox;

import dev.caravan.sandbox.http.Damage;
import dev.caravan.sandbox.http.Reply;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The faults that every provider can have at one endpoint, each named by what the caller will see.
 * A fault strikes from the moment it is named; {@link Fault} narrows and lifts it. Immutable.
 */
public interface CommonFaults {
    /** Where faults are kept. */
    FaultTable table();

    /** The endpoint they strike. */
    String endpoint();

    /** 429 without Retry-After. */
    default Fault tooManyRequests() {
        return answer(Reply.empty(429));
    }

    /** 429 with Retry-After in seconds; negative and absurd ones are sent as they are. */
    default Fault tooManyRequests(Duration retryAfter) {
        return retryAfter(429, Long.toString(retryAfter.toSeconds()));
    }

    /** 429 with Retry-After as an HTTP-date. */
    default Fault tooManyRequests(Instant retryAt) {
        return retryAfter(
                429, DateTimeFormatter.RFC_1123_DATE_TIME.format(retryAt.atOffset(ZoneOffset.UTC)));
    }

    /** Any status with this Retry-After. */
    default Fault retryAfter(int status, String retryAfter) {
        return answer(Reply.empty(status).header("Retry-After", retryAfter));
    }

    /** A bare status without a body. */
    default Fault status(int status) {
        return answer(Reply.empty(status));
    }

    /** A status with this JSON as body. */
    default Fault error(int status, Object json) {
        return answer(Reply.json(status, json));
    }

    /** A gateway's HTML under the given status, 200 included. */
    default Fault html(int status) {
        return answer(Reply.html(status, "<html><body><h1>Bad gateway</h1></body></html>"));
    }

    /** One byte of the body, then nothing until the limit or until the caller hangs up. */
    default Fault stalls(Duration limit) {
        return spoil(new Damage(Damage.Kind.STALL, limit));
    }

    default Fault drips(Duration pauseBetweenBytes) {
        return spoil(new Damage(Damage.Kind.DRIP, pauseBetweenBytes));
    }

    /** Half of the bytes that Content-Length promises. */
    default Fault truncated() {
        return spoil(Damage.of(Damage.Kind.TRUNCATE));
    }

    /** Half of the JSON under a Content-Length that fits. */
    default Fault cutJson() {
        return spoil(Damage.of(Damage.Kind.CUT));
    }

    /** Half of the bytes, then a TCP reset. */
    default Fault resets() {
        return spoil(Damage.of(Damage.Kind.RESET));
    }

    /** The work is done, a token rotated for instance, and no answer comes. */
    default Fault losesTheAnswer() {
        return spoil(Damage.of(Damage.Kind.LOSE));
    }

    /** Any answer instead of the work. */
    default Fault answer(Reply reply) {
        return set(new Effect.Answer(reply));
    }

    /** An effect of the twin's own kind. */
    default Fault set(Effect effect) {
        return table().set(endpoint(), effect);
    }

    private Fault spoil(Damage damage) {
        return set(new Effect.Spoil(damage));
    }
}
