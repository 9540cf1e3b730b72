package dev.caravan.intake;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.deploy.Deployer;
import dev.caravan.faults.Fault;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;

/**
 * What an operator does at a provider once, with the admin key: a route of the provider that
 * declares itself with {@code group="action"}. It runs once for each request and is never repeated,
 * whatever comes of it. Safe for any number of threads.
 */
public final class ProviderActions {
    private static final String ACTION = "action";
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int MISSING = 404;
    private static final int FAILED = 502;

    private final AdminKey key;
    private final Deployer deployer;

    public ProviderActions(AdminKey key, Deployer deployer) {
        this.key = key;
        this.deployer = deployer;
    }

    /** {@code POST /providers/{provider}/actions/{action}}: what the route leaves as its body. */
    public void act(Exchange exchange) {
        if (!key.fits(exchange.getMessage().getHeader("Authorization", String.class))) {
            error(exchange, UNAUTHORIZED, "expected the key of etc/caravan.admin.key");
            return;
        }
        String provider = header(exchange, "provider");
        String route = provider + "." + header(exchange, ACTION);
        Optional<Exchange> asked = deployer.during(provider, camel -> done(camel, route));
        if (asked.isEmpty()) {
            error(exchange, MISSING, "no such action, or its provider does not run");
            return;
        }
        Exchange done = asked.get();
        if (done.getException() == null) {
            answer(exchange, OK, done.getMessage().getBody(String.class));
        } else {
            error(exchange, FAILED, said(done.getException()));
        }
    }

    /** What came of the route; null where there is no such action. */
    private static Exchange done(CamelContext camel, String id) {
        Route route = camel.getRoute(id);
        return route == null || !ACTION.equals(route.getGroup())
                ? null
                : camel.createProducerTemplate().request(route.getEndpoint(), fresh -> {});
    }

    private static String said(Exception failed) {
        return failed instanceof Fault
                ? failed.getMessage()
                : "the action ended with "
                        + failed.getClass().getSimpleName()
                        + "; it may be done all the same, look before a second time";
    }

    private static String header(Exchange exchange, String name) {
        return exchange.getMessage().getHeader(name, "", String.class);
    }

    private static void error(Exchange exchange, int status, String what) {
        ObjectNode error = new ObjectMapper().createObjectNode().put("error", what);
        answer(exchange, status, error.toString());
    }

    private static void answer(Exchange exchange, int status, String body) {
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(body == null ? "" : body);
    }
}
