package dev.caravan.desk;

import dev.caravan.inbox.InboxDesk;
import dev.caravan.store.Database;
import java.util.List;

/** {@code inbox}: events, and having them worked on anew. Stateless. */
final class InboxCommand implements Command {
    private final Question events;
    private final InboxDesk inbox;

    InboxCommand(Database database) {
        this.events = Question.of(database, "inbox");
        this.inbox = new InboxDesk(database);
    }

    @Override
    public Usage usage() {
        return events.usage();
    }

    @Override
    public Answer run(Arguments arguments) {
        if (!arguments.has("replay")) {
            return events.run(arguments);
        }
        if (!arguments.has("id") && !arguments.has("state")) {
            return Answer.said(
                    Answer.USAGE, "expected an id or --state with --replay, found neither");
        }
        int again =
                arguments.has("id")
                        ? inbox.replay(number(arguments.get("id")))
                        : inbox.replay(arguments.get("provider", ""), arguments.get("state"));
        return again == 0
                ? Answer.said(Answer.NOTHING, "no such event")
                : Answer.said(Answer.GOOD, again + " worked on anew");
    }

    private static long number(String written) {
        return written.matches("\\d{1,18}") ? Long.parseLong(written) : -1;
    }

    @Override
    public List<String> choices(String name) {
        return name.equals("state")
                ? List.of("new", "waiting", "done", "ignored", "dead")
                : events.choices(name);
    }
}
