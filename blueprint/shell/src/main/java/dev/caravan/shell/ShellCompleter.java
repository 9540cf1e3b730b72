package dev.caravan.shell;

import dev.caravan.desk.Command;
import dev.caravan.desk.Usage;
import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** What may come next behind a command: its options, and values that the desk knows. Immutable. */
final class ShellCompleter implements Completer {
    private final Command command;

    ShellCompleter(Command command) {
        this.command = command;
    }

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        Usage usage = command.usage();
        int at = line.getCursorArgumentIndex();
        String before = at > 0 ? line.getArguments()[at - 1] : "";
        List<String> next = new ArrayList<>();
        if (before.startsWith("--") && usage.options().contains(before.substring(2))) {
            next.addAll(command.choices(before.substring(2)));
        } else {
            usage.needed().forEach(name -> next.addAll(command.choices(name)));
            usage.wanted().forEach(name -> next.addAll(command.choices(name)));
            usage.options().forEach(name -> next.add("--" + name));
            usage.flags().forEach(name -> next.add("--" + name));
            next.add("--json");
        }
        return new StringsCompleter(next).complete(session, line, candidates);
    }
}
