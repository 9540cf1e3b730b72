package dev.caravan.inbox;

import dev.caravan.connections.Spans;
import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The settings {@code webhook.*} of a provider, read once when it is deployed. A value that does
 * not fit is one {@link SetupFault}. Immutable.
 *
 * @param verifier {@code header}, {@code standard}, {@code url}, {@code jws}, or empty where
 *     webhooks are not taken
 * @param answer the status of a post that was stored
 * @param most how many bytes a post may have
 * @param loopback whether a post over plain http from this host is taken
 * @param retries the pauses before the second attempt and so on; after the last one an event is
 *     dead
 * @param keep how long events that are over are kept
 * @param overlap how long an earlier address stays good beside a newer one, null until it is ended
 */
record InboxSettings(
        String verifier,
        int answer,
        int most,
        boolean loopback,
        Duration tolerance,
        List<Duration> retries,
        Duration keep,
        Duration overlap,
        String base) {
    /** What a provider may be told to post to: secrets go along. */
    private static final String HTTPS = "(https://[^\\s/?#@]+(/[^\\s?#]*)?)?";

    private static final String LOCAL = HTTPS + "|http://(127\\.0\\.0\\.1|localhost)(:\\d+)?/?";

    static InboxSettings of(String provider, Map<String, String> settings) {
        Reader read = new Reader(provider, settings);
        boolean loopback =
                read.of(
                        "webhook.http",
                        "refuse",
                        written -> fitting(written, "refuse|loopback").equals("loopback"));
        String base =
                read.of("webhook.url", "", written -> fitting(written, loopback ? LOCAL : HTTPS));
        return new InboxSettings(
                read.of(
                        "webhook.verifier",
                        "",
                        written -> fitting(written, "|header|standard|url|jws")),
                read.of(
                        "webhook.answer",
                        "204",
                        written -> Integer.parseInt(fitting(written, "2\\d\\d"))),
                read.of(
                        "webhook.most.kilobytes",
                        "1024",
                        written -> Integer.parseInt(fitting(written, "\\d{1,4}")) * 1024),
                loopback,
                read.of("webhook.tolerance", "5m", Spans::of),
                read.of(
                        "webhook.retries",
                        "10s 1m 10m 1h 6h",
                        written -> Arrays.stream(written.split("\\s+")).map(Spans::of).toList()),
                read.of("webhook.keep", "90d", Spans::of),
                read.of(
                        "webhook.overlap",
                        "",
                        written -> written.isEmpty() ? null : Spans.of(written)),
                base.endsWith("/") ? base.substring(0, base.length() - 1) : base);
    }

    private static String fitting(String written, String form) {
        if (!written.matches(form)) {
            throw new IllegalArgumentException("expected " + form);
        }
        return written;
    }

    /** One setting at a time, with what is wrong with it. */
    private record Reader(String provider, Map<String, String> settings) {
        <T> T of(String name, String usual, Function<String, T> form) {
            String written = settings.getOrDefault(name, "").strip();
            try {
                return form.apply(written.isEmpty() ? usual : written);
            } catch (IllegalArgumentException e) {
                throw wrong(provider, name, "is '" + written + "', " + e.getMessage());
            }
        }
    }

    /** A setting that has to be there. */
    static String needed(String provider, Map<String, String> settings, String name) {
        String written = settings.getOrDefault(name, "").strip();
        if (written.isEmpty()) {
            throw wrong(provider, name, "is empty");
        }
        return written;
    }

    static SetupFault wrong(String provider, String setting, String found) {
        return new SetupFault(
                new Fault.Account(
                        "CARAVAN-WEBHOOK",
                        provider,
                        "setting " + setting,
                        found,
                        "mend it; what ran before runs on",
                        null));
    }
}
