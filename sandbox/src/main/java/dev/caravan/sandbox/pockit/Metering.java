package dev.caravan.sandbox.pockit;

/**
 * The four calls without a user per endpoint and day (contract 4.5). Immutable.
 *
 * @param unattendedLimit Calls without x-user-ip before 429; 0 never answers it.
 * @param meterKey What "endpoint" means.
 * @param meterWindow What "day" means.
 * @param pagesCount Whether each page is a call of its own.
 * @param retryAfter Whether that 429 says when to come again.
 * @param unattendedDays A window that begins more days ago is refused without a user; 0 never.
 */
public record Metering(
        int unattendedLimit,
        Key meterKey,
        Window meterWindow,
        boolean pagesCount,
        boolean retryAfter,
        int unattendedDays) {

    /** What is counted by itself. */
    public enum Key {
        /** Consent and path. */
        PATH,
        /** Consent and template, all accounts together. */
        TEMPLATE
    }

    /** When a count begins anew. */
    public enum Window {
        /** Each call counts for 24 hours. */
        ROLLING,
        /** All counts end at midnight UTC. */
        CALENDAR
    }

    static Metering defaults() {
        return new Metering(4, Key.PATH, Window.ROLLING, true, true, 90);
    }
}
