package dev.caravan.desk;

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
 * @param flags names of options without one
 * @param says what it does, in one sentence
 * @param line as it was written, without the sentence
 */
public record Usage(
        String name,
        List<String> needed,
        List<String> wanted,
        List<String> options,
        List<String> flags,
        String says,
        String line) {
    private static final Pattern PART =
            Pattern.compile("<([a-z]+)>|\\[([a-z]+)]|\\[--([a-z]+) [A-Z]+]|\\[--([a-z]+)]");

    static Usage of(String written) {
        int colon = written.indexOf(": ");
        String line = written.substring(0, colon);
        Matcher part = PART.matcher(line);
        List<List<String>> found =
                List.of(
                        new java.util.ArrayList<>(),
                        new java.util.ArrayList<>(),
                        new java.util.ArrayList<>(),
                        new java.util.ArrayList<>());
        while (part.find()) {
            for (int i = 0; i < found.size(); i++) {
                if (part.group(i + 1) != null) {
                    found.get(i).add(part.group(i + 1));
                }
            }
        }
        return new Usage(
                line.split(" ")[0],
                found.get(0),
                found.get(1),
                found.get(2),
                found.get(3),
                written.substring(colon + 2),
                line);
    }
}
