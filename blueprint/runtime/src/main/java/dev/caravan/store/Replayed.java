package dev.caravan.store;

import java.util.Locale;

/**
 * What became of a refused record that was sent through its mapping again. Immutable.
 *
 * @param why in words
 */
public record Replayed(How how, String why) {
    /** What became of it. */
    public enum How {
        STORED("it is in the store now"),
        NEWER("the store has it in a newer form, which stays"),
        SUPERSEDED("a later pull was told the whole set anew, which stays"),
        REFUSED("it does not fit yet"),
        MISSING("there is no such record");

        private final String sentence;

        How(String sentence) {
            this.sentence = sentence;
        }

        /** As it is kept and shown. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** In words, where nothing more is to be said. */
        public String sentence() {
            return sentence;
        }
    }
}
