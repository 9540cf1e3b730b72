package dev.caravan.watch;

import dev.caravan.connections.Pull;
import java.util.Objects;
import java.util.UUID;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.slf4j.MDC;

/**
 * Says on every line of the log that a step of a route writes, its verbs' lines included, which
 * provider, connection and run it is of. Each step says it anew and takes it back, so that whatever
 * a thread does next begins with nothing. Safe for any number of threads.
 */
public final class LogContext implements InterceptStrategy {
    private final String provider;

    public LogContext(String provider) {
        this.provider = provider;
    }

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, Processor next) {
        return new Step(target);
    }

    private final class Step extends DelegateAsyncProcessor {
        Step(Processor step) {
            super(step);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            Pull pull = Pull.of(exchange);
            String connection =
                    pull != null
                            ? pull.connection().toString()
                            : exchange.getProperty("connection") instanceof UUID id
                                    ? id.toString()
                                    : null;
            String run = pull == null ? null : String.valueOf(pull.id());
            String providerBefore = said("provider", provider);
            String connectionBefore = said("connection", connection);
            String runBefore = said("run", run);
            try {
                return super.process(exchange, callback);
            } finally {
                said("provider", providerBefore);
                said("connection", connectionBefore);
                said("run", runBefore);
            }
        }
    }

    /** Sets one word and tells what it was; a word that stays costs nothing. */
    private static String said(String key, String now) {
        String before = MDC.get(key);
        if (!Objects.equals(before, now)) {
            if (now == null) {
                MDC.remove(key);
            } else {
                MDC.put(key, now);
            }
        }
        return before;
    }
}
