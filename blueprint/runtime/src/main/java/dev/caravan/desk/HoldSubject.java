package dev.caravan.desk;

import dev.caravan.store.Database;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * What is paused or resumed: one connection, or all of a provider's. Immutable.
 *
 * @param connection null where it is the whole provider
 */
record HoldSubject(String provider, UUID connection) {

    /** Does something about what the arguments name; says so where they name nothing. */
    static Answer of(
            Database database, Arguments arguments, Function<HoldSubject, Answer> something) {
        if (arguments.has("connection") == arguments.has("provider")) {
            return Answer.said(Answer.USAGE, "expected a connection or --provider NAME");
        }
        Optional<HoldSubject> subject =
                arguments.has("connection")
                        ? database.first(
                                "select provider, connection_id from ledger.connection where"
                                        + " connection_id::text = ? and state <> 'revoked'",
                                row ->
                                        new HoldSubject(
                                                row.getString(1), row.getObject(2, UUID.class)),
                                arguments.get("connection"))
                        : database.first(
                                "select name from caravan.provider where name = ? union select"
                                        + " provider from caravan.connection where provider = ?",
                                row -> new HoldSubject(row.getString(1), null),
                                arguments.get("provider"),
                                arguments.get("provider"));
        return subject.map(something)
                .orElseGet(
                        () ->
                                Answer.said(
                                        Answer.NOTHING,
                                        arguments.has("connection")
                                                ? "no such connection, or it was ended for good"
                                                : "no such provider"));
    }

    String said() {
        return connection == null ? provider : connection.toString();
    }

    static List<String> choices(Database database, String name, String which) {
        return switch (name) {
            case "provider" ->
                    database.query(
                            "select name from caravan.provider order by 1",
                            row -> row.getString(1));
            case "connection" ->
                    database.query(
                            "select connection_id::text from ledger.connection where state <>"
                                    + " 'revoked' and "
                                    + which
                                    + " order by 1 limit 100",
                            row -> row.getString(1));
            default -> List.of();
        };
    }
}
