package dev.caravan.intake;

import dev.caravan.connections.Work;
import dev.caravan.deploy.Deployer;
import dev.caravan.faults.Fault;
import dev.caravan.payments.Payments;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;

/**
 * A provider as it runs now, asked through its routes: {@code direct:NAME} is the route {@code
 * PROVIDER.NAME}. While it is replaced whoever asks waits for a moment. Immutable; what runs may be
 * replaced between two questions.
 */
record RunningProvider(
        String name,
        Deployer deployer,
        CamelContext camel,
        Map<String, String> answers,
        Payments payments) {
    /** A provider that takes requests. */
    static Optional<RunningProvider> of(Deployer deployer, String name) {
        return deployer.during(
                name,
                camel ->
                        new RunningProvider(
                                name,
                                deployer,
                                camel,
                                deployer.answers(name),
                                deployer.verb(name, Payments.class).orElseThrow()));
    }

    /** Whether what failed may have failed because the provider is being replaced. */
    boolean replaced(Exchange asked) {
        return asked.getException() instanceof RejectedExecutionException
                || !(asked.getException() instanceof Fault) && !camel.getStatus().isStarted();
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
        return deployer.during(
                        name,
                        now ->
                                now.createProducerTemplate()
                                        .request("direct:" + route, request::accept))
                .orElseGet(this::away);
    }

    private Exchange away() {
        Exchange nobody = new DefaultExchange(camel);
        nobody.setException(
                new RejectedExecutionException(
                        name + " is still being replaced, nothing was done"));
        return nobody;
    }
}
