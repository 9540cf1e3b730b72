package dev.caravan.intake;

import dev.caravan.desk.Answer;
import dev.caravan.desk.Arguments;
import dev.caravan.desk.Command;
import dev.caravan.desk.Usage;
import dev.caravan.store.Database;
import dev.caravan.store.PartyErasure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code erase}: a person, once its caller has said it twice: all connections of a user, or one
 * party of a connection that goes on. Stateless.
 */
public final class EraseCommand implements Command {
    private static final String PAYMENTS =
            "select count(*) from caravan.payment where user_ref = ?";

    private final Disconnecting disconnecting;
    private final Database database;
    private final PartyErasure parties;

    public EraseCommand(Disconnecting disconnecting, Database database) {
        this.disconnecting = disconnecting;
        this.database = database;
        this.parties = new PartyErasure(database);
    }

    private record Of(UUID connection, String provider) {}

    @Override
    public Usage usage() {
        return Usage.of(
                "erase [--user REF] [--party ID] [--yes]: erases a person: a user's connections at"
                        + " all providers, which end, or one party (party_id of ledger.party) of a"
                        + " connection that goes on");
    }

    @Override
    public Answer run(Arguments arguments) {
        if (arguments.has("user") == arguments.has("party")) {
            return Answer.said(
                    Answer.USAGE,
                    "expected "
                            + usage().line()
                            + ", found "
                            + (arguments.has("user")
                                    ? "both --user and --party"
                                    : "neither --user nor --party")
                            + "; one connection alone is erased by disconnect --erase");
        }
        return arguments.has("user") ? user(arguments) : party(arguments);
    }

    private Answer user(Arguments arguments) {
        String user = arguments.get("user");
        List<Of> all =
                database.query(
                        "select id, provider from caravan.connection where user_ref = ? and kind ="
                                + " 'data' order by provider, id",
                        row -> new Of(row.getObject(1, UUID.class), row.getString(2)),
                        user);
        if (all.isEmpty()) {
            return Answer.said(Answer.NOTHING, "no connection of that user");
        }
        List<List<Object>> rows = new ArrayList<>();
        if (!arguments.has("yes")) {
            all.forEach(each -> rows.add(List.of(each.provider(), each.connection(), "ends")));
            return new Answer(
                    Answer.USAGE,
                    List.of("provider", "connection", "what"),
                    rows,
                    "nothing was done yet: this ends these connections for good and ERASES their"
                            + " records; say it again with --yes");
        }
        for (Of each : all) {
            disconnecting
                    .end(each.connection(), true)
                    .ifPresent(
                            said ->
                                    rows.add(
                                            List.of(
                                                    each.provider(),
                                                    each.connection(),
                                                    "erased, at the provider: "
                                                            + said.path("revocation").asText())));
        }
        return new Answer(Answer.GOOD, List.of("provider", "connection", "what"), rows, kept(user));
    }

    /** What the law asks for stays for its time, and is said. */
    private String kept(String user) {
        long payments = database.first(PAYMENTS, row -> row.getLong(1), user).orElse(0L);
        return payments == 0 ? "" : payments + " payments of the user stay as masked records";
    }

    private Answer party(Arguments arguments) {
        Optional<PartyErasure.Party> party = parties.find(number(arguments.get("party")));
        if (party.isEmpty()) {
            return Answer.said(Answer.NOTHING, "no such party, or it is erased already");
        }
        if (!arguments.has("yes")) {
            return Answer.said(
                    Answer.USAGE,
                    "nothing was done yet: this ERASES a party of "
                            + party.get().provider()
                            + ", its accounts and all that was kept of it; while its provider"
                            + " still tells of it, the next pull brings it again; say it again"
                            + " with --yes");
        }
        return Answer.said(Answer.GOOD, parties.erase(party.get()) + " rows were erased");
    }

    private static long number(String written) {
        return written.matches("\\d{1,18}") ? Long.parseLong(written) : -1;
    }
}
