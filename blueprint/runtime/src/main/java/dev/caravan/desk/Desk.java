package dev.caravan.desk;

import dev.caravan.connections.Journeys;
import dev.caravan.deploy.Deployer;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.faults.Fault;
import dev.caravan.store.Database;
import dev.caravan.store.SqlFault;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What operators can ask for and have done, from Karaf's shell and from the launcher alike. Nothing
 * that a command is given can stop the desk. Safe for any number of threads.
 */
public final class Desk implements Commands {
    private static final int LONGEST = 80;

    private static final List<String> QUESTIONS =
            List.of(
                    "accounts",
                    "connections",
                    "consents",
                    "days",
                    "status",
                    "counts",
                    "running",
                    "runs",
                    "results",
                    "uptime",
                    "why",
                    "deployments",
                    "why-not");

    private final Map<String, Command> commands = new TreeMap<>();

    /**
     * @param etc where settings and secrets are
     * @param data where the store's files are
     * @param more commands whose work is another part's
     */
    public Desk(
            Database database,
            Deployer deployer,
            ProviderFolders folders,
            Journeys journeys,
            Path etc,
            Path data,
            Clock clock,
            List<Command> more) {
        QUESTIONS.forEach(name -> add(Question.of(database, name)));
        List.of(
                        new ProvidersCommand(deployer, folders),
                        new ValidateCommand(deployer, folders),
                        new DiffCommand(folders),
                        new EditCommand(folders),
                        new InboxCommand(database),
                        new BudgetCommand(database, name -> deployer.settings(name)),
                        new RejectsCommand(database, deployer),
                        new RemapCommand(database, deployer, clock),
                        new SettlementsCommand(database),
                        new PullCommand(journeys, database),
                        new PauseCommand(database, clock),
                        new ResumeCommand(database),
                        new TryCommand(database, deployer, folders, clock),
                        new DoctorCommand(database, deployer, folders, etc, data, clock))
                .forEach(this::add);
        more.forEach(this::add);
    }

    private void add(Command command) {
        commands.put(command.usage().name(), command);
    }

    @Override
    public Collection<Command> commands() {
        return List.copyOf(commands.values());
    }

    @Override
    public Answer run(List<String> words, String who) {
        Command command = words.isEmpty() ? null : commands.get(words.get(0));
        if (command == null) {
            return new Answer(
                    words.isEmpty() || words.get(0).equals("help") ? Answer.GOOD : Answer.USAGE,
                    List.of("command", "what"),
                    commands.values().stream()
                            .map(Command::usage)
                            .map(each -> List.<Object>of(each.line(), each.says()))
                            .toList(),
                    "");
        }
        try {
            return command.run(
                    Arguments.of(command.usage(), words.subList(1, words.size()), name(who)));
        } catch (Arguments.Misfit e) {
            return Answer.said(Answer.USAGE, e.getMessage());
        } catch (Fault e) {
            return Answer.said(Answer.TROUBLE, e.getMessage());
        } catch (SqlFault e) {
            // class 22: a word where a number, a date or an id belongs
            return e.state().startsWith("22")
                    ? Answer.said(
                            Answer.USAGE,
                            "expected " + command.usage().line() + ", found " + e.getMessage())
                    : Answer.said(Answer.TROUBLE, e.getMessage());
        }
    }

    /** A name as it may be kept and shown. */
    private static String name(String who) {
        String clean = who.replaceAll("[^\\p{L}\\p{N}@._:/ -]", "?").strip();
        return clean.isEmpty() ? "operator" : clean.substring(0, Math.min(clean.length(), LONGEST));
    }
}
