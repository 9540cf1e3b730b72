package dev.caravan.payments;

import dev.caravan.faults.Fault;
import dev.caravan.faults.PaymentFault;
import dev.caravan.vault.References;
import org.apache.camel.Exchange;

/** What is said of payments that go wrong, in one line each and without who is paid. Immutable. */
record PaymentWords(String provider) {
    static final String NEVER_AGAIN =
            "its state is unknown and it is never sent again; somebody looks";

    PaymentFault fault(String attempted, String found, String next) {
        return new PaymentFault(
                new Fault.Account("CARAVAN-PAYMENT", provider, attempted, found, next, null));
    }

    String sentence(String attempted, String found, String next) {
        return fault(attempted, found, next).getMessage();
    }

    /** The same about the request at hand. */
    String sentence(Exchange exchange, String found, String next) {
        String request = exchange.getProperty("request", "a request", String.class);
        return sentence(request + " for payment " + References.connection(exchange), found, next);
    }

    /** What may be said of a failure: only a fault is known to hold nothing of what was sent. */
    static String failure(Exchange exchange) {
        Exception caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        Throwable cause = caught == null ? exchange.getException() : caught;
        for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
            if (inner instanceof Fault) {
                return inner.getMessage();
            }
        }
        return cause == null ? "no reason" : cause.getClass().getSimpleName();
    }
}
