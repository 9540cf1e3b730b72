package dev.caravan.desk;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a command is called, read from one line such as {@code runs [connection] [--provider NAME]
 * [--last N]: what pulls did}. Immutable.
 *
 * @param name of the command
 * @param needed names of arguments that must be there
 * @param wanted names of arguments that may follow
 * @param options names of options, each with a value
 * @param many names of those that may be given more than once, with {@code ...} behind them
 * @param flags names of options without one
 * @param says what it does, in one sentence
 * @param line as it was written, without the sentence
 */
public record Usage(
        String name,
        List<String> needed,
        List<String> wanted,
        List<String> options,
        List<String> many,
        List<String> flags,
        String says,
        String line) {
    private static final Pattern PART =
            Pattern.compile(
                    "<([a-z]+)>|\\[([a-z]+)]|\\[--([a-z-]+) [A-Z@=,]+(?:"
                            + " (\\.\\.\\.))?]|\\[--([a-z-]+)]");

    /**
     * Reads a line and its sentence.
     *
     * @param written the line, a colon, a blank and the sentence
     */
    public static Usage of(String written) {
        int colon = written.indexOf(": ");
        String line = written.substring(0, colon);
        Matcher part = PART.matcher(line);
        List<String> needed = new ArrayList<>();
        List<String> wanted = new ArrayList<>();
        List<String> options = new ArrayList<>();
        List<String> many = new ArrayList<>();
        List<String> flags = new ArrayList<>();
        while (part.find()) {
            put(needed, part.group(1));
            put(wanted, part.group(2));
            put(options, part.group(3));
            put(many, part.group(4) == null ? null : part.group(3));
            put(flags, part.group(5));
        }
        return new Usage(
                line.split(" ")[0],
                needed,
                wanted,
                options,
                many,
                flags,
                written.substring(colon + 2),
                line);
    }

    private static void put(List<String> into, String name) {
        if (name != null) {
            into.add(name);
        }
    }
}
