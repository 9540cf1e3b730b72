package dev.caravan.console;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** What a button of the console may have the desk do; nothing else can be asked for by a form. */
enum Act {
    PULL("Pull now", "pull", "", "ID"),
    PAUSE("Pause", "pause", "", "ID"),
    RESUME("Resume", "resume", "", "ID"),
    PAUSE_PROVIDER("Pause", "pause", "provider", "--provider", "ID"),
    RESUME_PROVIDER("Resume", "resume", "provider", "--provider", "ID"),
    EVENT("Replay", "inbox", "replay", "ID", "--replay"),
    REJECT("Replay", "rejects", "replay", "ID", "--replay");

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private final String label;
    private final String command;
    private final String option;
    private final List<String> words;

    Act(String label, String command, String option, String... words) {
        this.label = label;
        this.command = command;
        this.option = option;
        this.words = List.of(words);
    }

    String label() {
        return label;
    }

    boolean known(Look look) {
        return look.can(command, option);
    }

    /** The words for the desk; empty where a form asks for what there is not. */
    static List<String> words(String act, String id) {
        return Arrays.stream(values())
                .filter(each -> each.name().equals(act) && ID.matcher(id).matches())
                .map(
                        each ->
                                java.util.stream.Stream.concat(
                                                java.util.stream.Stream.of(each.command),
                                                each.words.stream()
                                                        .map(word -> word.equals("ID") ? id : word))
                                        .toList())
                .findFirst()
                .orElse(List.of());
    }
}
