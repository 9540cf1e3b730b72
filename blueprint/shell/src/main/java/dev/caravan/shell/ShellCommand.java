package dev.caravan.shell;

import dev.caravan.desk.Answer;
import dev.caravan.desk.Commands;
import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Parser;
import org.apache.karaf.shell.api.console.Session;

/** One command of the desk as Karaf's shell wants it. Safe for any number of sessions. */
final class ShellCommand implements Command {
    private final dev.caravan.desk.Command command;
    private final Commands desk;

    ShellCommand(dev.caravan.desk.Command command, Commands desk) {
        this.command = command;
        this.desk = desk;
    }

    @Override
    public String getScope() {
        return "caravan";
    }

    @Override
    public String getName() {
        return command.usage().name();
    }

    @Override
    public String getDescription() {
        return command.usage().says();
    }

    @Override
    public Completer getCompleter(boolean scoped) {
        return new ShellCompleter(command);
    }

    @Override
    public Parser getParser() {
        return null;
    }

    /** Prints the answer; the exit code is left in the session's variable {@code code}. */
    @Override
    public Object execute(Session session, List<Object> arguments) {
        List<String> words = new ArrayList<>(List.of(getName()));
        arguments.forEach(each -> words.add(String.valueOf(each)));
        if (words.remove("--help")) {
            session.getConsole().println(command.usage().line() + ": " + command.usage().says());
            return null;
        }
        boolean json = words.remove("--json");
        Answer answer = desk.run(words, String.valueOf(session.get("USER")));
        session.put("code", answer.code());
        session.getConsole().println(json ? answer.json() : answer.text().stripTrailing());
        return null;
    }
}
