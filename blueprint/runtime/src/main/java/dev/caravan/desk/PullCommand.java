package dev.caravan.desk;

import dev.caravan.connections.Holds;
import dev.caravan.connections.Journeys;
import dev.caravan.store.Database;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@code pull}: a pull now, without a user, within the budget. Stateless. */
final class PullCommand implements Command {
    private final Journeys journeys;
    private final Database database;

    PullCommand(Journeys journeys, Database database) {
        this.journeys = journeys;
        this.database = database;
    }

    @Override
    public Usage usage() {
        return Usage.of(
                "pull <connection>: pulls everything of a connection now, within its budget");
    }

    @Override
    public Answer run(Arguments arguments) {
        UUID connection = id(arguments.get("connection"));
        Optional<String> paused =
                connection == null ? Optional.empty() : new Holds(database).said(connection);
        if (paused.isPresent()) {
            return Answer.said(Answer.TROUBLE, paused.get() + "; resume it first");
        }
        return connection != null && journeys.pull(connection, null, Duration.ZERO)
                ? Answer.said(Answer.GOOD, "due now; see status " + connection)
                : Answer.said(Answer.NOTHING, "no such connection, or it was never connected");
    }

    private static UUID id(String written) {
        try {
            return UUID.fromString(written);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public List<String> choices(String name) {
        return database.query(
                "select connection_id::text from ledger.connection order by 1 limit 100",
                row -> row.getString(1));
    }
}
