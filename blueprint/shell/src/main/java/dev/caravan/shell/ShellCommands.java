package dev.caravan.shell;

import dev.caravan.desk.Commands;
import java.util.List;
import org.apache.karaf.shell.api.console.SessionFactory;

/**
 * Puts every command of the desk into Karaf's shell under {@code caravan:}, and takes them out
 * again. Not thread-safe: Blueprint calls it.
 */
public final class ShellCommands implements AutoCloseable {
    private final SessionFactory shell;
    private final List<ShellCommand> commands;

    public ShellCommands(SessionFactory shell, Commands desk) {
        this.shell = shell;
        this.commands = desk.commands().stream().map(each -> new ShellCommand(each, desk)).toList();
    }

    public void start() {
        commands.forEach(shell.getRegistry()::register);
    }

    @Override
    public void close() {
        commands.forEach(shell.getRegistry()::unregister);
    }
}
