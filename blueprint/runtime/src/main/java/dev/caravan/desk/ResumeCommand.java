package dev.caravan.desk;

import dev.caravan.connections.Holds;
import dev.caravan.store.Database;
import java.util.List;

/** {@code resume}: a connection or a provider that a person paused goes on. Stateless. */
final class ResumeCommand implements Command {
    private final Database database;
    private final Holds holds;

    ResumeCommand(Database database) {
        this.database = database;
        this.holds = new Holds(database);
    }

    @Override
    public Usage usage() {
        return Usage.of(
                "resume [connection] [--provider NAME]: what was paused goes on, what is due at"
                        + " once");
    }

    @Override
    public Answer run(Arguments arguments) {
        return HoldSubject.of(
                database,
                arguments,
                subject ->
                        holds.resume(subject.provider(), subject.connection(), arguments.who())
                                ? Answer.said(
                                        Answer.GOOD, subject.said() + " goes on" + still(subject))
                                : Answer.said(
                                        Answer.NOTHING,
                                        subject.said() + " was not paused" + still(subject)));
    }

    /** What else stops it, or some of it. */
    private String still(HoldSubject subject) {
        if (subject.connection() != null) {
            return holds.said(subject.connection()).map(why -> ", but " + why).orElse("");
        }
        return database.first(
                        "select count(*) from ledger.hold where provider = ? and stands and"
                                + " connection_id is not null having count(*) > 0",
                        row -> ", but for " + row.getLong(1) + " connections paused by themselves",
                        subject.provider())
                .orElse("");
    }

    @Override
    public List<String> choices(String name) {
        return HoldSubject.choices(database, name, "held_at is not null");
    }
}
