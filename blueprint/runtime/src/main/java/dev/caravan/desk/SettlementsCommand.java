package dev.caravan.desk;

import dev.caravan.store.Database;
import dev.caravan.store.Settlements;
import java.util.List;
import java.util.Optional;

/** {@code settlements}: which booked transaction a pending one became, where a person decides. */
final class SettlementsCommand implements Command {
    private final Question pairs;
    private final Settlements settlements;

    SettlementsCommand(Database database) {
        this.pairs = Question.of(database, "settlements");
        this.settlements = new Settlements(database);
    }

    @Override
    public Usage usage() {
        return pairs.usage();
    }

    @Override
    public Answer run(Arguments arguments) {
        boolean accepts = arguments.has("accept");
        if (!accepts && !arguments.has("reject")) {
            return pairs.run(arguments);
        }
        if (accepts && arguments.has("reject") || !arguments.has("id")) {
            return Answer.said(
                    Answer.USAGE, "expected the id of a pair with either --accept or --reject");
        }
        if (!arguments.get("id").matches("\\d{1,18}")) {
            return Answer.said(Answer.NOTHING, "no such pair");
        }
        long id = Long.parseLong(arguments.get("id"));
        Optional<Settlements.Decided> decided =
                accepts
                        ? settlements.accept(id, arguments.who())
                        : settlements.reject(id, arguments.who());
        return decided.map(
                        each ->
                                new Answer(
                                        each.done() ? Answer.GOOD : Answer.TROUBLE,
                                        List.of("id", "asked", "by"),
                                        List.of(
                                                List.of(
                                                        id,
                                                        accepts ? "accept" : "reject",
                                                        arguments.who())),
                                        each.what()))
                .orElseGet(() -> Answer.said(Answer.NOTHING, "no such pair"));
    }

    @Override
    public List<String> choices(String name) {
        return pairs.choices(name);
    }
}
