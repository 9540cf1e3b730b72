package dev.caravan.watch;

import dev.caravan.faults.HandshakeFault;
import java.io.IOException;
import java.util.Locale;
import org.apache.camel.Exchange;

/** How a call to a provider ended. */
public enum Outcome {
    /** A good status. */
    ANSWERED,
    /** 429. */
    THROTTLED,
    /** Another status from 300 to 499: our request was not good enough. */
    REFUSED,
    /** No whole answer, or a status of 500 and above: the provider's fault. */
    FAILED;

    private static final int REDIRECT = 300;
    private static final int TOO_MANY = 429;
    private static final int TROUBLE = 500;

    /** How the call of an exchange ended that has just been sent; null where none left. */
    static Outcome of(Exchange exchange) {
        for (Throwable each = exchange.getException(); each != null; each = each.getCause()) {
            if (each instanceof IOException || each instanceof HandshakeFault) {
                return FAILED;
            }
        }
        Integer status =
                exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        return exchange.getException() != null || status == null ? null : of(status);
    }

    static Outcome of(int status) {
        if (status >= TROUBLE) {
            return FAILED;
        }
        if (status == TOO_MANY) {
            return THROTTLED;
        }
        return status >= REDIRECT ? REFUSED : ANSWERED;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
