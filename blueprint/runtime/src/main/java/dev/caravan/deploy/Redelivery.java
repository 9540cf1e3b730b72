package dev.caravan.deploy;

import org.apache.camel.CamelContext;
import org.apache.camel.model.OnExceptionDefinition;

/**
 * A call that waits for its next attempt must not keep an edit waiting, for it may wait for
 * minutes: when its routes stop it is left, and the next version makes it. Stateless.
 */
final class Redelivery {
    private Redelivery() {}

    /** Says so in every policy of the routes that are loaded and not started yet. */
    static void endsWithTheContext(CamelContext camel) {
        for (OnExceptionDefinition policy : Elements.policies(camel)) {
            if (policy.getRedeliveryPolicyType() != null) {
                policy.getRedeliveryPolicyType().setAllowRedeliveryWhileStopping("false");
            }
        }
    }
}
