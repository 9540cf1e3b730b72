package dev.caravan.desk;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The arguments and options of one call by name, and who calls. Immutable. */
public final class Arguments {
    private final Map<String, List<String>> values;
    private final String who;

    private Arguments(Map<String, List<String>> values, String who) {
        this.values = values;
        this.who = who;
    }

    /** A call that does not fit how the command is called. */
    static final class Misfit extends Exception {
        private static final long serialVersionUID = 1;

        Misfit(Usage usage, String what) {
            super("expected " + usage.line() + ", found " + what);
        }
    }

    static Arguments of(Usage usage, List<String> words, String who) throws Misfit {
        Map<String, List<String>> values = new LinkedHashMap<>();
        int place = 0;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (!word.startsWith("--")) {
                put(values, positional(usage, place++, word), word);
            } else if (usage.flags().contains(word.substring(2))) {
                values.put(word.substring(2), List.of("true"));
            } else if (usage.options().contains(word.substring(2))) {
                if (++i == words.size()) {
                    throw new Misfit(usage, "nothing behind " + word);
                }
                if (values.containsKey(word.substring(2))
                        && !usage.many().contains(word.substring(2))) {
                    throw new Misfit(usage, word + " twice");
                }
                put(values, word.substring(2), words.get(i));
            } else {
                throw new Misfit(usage, "the option " + word);
            }
        }
        if (place < usage.needed().size()) {
            throw new Misfit(usage, "no " + usage.needed().get(place));
        }
        return new Arguments(values, who);
    }

    private static void put(Map<String, List<String>> values, String name, String value) {
        values.computeIfAbsent(name, none -> new ArrayList<>()).add(value);
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
        return get(name, null);
    }

    public String get(String name, String otherwise) {
        return values.containsKey(name) ? values.get(name).get(0) : otherwise;
    }

    /** Every value of an option that may be given more than once; empty where it was not given. */
    public List<String> all(String name) {
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** Who calls, as the caller's door knows it: good to be written down, not to be trusted. */
    public String who() {
        return who;
    }
}
