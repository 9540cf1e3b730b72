package dev.caravan.store;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether two texts of a bank statement speak of one thing: banks add places, card numbers and
 * references when they book. All words of the shorter one are in the other; figures, short words
 * and words that say nothing count for none. Stateless.
 */
final class Wording {
    private static final int SHORTEST = 3;
    private static final Set<String> SAY_NOTHING =
            Set.of(
                    "card",
                    "payment",
                    "purchase",
                    "pending",
                    "visa",
                    "debit",
                    "credit",
                    "ref",
                    "the",
                    "and",
                    "www",
                    "com",
                    "ltd",
                    "limited",
                    "gbr",
                    "gbp",
                    "transfer");

    private Wording() {}

    static boolean alike(Set<String> words, Set<String> others) {
        return !words.isEmpty()
                && !others.isEmpty()
                && (words.containsAll(others) || others.containsAll(words));
    }

    /** The words of a text that say something; none where there is no text. */
    static Set<String> words(String text) {
        return text == null
                ? Set.of()
                : Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}]+"))
                        .filter(word -> word.length() >= SHORTEST && !SAY_NOTHING.contains(word))
                        .collect(Collectors.toSet());
    }
}
