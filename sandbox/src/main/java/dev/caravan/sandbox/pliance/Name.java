package dev.caravan.sandbox.pliance;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The name of a person, or of a company with nothing as first name, and its words as the screening
 * compares them. Immutable.
 */
public record Name(String first, String last) {
    private static final Set<String> LEGAL_FORMS =
            Set.of("ab", "ltd", "limited", "gmbh", "inc", "oy", "as", "plc", "llc", "co");

    public static Name company(String name) {
        return new Name("", name);
    }

    public String text() {
        return (first + " " + last).strip();
    }

    /** Whether there is nothing to compare. */
    boolean isBlank() {
        return firstWords().isEmpty() && lastWords().isEmpty();
    }

    List<Word> firstWords() {
        return words(first);
    }

    List<Word> lastWords() {
        List<Word> words = words(last);
        if (!first.isEmpty() || words.size() < 2) {
            return words;
        }
        List<Word> bare =
                words.stream().filter(word -> !LEGAL_FORMS.contains(word.folded())).toList();
        return bare.isEmpty() ? words : bare;
    }

    private static List<Word> words(String text) {
        List<Word> words = new ArrayList<>();
        for (String part : text.strip().split("[\\s,]+")) {
            String folded = fold(part);
            if (!folded.isEmpty()) {
                words.add(new Word(part, folded, key(folded)));
            }
        }
        return List.copyOf(words);
    }

    /** Lower case, without accents, letters and digits alone. */
    static String fold(String text) {
        String plain = Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
        return plain.replace("ß", "ss")
                .replace("ø", "o")
                .replace("æ", "ae")
                .replace("ł", "l")
                .replaceAll("[^\\p{L}\\p{Nd}]", "");
    }

    /** How a word sounds, roughly: what the search option Metaphone compares. */
    private static String key(String folded) {
        String sound =
                folded.replace("ph", "f")
                        .replace("ck", "k")
                        .replace('c', 'k')
                        .replace('q', 'k')
                        .replace('z', 's')
                        .replace('v', 'w')
                        .replace('j', 'y')
                        .replace('d', 't')
                        .replaceAll("(.)\\1+", "$1");
        String first = sound.substring(0, 1).replaceAll("[aeiouy]", "a");
        return first + sound.substring(1).replaceAll("[aeiouyhw]", "");
    }

    /** One word as written, folded, and by its sound. */
    record Word(String text, String folded, String key) {}
}
