package dev.caravan.desk;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The arguments and options of one call by name. Immutable. */
public final class Arguments {
    private final Map<String, String> values;

    private Arguments(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /** A call that does not fit how the command is called. */
    static final class Misfit extends Exception {
        private static final long serialVersionUID = 1;

        Misfit(Usage usage, String what) {
            super("expected " + usage.line() + ", found " + what);
        }
    }

    static Arguments of(Usage usage, List<String> words) throws Misfit {
        Map<String, String> values = new HashMap<>();
        int place = 0;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (!word.startsWith("--")) {
                values.put(positional(usage, place++, word), word);
            } else if (usage.flags().contains(word.substring(2))) {
                values.put(word.substring(2), "true");
            } else if (usage.options().contains(word.substring(2))) {
                if (++i == words.size()) {
                    throw new Misfit(usage, "nothing behind " + word);
                }
                values.put(word.substring(2), words.get(i));
            } else {
                throw new Misfit(usage, "the option " + word);
            }
        }
        if (place < usage.needed().size()) {
            throw new Misfit(usage, "no " + usage.needed().get(place));
        }
        return new Arguments(values);
    }

    private static String positional(Usage usage, int place, String word) throws Misfit {
        int needed = usage.needed().size();
        if (place < needed) {
            return usage.needed().get(place);
        }
        if (place - needed < usage.wanted().size()) {
            return usage.wanted().get(place - needed);
        }
        throw new Misfit(usage, "one word too many: " + word);
    }

    /** The value, null where it was not given. */
    public String get(String name) {
        return values.get(name);
    }

    public String get(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }
}
