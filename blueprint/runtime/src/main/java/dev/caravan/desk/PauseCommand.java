package dev.caravan.desk;

import dev.caravan.connections.Holds;
import dev.caravan.connections.Spans;
import dev.caravan.store.Database;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;

/** {@code pause}: no pull of a connection or a provider begins until it is resumed. Stateless. */
final class PauseCommand implements Command {
    private final Database database;
    private final Holds holds;
    private final Clock clock;

    PauseCommand(Database database, Clock clock) {
        this.database = database;
        this.holds = new Holds(database);
        this.clock = clock;
    }

    @Override
    public Usage usage() {
        return Usage.of(
                "pause [connection] [--provider NAME] [--until WHEN] [--why TEXT]: no pull of a"
                        + " connection, or of a whole provider, begins until it is resumed, or"
                        + " until WHEN: a span such as 2h or 3d, a day or an instant");
    }

    @Override
    public Answer run(Arguments arguments) {
        Instant until;
        try {
            until = arguments.has("until") ? instant(arguments.get("until")) : null;
        } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
            return Answer.said(
                    Answer.USAGE,
                    "expected --until to be a span such as 2h or 3d, a day such as 2027-01-31 or an"
                            + " instant such as 2027-01-31T08:00:00Z");
        }
        if (until != null && !until.isAfter(clock.instant())) {
            return Answer.said(Answer.USAGE, "expected --until to be still to come");
        }
        return HoldSubject.of(database, arguments, subject -> pause(subject, until, arguments));
    }

    private Answer pause(HoldSubject subject, Instant until, Arguments arguments) {
        holds.pause(
                subject.provider(),
                subject.connection(),
                until,
                arguments.who(),
                arguments.get("why"));
        return new Answer(
                Answer.GOOD,
                List.of("paused", "until", "by", "why"),
                List.of(
                        Arrays.asList(
                                subject.said(),
                                until == null ? null : until.toString(),
                                arguments.who(),
                                arguments.get("why"))),
                "a pull that runs stops behind its page; tokens are kept alive, and webhooks are"
                        + " kept and wait");
    }

    private Instant instant(String written) {
        return written.matches("\\d{1,9}\\s*[smhd]")
                ? clock.instant().plus(Spans.of(written))
                : written.length() == "2027-01-31".length()
                        ? LocalDate.parse(written).atStartOfDay().toInstant(ZoneOffset.UTC)
                        : OffsetDateTime.parse(written).toInstant();
    }

    @Override
    public List<String> choices(String name) {
        return HoldSubject.choices(database, name, "held_at is null");
    }
}
