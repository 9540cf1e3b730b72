package dev.caravan.sandbox.pliance;

/**
 * One attempt to deliver an event. Immutable.
 *
 * @param status what the receiver answered; 0 where it did not
 * @param body what the receiver said, at most 64 kB
 * @param withSecret whether X-PLIANCE-SECRET went along
 * @param error why there was no answer; empty where there was one
 */
public record Delivery(
        Event event, String url, int status, String body, boolean withSecret, String error) {
    public boolean arrived() {
        return status >= 200 && status < 300;
    }

    String reason() {
        return error.isEmpty() ? "the receiver answered " + status : error;
    }
}
