package dev.caravan.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.connections.Enrolment;
import dev.caravan.connections.Journeys;
import dev.caravan.deploy.Deployer;
import dev.caravan.desk.Answer;
import dev.caravan.desk.Arguments;
import dev.caravan.desk.Command;
import dev.caravan.desk.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code connect}: a new connection, or a new link of one that is there. Secrets are read from
 * files of this host, so that none is in a history, a list of processes or an answer. Stateless.
 */
public final class ConnectCommand implements Command {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_BYTES = 65_536;
    private static final int BAD = 400;
    private static final int MISSING = 404;
    private static final int FAILED = 500;

    private final Connecting connecting;
    private final Enrolment enrolment;
    private final Deployer deployer;

    public ConnectCommand(
            String publicUrl, Journeys journeys, Enrolment enrolment, Deployer deployer) {
        this.connecting = new Connecting(publicUrl, journeys, enrolment, deployer);
        this.enrolment = enrolment;
        this.deployer = deployer;
    }

    @Override
    public Usage usage() {
        return Usage.of(
                "connect <provider> [--user REF] [--connection ID] [--setting NAME=VALUE ...]"
                        + " [--secret NAME=@FILE ...] [--renew]: a new connection of a user and its"
                        + " one-time link; with --connection a new link of that one, with --renew"
                        + " one that asks its user to agree once more");
    }

    @Override
    public Answer run(Arguments arguments) {
        String provider = arguments.get("provider");
        if (!deployer.running().contains(provider)) {
            return Answer.said(
                    Answer.NOTHING,
                    "no provider " + provider + " runs; these do: " + deployer.running());
        }
        if (arguments.has("user") == arguments.has("connection")) {
            return Answer.said(
                    Answer.USAGE, "expected --user for a new connection, or --connection for one");
        }
        if (arguments.has("renew") && !arguments.has("connection")) {
            return Answer.said(Answer.USAGE, "expected --connection with --renew");
        }
        try {
            ObjectNode asked = JSON.createObjectNode();
            pairs(asked, "settings", arguments.all("setting"), false);
            pairs(asked, "secrets", arguments.all("secret"), true);
            return arguments.has("user")
                    ? said(
                            connecting.connect(
                                    asked.put("provider", provider)
                                            .put("user", arguments.get("user"))))
                    : again(arguments, provider, asked);
        } catch (IllegalArgumentException e) {
            return Answer.said(Answer.USAGE, e.getMessage());
        }
    }

    private Answer again(Arguments arguments, String provider, ObjectNode asked) {
        Optional<UUID> connection = Keyed.uuid(arguments.get("connection"));
        Optional<String> of = connection.flatMap(enrolment::provider);
        if (of.isEmpty()) {
            return Answer.said(Answer.NOTHING, "no such connection, or it was ended for good");
        }
        if (!of.get().equals(provider)) {
            return Answer.said(Answer.USAGE, "the connection is one of " + of.get());
        }
        if (asked.has("settings")) {
            ObjectNode all = JSON.valueToTree(enrolment.settings(connection.get()));
            all.setAll((ObjectNode) asked.get("settings"));
            asked.set("settings", all);
        }
        if (!asked.isEmpty()) {
            Connecting.Answer changed = connecting.change(connection.get(), asked);
            if (changed.status() >= BAD) {
                return said(changed);
            }
        }
        asked.put("purpose", arguments.has("renew") ? "renew" : "connect");
        return said(connecting.again(connection.get(), asked));
    }

    /**
     * @throws IllegalArgumentException with a sentence for the caller that holds no secret
     */
    private static void pairs(ObjectNode into, String what, List<String> written, boolean files) {
        for (String pair : written) {
            int at = pair.indexOf('=');
            boolean fits = at > 0 && (!files || pair.startsWith("@", at + 1));
            if (!fits) {
                throw new IllegalArgumentException(
                        files
                                ? "expected --secret NAME=@FILE, a file of this host that Caravan"
                                        + " may read: a secret does not belong on a command line"
                                : "expected --setting NAME=VALUE");
            }
            into.withObjectProperty(what)
                    .put(
                            pair.substring(0, at),
                            files ? text(pair.substring(at + 2)) : pair.substring(at + 1));
        }
    }

    private static String text(String file) {
        try {
            Path path = Path.of(file);
            if (Files.isRegularFile(path) && Files.size(path) <= MOST_BYTES) {
                return new String(Files.readAllBytes(path), StandardCharsets.UTF_8).strip();
            }
        } catch (IOException e) {
            // said below: what it holds is nobody's business
        }
        throw new IllegalArgumentException(
                "expected a file of 64 KiB at most that Caravan may read at " + file);
    }

    private static Answer said(Connecting.Answer answer) {
        JsonNode body = answer.body();
        if (body.has("error")) {
            return Answer.said(
                    answer.status() == MISSING
                            ? Answer.NOTHING
                            : answer.status() < FAILED ? Answer.USAGE : Answer.TROUBLE,
                    body.get("error").asText());
        }
        List<Object> row = new ArrayList<>(List.of(body.path("connection").asText()));
        boolean trip = body.has("link");
        row.add(trip ? body.get("link").asText() : body.path("state").asText());
        return new Answer(
                Answer.GOOD,
                List.of("connection", trip ? "link" : "state"),
                List.of(row),
                trip
                        ? "the link is good once, for half an hour: send its user there"
                        : "it needs no user and works from now on");
    }

    @Override
    public List<String> choices(String name) {
        return name.equals("provider") ? List.copyOf(deployer.running()) : List.of();
    }
}
