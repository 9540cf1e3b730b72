package dev.caravan.watch;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSendingEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSentEvent;
import org.apache.camel.support.EventNotifierSupport;

/**
 * Sees every HTTP exchange of a provider's context end, whichever route made it and however it
 * ended, and counts it. Safe for any number of threads.
 */
public final class CallEvents extends EventNotifierSupport {
    private final Calls calls;
    private final Meters meters;
    private final String provider;
    private final CamelContext context;

    public CallEvents(Calls calls, Meters meters, String provider, CamelContext context) {
        this.calls = calls;
        this.meters = meters;
        this.provider = provider;
        this.context = context;
        setIgnoreCamelContextEvents(true);
        setIgnoreCamelContextInitEvents(true);
        setIgnoreRouteEvents(true);
        setIgnoreServiceEvents(true);
        setIgnoreStepEvents(true);
        setIgnoreExchangeCreatedEvent(true);
        setIgnoreExchangeCompletedEvent(true);
        setIgnoreExchangeFailedEvents(true);
        setIgnoreExchangeRedeliveryEvents(true);
    }

    @Override
    public boolean isEnabled(CamelEvent event) {
        return event instanceof ExchangeSentEvent sent && sent.getEndpoint() instanceof HttpEndpoint
                // who does not hear of the start is not told of the end
                || event instanceof ExchangeSendingEvent sending
                        && sending.getEndpoint() instanceof HttpEndpoint;
    }

    @Override
    public void notify(CamelEvent event) {
        if (event instanceof ExchangeSentEvent sent) {
            ended(sent);
        }
    }

    private void ended(ExchangeSentEvent sent) {
        Exchange exchange = sent.getExchange();
        Outcome outcome = Outcome.of(exchange);
        // a call that we broke off says nothing of the provider
        if (outcome == null || outcome == Outcome.FAILED && context.isStopping()) {
            return;
        }
        String scope = meters.scope(provider, exchange.getProperty("endpoint", String.class));
        calls.ended(provider, scope, outcome, sent.getTimeTaken());
        meters.call(provider, scope, outcome, sent.getTimeTaken());
    }
}
