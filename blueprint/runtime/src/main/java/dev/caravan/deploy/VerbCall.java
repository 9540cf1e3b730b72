package dev.caravan.deploy;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;

/**
 * A call of a verb as a route writes it, {@code save(*, 'account', 'accounts.sql')}. Immutable.
 *
 * @param arguments as written; null where there are no parentheses
 */
record VerbCall(String method, List<String> arguments) {

    /** Reads what stands in the attribute {@code method}, its settings filled in. */
    static VerbCall of(String written) {
        String text = written.strip();
        int open = text.indexOf('(');
        return open < 0 || !text.endsWith(")")
                ? new VerbCall(text, null)
                : new VerbCall(
                        text.substring(0, open).strip(),
                        split(text.substring(open + 1, text.length() - 1)));
    }

    /** At commas that are in no quotes and in no {@code ${...}}. */
    private static List<String> split(String list) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        char quote = 0;
        int depth = 0;
        for (char c : list.toCharArray()) {
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '{' || c == '(') {
                depth++;
            } else if (c == '}' || c == ')') {
                depth--;
            } else if (c == ',' && depth == 0) {
                parts.add(part.toString().strip());
                part.setLength(0);
                continue;
            }
            part.append(c);
        }
        if (!parts.isEmpty() || !part.toString().isBlank()) {
            parts.add(part.toString().strip());
        }
        return parts;
    }

    /** The texts among the arguments; null stands for any other. */
    List<String> texts() {
        return arguments == null
                ? List.of()
                : arguments.stream().map(VerbCall::text).collect(Collectors.toList());
    }

    private static String text(String argument) {
        boolean quoted =
                argument.length() > 1
                        && (argument.startsWith("'") && argument.endsWith("'")
                                || argument.startsWith("\"") && argument.endsWith("\""));
        return quoted && !argument.contains("${")
                ? argument.substring(1, argument.length() - 1)
                : null;
    }

    /** What is wrong with it for a verb, null where nothing is. */
    String flaw(Class<?> verb) {
        List<Method> named =
                Stream.of(verb.getMethods())
                        .filter(each -> each.getName().equals(method))
                        .filter(each -> !Modifier.isStatic(each.getModifiers()))
                        .toList();
        if (named.isEmpty()) {
            return "there is no method " + method + ", expected one of " + methods(verb);
        }
        if (named.stream().anyMatch(this::fits)) {
            return null;
        }
        return method
                + (arguments == null ? "" : arguments)
                + " does not fit, expected "
                + named.stream().map(VerbCall::shown).sorted().collect(Collectors.joining(" or "));
    }

    private static String methods(Class<?> verb) {
        return Stream.of(verb.getDeclaredMethods())
                .filter(each -> Modifier.isPublic(each.getModifiers()))
                .filter(each -> !Modifier.isStatic(each.getModifiers()) && !each.isSynthetic())
                .map(Method::getName)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String shown(Method each) {
        return each.getName()
                + "("
                + Arrays.stream(each.getParameterTypes())
                        .map(type -> type == Exchange.class ? "*" : type.getSimpleName())
                        .collect(Collectors.joining(", "))
                + ")";
    }

    private boolean fits(Method candidate) {
        Class<?>[] types = candidate.getParameterTypes();
        if (arguments == null || arguments.isEmpty()) {
            return Arrays.stream(types).allMatch(type -> type == Exchange.class);
        }
        if (types.length != arguments.size()) {
            return false;
        }
        for (int i = 0; i < types.length; i++) {
            if (!fits(arguments.get(i), types[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean fits(String argument, Class<?> type) {
        if (argument.equals("*") || argument.contains("${")) {
            return true;
        }
        if (type == Exchange.class) {
            return false;
        }
        if (argument.equals("null")) {
            return !type.isPrimitive();
        }
        String text = text(argument);
        String plain = text == null ? argument : text;
        if (type == int.class || type == Integer.class || type == long.class) {
            return plain.matches("-?\\d{1,9}");
        }
        if (type == boolean.class || type == Boolean.class) {
            return plain.matches("true|false");
        }
        return text != null;
    }
}
