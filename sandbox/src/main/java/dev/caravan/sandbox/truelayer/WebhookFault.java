package dev.caravan.sandbox.truelayer;

import dev.caravan.sandbox.Effect;
import java.time.Duration;

/** How the telling of a task's end goes wrong (contract 7.1). Immutable. */
sealed interface WebhookFault extends Effect {
    record Twice() implements WebhookFault {}

    record Never() implements WebhookFault {}

    /** So long after the end, by the twin's clock. */
    record Late(Duration by) implements WebhookFault {}

    /** The task itself fails, and so long after that it succeeds after all. */
    record FailedFirst(Duration then) implements WebhookFault {}

    /** The true word is followed by Failed, though the result stays what it is. */
    record FailedAfterwards() implements WebhookFault {}

    /** One member of the body says something else. */
    record Says(String member, String text) implements WebhookFault {}
}
