package dev.caravan.deploy;

import java.util.Collection;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.model.Model;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.xml.io.XmlPullParserLocationException;

/**
 * Where in a provider's route files an error is: at the element that cannot work, or at least at
 * its route. Immutable.
 *
 * @param line from 1; 0 where nobody knows
 * @param column from 1
 */
record Place(String file, int line, int column) {

    /**
     * @param file the one that is looked at, where the error does not name another
     */
    static Place of(Throwable error, String file, Provider provider, CamelContext context) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            if (each instanceof XmlPullParserLocationException at) {
                return new Place(file, at.getLineNumber(), at.getColumnNumber());
            }
            String route = null;
            if (each instanceof FailedToCreateRouteException at) {
                route = at.getRouteId();
            } else if (each instanceof FailedToStartRouteException at) {
                route = at.getRouteId();
            }
            if (route != null) {
                return element(context, route, each.getMessage())
                        .map(found -> of(found, provider))
                        .orElse(new Place(file, 0, 0));
            }
        }
        return new Place(file, 0, 0);
    }

    /** The element of the route that the message quotes, else the route. */
    private static Optional<OptionalIdentifiedDefinition<?>> element(
            CamelContext context, String route, String message) {
        RouteDefinition definition =
                context.getCamelContextExtension()
                        .getContextPlugin(Model.class)
                        .getRouteDefinition(route);
        if (definition == null) {
            return Optional.empty();
        }
        @SuppressWarnings("rawtypes")
        Collection<ProcessorDefinition> elements =
                ProcessorDefinitionHelper.filterTypeInOutputs(
                        definition.getOutputs(), ProcessorDefinition.class);
        for (OptionalIdentifiedDefinition<?> element : elements) {
            if (message.contains(">>> " + element + " <<<")) {
                return Optional.of(element);
            }
        }
        return Optional.of(message.contains(">>>") ? definition : definition.getInput());
    }

    /** Where an offset of a text is. */
    static Place at(String file, String text, int offset) {
        String before = text.substring(0, offset);
        return new Place(
                file,
                (int) before.chars().filter(c -> c == '\n').count() + 1,
                before.length() - before.lastIndexOf('\n'));
    }

    /** Where an element is written. */
    static Place of(OptionalIdentifiedDefinition<?> element, Provider provider) {
        return of(element, provider, element.getLabel());
    }

    /**
     * The same.
     *
     * @param said what tells it from others of its kind on the line
     */
    static Place of(OptionalIdentifiedDefinition<?> element, Provider provider, String said) {
        String line =
                provider.files()
                        .getOrDefault(element.getLocation(), "")
                        .lines()
                        .skip(Math.max(0, element.getLineNumber() - 1))
                        .findFirst()
                        .orElse("");
        return new Place(
                element.getLocation(), element.getLineNumber(), column(line, element, said));
    }

    /** Of several elements of one name on a line the one that says the same. */
    private static int column(String line, OptionalIdentifiedDefinition<?> element, String said) {
        String tag = "<" + element.getShortName();
        int first = line.indexOf(tag);
        for (int at = first; at >= 0; at = line.indexOf(tag, at + 1)) {
            int end = line.indexOf('>', at);
            if (line.substring(at, end < 0 ? line.length() : end)
                    .replace("&amp;", "&")
                    .contains(said.replace("&amp;", "&"))) {
                return at + 1;
            }
        }
        return first + 1;
    }

    @Override
    public String toString() {
        return line <= 0 ? file : file + " line " + line + ", column " + column;
    }
}
