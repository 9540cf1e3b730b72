package dev.caravan.payments;

import dev.caravan.connections.Spans;
import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/**
 * The settings {@code payments} and {@code payment.*} of a provider. A value that does not fit is
 * one {@link SetupFault}. Immutable.
 *
 * @param on whether payments are made at all; anything but {@code on} is no
 * @param most the largest amount
 * @param currency the only currency, ISO 4217
 * @param keep how long after its end a payment's tokens and intent are kept
 * @param awaited how long an answer to a submission may be on its way
 */
public record PaymentSettings(
        boolean on,
        BigDecimal most,
        String currency,
        PollPlan plan,
        Duration keep,
        Duration awaited) {
    private static final Duration MARGIN = Duration.ofMinutes(1);

    public static PaymentSettings of(String provider, Map<String, String> settings) {
        Reader read = new Reader(provider, settings);
        return new PaymentSettings(
                settings.getOrDefault("payments", "off").strip().equals("on"),
                read.of("payment.most", "1000", BigDecimal::new),
                read.of("payment.currency", "GBP", PaymentSettings::code),
                read.of("payment.poll", "5s 15s 60s 12x5m 24x1h", PollPlan::of),
                read.of("payment.keep", "24h", Spans::of),
                read.of(
                        "call.deadline.seconds",
                        "60",
                        seconds -> Duration.ofSeconds(Long.parseLong(seconds)).plus(MARGIN)));
    }

    private static String code(String written) {
        if (!written.matches("[A-Z]{3}")) {
            throw new IllegalArgumentException("expected three capital letters");
        }
        return written;
    }

    private record Reader(String provider, Map<String, String> settings) {
        <T> T of(String name, String usual, Function<String, T> form) {
            String written = settings.getOrDefault(name, "").strip();
            try {
                return form.apply(written.isEmpty() ? usual : written);
            } catch (IllegalArgumentException e) {
                throw new SetupFault(
                        new Fault.Account(
                                "CARAVAN-PAYMENT",
                                provider,
                                "setting " + name,
                                "is '" + written + "', " + e.getMessage(),
                                "mend it; what ran before runs on",
                                null));
            }
        }
    }
}
