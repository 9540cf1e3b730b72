package dev.caravan.deploy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;

/** The elements of the routes and policies that a context has loaded. Stateless. */
final class Elements {
    private Elements() {}

    static List<RouteDefinition> routes(CamelContext camel) {
        return model(camel).getRouteDefinitions();
    }

    private static Model model(CamelContext camel) {
        return camel.getCamelContextExtension().getContextPlugin(Model.class);
    }

    /** Every element of a type, each once, in the order in which it is written. */
    static <T> Set<T> of(CamelContext camel, Class<T> type) {
        Set<T> found = new LinkedHashSet<>();
        for (RouteConfigurationDefinition shared :
                model(camel).getRouteConfigurationDefinitions()) {
            List<ProcessorDefinition<?>> policies = new ArrayList<>(shared.getOnExceptions());
            found.addAll(ProcessorDefinitionHelper.filterTypeInOutputs(policies, type));
        }
        for (RouteDefinition route : routes(camel)) {
            found.addAll(ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), type));
        }
        return found;
    }

    /** What routes and their shared policies do about exceptions. */
    static Set<OnExceptionDefinition> policies(CamelContext camel) {
        return of(camel, OnExceptionDefinition.class);
    }
}
