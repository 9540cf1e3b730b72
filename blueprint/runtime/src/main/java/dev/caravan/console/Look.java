package dev.caravan.console;

import dev.caravan.desk.Answer;
import dev.caravan.desk.Commands;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * One look at a page: what it was asked with, and the desk that answers. Once the store is away it
 * is not asked again, or every table would wait for it in turn. Of one request.
 */
final class Look {
    private static final int LONGEST = 200;
    private static final String STORE = "-STORE-";

    /** What is known without the store. */
    private static final Set<String> ALONE = Set.of("providers", "diff");

    private final Commands desk;
    private final UnaryOperator<String> parameters;
    private final String proof;
    private final String address;
    private Answer trouble;

    /**
     * @param parameters of the query; null where there is none of the name
     * @param proof that forms of this session carry
     * @param address of this page with its query, to come back to
     */
    Look(Commands desk, UnaryOperator<String> parameters, String proof, String address) {
        this.desk = desk;
        this.parameters = parameters;
        this.proof = proof;
        this.address = address;
    }

    /** A parameter; empty where it was not given. */
    String get(String name) {
        String given = parameters.apply(name);
        String text = given == null ? "" : given.strip();
        return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    }

    Answer ask(String... words) {
        return ask(List.of(words));
    }

    private Answer ask(List<String> words) {
        if (trouble != null && !ALONE.contains(words.get(0))) {
            return trouble;
        }
        Answer answer = desk.run(words);
        if (answer.code() == Answer.TROUBLE && answer.remark().split(" ")[0].contains(STORE)) {
            trouble = answer;
        }
        return answer;
    }

    /** Asks with those options that the page was asked with, and then some words. */
    Answer filtered(String command, List<String> options, String... more) {
        List<String> words = new ArrayList<>(List.of(command));
        for (String option : options) {
            if (!get(option).isEmpty()) {
                words.add("--" + option);
                words.add(get(option));
            }
        }
        words.addAll(List.of(more));
        return ask(words);
    }

    /** Why the store does not answer, null where it does. */
    String trouble() {
        return trouble == null ? null : trouble.remark();
    }

    /** Whether this desk has a command, and where told an option of it. */
    boolean can(String command, String option) {
        return desk.commands().stream()
                .map(each -> each.usage())
                .filter(usage -> usage.name().equals(command))
                .anyMatch(
                        usage ->
                                option.isEmpty()
                                        || usage.flags().contains(option)
                                        || usage.options().contains(option));
    }

    /** The providers that are installed. */
    List<String> providers() {
        return Table.rows(ask("providers")).stream()
                .map(row -> String.valueOf(row.get("provider")))
                .toList();
    }

    /**
     * A button that has something done; empty where this desk cannot.
     *
     * @param told what a screen reader says, since many buttons look the same
     */
    String button(Act act, String id, String told) {
        return !act.known(this)
                ? ""
                : """
                <form method="post" action="/console/act"><input type="hidden" name="proof" value="%s"><input \
                type="hidden" name="act" value="%s"><input type="hidden" name="id" value="%s"><input type="hidden" \
                name="back" value="%s"><button aria-label="%s">%s</button></form>\
                """
                        .formatted(
                                proof,
                                act.name(),
                                Html.escaped(id),
                                Html.escaped(address),
                                Html.escaped(told),
                                act.label());
    }
}
