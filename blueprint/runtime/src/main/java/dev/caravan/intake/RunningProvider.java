package dev.caravan.intake;

import dev.caravan.connections.Work;
import dev.caravan.deploy.Deployer;
import dev.caravan.faults.Fault;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;

/**
 * A provider as it runs now, asked through its routes: {@code direct:NAME} is the route {@code
 * PROVIDER.NAME}. Immutable; what runs may be replaced meanwhile.
 */
record RunningProvider(String name, CamelContext camel, Map<String, String> answers) {
    /** A provider that takes requests now; one that is being replaced does not. */
    static Optional<RunningProvider> of(Deployer deployer, String name) {
        return deployer.camel(name)
                .filter(camel -> camel.getStatus().isStarted())
                .map(camel -> new RunningProvider(name, camel, deployer.answers(name)));
    }

    /** Whether what failed may have failed because the provider is being replaced. */
    boolean replaced(Exchange asked) {
        return !(asked.getException() instanceof Fault) && !camel.getStatus().isStarted();
    }

    boolean has(String route) {
        return camel.getRoute(name + "." + route) != null;
    }

    /** The kinds of work beside pulls that this provider has routes for. */
    Set<String> tasks() {
        return Work.kinds(this::has);
    }

    /** Asks a route; what it raises is in the exchange. */
    Exchange ask(String route, Consumer<Exchange> request) {
        return camel.createProducerTemplate().request("direct:" + route, request::accept);
    }
}
