package dev.caravan.conformance;

import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The browsers of a test, one for each trip: what a link's answer had kept is sent along with
 * whatever names that trip, by a state, a uuid or a name of the provider's. Safe for any number of
 * threads.
 */
final class TripCookies {
    private final Map<String, String> byWord = new ConcurrentHashMap<>();

    /** A link was opened; where it leads to names its trip. */
    void left(HttpResponse<String> answer) {
        String cookie = answer.headers().firstValue("Set-Cookie").orElse("").split(";")[0];
        if (!cookie.isEmpty()) {
            words(answer.headers().firstValue("Location").orElse(""))
                    .forEach(word -> byWord.put(word, cookie));
        }
    }

    /** What the browser kept of the trip that an address or a form names; null where nothing. */
    String of(String text) {
        return words(text).map(byWord::get).filter(kept -> kept != null).findFirst().orElse(null);
    }

    /** Nothing shorter names one trip alone. */
    private static Stream<String> words(String text) {
        return Arrays.stream(text.split("[^A-Za-z0-9_-]+")).filter(word -> word.length() > 20);
    }
}
