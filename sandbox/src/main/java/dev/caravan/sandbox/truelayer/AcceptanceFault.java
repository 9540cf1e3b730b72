package dev.caravan.sandbox.truelayer;

import dev.caravan.sandbox.Effect;

/** What is odd about the acceptance of an asynchronous call. Immutable. */
sealed interface AcceptanceFault extends Effect {
    /** The task is done and its end told before the acceptance is answered. */
    record ToldBefore() implements AcceptanceFault {}

    /** The answer names this as the place of the result. */
    record ResultsUri(String uri) implements AcceptanceFault {}
}
