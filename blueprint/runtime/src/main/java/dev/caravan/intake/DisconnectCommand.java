package dev.caravan.intake;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.desk.Answer;
import dev.caravan.desk.Arguments;
import dev.caravan.desk.Command;
import dev.caravan.desk.Usage;
import dev.caravan.store.Database;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@code disconnect}: ends a connection for good, once its caller has said it twice. Stateless. */
public final class DisconnectCommand implements Command {
    private final Disconnecting disconnecting;
    private final Database database;

    public DisconnectCommand(Disconnecting disconnecting, Database database) {
        this.disconnecting = disconnecting;
        this.database = database;
    }

    @Override
    public Usage usage() {
        return Usage.of(
                "disconnect <connection> [--keep] [--erase] [--yes]: ends a connection for good,"
                        + " here and at its provider; its records are kept or erased, as"
                        + " disconnect.data says unless told");
    }

    @Override
    public Answer run(Arguments arguments) {
        if (arguments.has("keep") && arguments.has("erase")) {
            return Answer.said(Answer.USAGE, "expected --keep or --erase, found both");
        }
        Optional<UUID> connection = Keyed.uuid(arguments.get("connection"));
        Optional<String> who = connection.flatMap(this::who);
        if (who.isEmpty()) {
            return Answer.said(Answer.NOTHING, "no such connection");
        }
        boolean erases =
                arguments.has("erase") || !arguments.has("keep") && disconnecting.erasesOtherwise();
        if (!arguments.has("yes")) {
            return Answer.said(
                    Answer.USAGE,
                    "nothing was done yet: this ends the connection of "
                            + who.get()
                            + " for good and "
                            + (erases ? "ERASES its records" : "keeps its records")
                            + "; say it again with --yes");
        }
        return disconnecting
                .end(connection.get(), erases)
                .map(DisconnectCommand::said)
                .orElseGet(() -> Answer.said(Answer.NOTHING, "no such connection"));
    }

    private Optional<String> who(UUID connection) {
        return database.first(
                "select format('%s at %s, which is %s', user_ref, provider, state) from"
                        + " caravan.connection where id = ? and kind = 'data'",
                row -> row.getString(1), connection);
    }

    private static Answer said(ObjectNode ended) {
        return new Answer(
                Answer.GOOD,
                List.of("connection", "state", "data", "revocation"),
                List.of(
                        List.of(
                                ended.get("connection").asText(),
                                ended.get("state").asText(),
                                ended.get("data").asText(),
                                ended.get("revocation").asText())),
                ended.path("next").asText(""));
    }

    @Override
    public List<String> choices(String name) {
        return name.equals("connection")
                ? database.query(
                        "select connection_id::text from ledger.connection where state <> 'revoked'"
                                + " order by 1 limit 100",
                        row -> row.getString(1))
                : List.of();
    }
}
