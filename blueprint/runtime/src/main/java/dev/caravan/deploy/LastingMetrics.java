package dev.caravan.deploy;

import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicy;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;
import org.apache.camel.spi.RoutePolicy;

/**
 * Measures routes, and leaves the meters to the version that replaces this one: they have the same
 * names, and Camel would take the new one's away with the old. Safe for any number of threads.
 */
final class LastingMetrics extends MicrometerRoutePolicyFactory {
    private volatile boolean handedOver;

    LastingMetrics(MeterRegistry registry) {
        setMeterRegistry(registry);
    }

    /** Another version goes on counting. */
    void handOver() {
        handedOver = true;
    }

    @Override
    public RoutePolicy createRoutePolicy(CamelContext context, String route, NamedNode node) {
        MicrometerRoutePolicy policy = new Policy();
        policy.setMeterRegistry(getMeterRegistry());
        policy.setPrettyPrint(isPrettyPrint());
        policy.setDurationUnit(getDurationUnit());
        policy.setNamingStrategy(getNamingStrategy());
        policy.setConfiguration(getPolicyConfiguration());
        return policy;
    }

    @Override
    protected void doShutdown() {
        // what the super class takes away here belongs to the next version
    }

    private final class Policy extends MicrometerRoutePolicy {
        Policy() {
            super(LastingMetrics.this);
        }

        @Override
        public void onRemove(Route route) {
            if (!handedOver) {
                super.onRemove(route);
            }
        }
    }
}
