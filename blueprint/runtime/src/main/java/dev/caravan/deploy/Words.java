package dev.caravan.deploy;

import dev.caravan.connections.Connections;
import dev.caravan.connections.ProviderAccount;
import dev.caravan.connections.Pull;
import dev.caravan.deferred.Batch;
import dev.caravan.deferred.Deferral;
import dev.caravan.inbox.Event;
import dev.caravan.windows.DateWalk;
import dev.caravan.windows.PageWalk;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What expressions ask of the properties that verbs set: {@code ${exchangeProperty.pull.due('x')}}
 * must be something that a pull can tell. Stateless.
 */
final class Words {
    private static final Map<String, Class<?>> PROPERTIES =
            Map.of(
                    "pull", Pull.class,
                    "account", ProviderAccount.class,
                    "walk", PageWalk.class,
                    "window", DateWalk.class,
                    "event", Event.class,
                    "deferred", Deferral.class,
                    "batch", Batch.class,
                    "unfinished", Connections.Unfinished.class);

    private static final Pattern ASKED =
            Pattern.compile(
                    "\\$\\{exchangeProperty\\.("
                            + String.join("|", PROPERTIES.keySet())
                            + ")\\??\\.([A-Za-z]+)(\\(?)");

    private static final Pattern COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);

    private Words() {}

    /** Tells the place and the flaw of each question that has no answer. */
    static void check(Provider provider, BiConsumer<Place, String> flaw) {
        provider.routes()
                .forEach(
                        (file, text) -> {
                            String bare = COMMENT.matcher(text).replaceAll(Words::blank);
                            Matcher asked = ASKED.matcher(bare);
                            while (asked.find()) {
                                String wrong = flaw(asked);
                                if (wrong != null) {
                                    flaw.accept(Place.at(file, text, asked.start()), wrong);
                                }
                            }
                        });
    }

    private static String blank(java.util.regex.MatchResult comment) {
        return comment.group().replaceAll("[^\n]", " ");
    }

    private static String flaw(Matcher asked) {
        Class<?> type = PROPERTIES.get(asked.group(1));
        String word = asked.group(2);
        boolean called = !asked.group(3).isEmpty();
        String upper = Character.toUpperCase(word.charAt(0)) + word.substring(1);
        List<String> names = called ? List.of(word) : List.of(word, "get" + upper, "is" + upper);
        return Stream.of(type.getMethods()).map(Method::getName).anyMatch(names::contains)
                ? null
                : "a "
                        + asked.group(1)
                        + " cannot tell "
                        + word
                        + ", as "
                        + asked.group()
                        + (called ? ")" : "")
                        + "} asks";
    }
}
