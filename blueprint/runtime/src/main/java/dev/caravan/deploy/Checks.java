package dev.caravan.deploy;

import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.component.sql.SqlEndpoint;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.JsonPathExpression;
import org.apache.camel.model.language.MethodCallExpression;
import org.quartz.CronExpression;

/**
 * Looks through a provider that is built for what Camel would only find out with the first message:
 * verbs that there are not, targets that nobody consumes, statements, crons and paths that do not
 * parse. For one thread.
 */
final class Checks {
    private static final int TOLD = 3;
    private static final Pattern CRON = Pattern.compile("quartz:.*[?&]cron=([^&]*).*");

    private final Provider provider;
    private final Verbs.Vocabulary verbs;
    private final CamelContext camel;
    private final Map<String, String> flaws = new LinkedHashMap<>();

    Checks(Provider provider, Verbs.Vocabulary verbs, CamelContext camel) {
        this.provider = provider;
        this.verbs = verbs;
        this.camel = camel;
    }

    /**
     * Looks at what is loaded, before it starts.
     *
     * @throws dev.caravan.faults.SetupFault with the places and reasons of the first flaws
     */
    void loaded() {
        for (ExpressionNode node : Elements.of(camel, ExpressionNode.class)) {
            expression(node, node.getExpression());
        }
        for (OnExceptionDefinition policy : Elements.policies(camel)) {
            if (policy.getRetryWhile() != null) {
                expression(policy, policy.getRetryWhile().getExpressionType());
            }
        }
        for (BeanDefinition bean : Elements.of(camel, BeanDefinition.class)) {
            verb(bean, bean.getRef(), bean.getMethod());
        }
        for (SendDefinition<?> send : Elements.of(camel, SendDefinition.class)) {
            String uri = filled(send.getEndpointUri());
            if (uri.matches("(direct|seda):.*")) {
                target(send, send.getEndpointUri(), uri);
            }
        }
        for (RouteDefinition route : Elements.routes(camel)) {
            cron(route.getInput(), filled(route.getInput().getEndpointUri()));
        }
        Words.check(provider, (place, flaw) -> flaws.putIfAbsent(place.toString(), flaw));
        tell();
    }

    /** The same for what can be asked about once its endpoints are there. */
    void resolved() {
        for (SendDefinition<?> send : Elements.of(camel, SendDefinition.class)) {
            String uri = filled(send.getEndpointUri());
            if (uri.startsWith("sql:") && camel.hasEndpoint(uri) instanceof SqlEndpoint statement) {
                String wrong = SqlCheck.flaw(statement, verbs.ledger());
                if (wrong != null) {
                    flaw(send, send.getEndpointUri(), "its SQL: " + wrong);
                }
            }
        }
        tell();
    }

    private void tell() {
        if (flaws.isEmpty()) {
            return;
        }
        String first = flaws.keySet().iterator().next();
        String others =
                flaws.entrySet().stream()
                        .skip(1)
                        .limit(TOLD)
                        .map(each -> "; " + each.getKey() + ": " + each.getValue())
                        .collect(Collectors.joining());
        throw provider.refused(first, "cannot work: " + flaws.get(first) + others);
    }

    private void flaw(OptionalIdentifiedDefinition<?> element, String said, String found) {
        flaws.putIfAbsent(Place.of(element, provider, said).toString(), found);
    }

    /** With its settings filled in; where one is missing Camel tells the place itself. */
    private String filled(String text) {
        try {
            return text == null ? "" : camel.resolvePropertyPlaceholders(text);
        } catch (IllegalArgumentException missing) {
            return "";
        }
    }

    private void expression(
            OptionalIdentifiedDefinition<?> element, ExpressionDefinition expression) {
        if (expression instanceof MethodCallExpression call) {
            verb(element, call.getRef(), call.getMethod());
        } else if (expression instanceof JsonPathExpression path
                && !path.getExpression().contains("${")) {
            try {
                JsonPath.compile(path.getExpression());
            } catch (InvalidPathException | StringIndexOutOfBoundsException e) {
                flaw(
                        element,
                        path.getExpression(),
                        "the path " + path.getExpression() + " does not parse");
            }
        }
    }

    private void verb(OptionalIdentifiedDefinition<?> element, String ref, String method) {
        Object verb = ref == null ? null : verbs.byName().get(ref);
        if (verb == null || method == null) {
            return;
        }
        String written = filled(method);
        if (written.isEmpty()) {
            return;
        }
        VerbCall call = VerbCall.of(written);
        String wrong = call.flaw(verb.getClass());
        if (wrong != null) {
            flaw(element, method, "the verb " + ref + ": " + wrong);
            return;
        }
        for (String text : call.texts()) {
            if (text != null && text.startsWith("direct:")) {
                target(element, method, text);
            }
        }
    }

    private void target(OptionalIdentifiedDefinition<?> element, String said, String uri) {
        if (uri.contains("failIfNoConsumers=false") || consumed().contains(bare(uri))) {
            return;
        }
        flaw(element, said, "no route begins with " + uri.split("\\?")[0]);
    }

    private Set<String> consumed() {
        return Elements.routes(camel).stream()
                .map(route -> bare(filled(route.getInput().getEndpointUri())))
                .collect(Collectors.toSet());
    }

    private static String bare(String uri) {
        return uri.split("\\?")[0].replace("://", ":");
    }

    private void cron(OptionalIdentifiedDefinition<?> input, String uri) {
        Matcher cron = CRON.matcher(uri);
        if (!cron.matches()) {
            return;
        }
        String written = cron.group(1).replace('+', ' ');
        try {
            CronExpression.validateExpression(written);
        } catch (ParseException e) {
            flaw(input, "quartz:", "the cron '" + written + "' does not parse: " + e.getMessage());
        }
    }
}
