package dev.caravan.deploy;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeExtension;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;

/**
 * A fault that a route has handled is over at the end of that route, and the route that called it
 * goes on; Camel by itself would stop every caller up to the first one. Stateless.
 */
final class HandledFaults extends RoutePolicySupport implements RoutePolicyFactory {
    @Override
    public RoutePolicy createRoutePolicy(CamelContext context, String route, NamedNode node) {
        return new HandledFaults();
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
        ExchangeExtension state = exchange.getExchangeExtension();
        if (exchange.getException() == null
                && state.isErrorHandlerHandledSet()
                && state.isErrorHandlerHandled()) {
            state.setErrorHandlerHandled(null);
            state.setFailureHandled(false);
            state.setRedeliveryExhausted(false);
        }
    }
}
