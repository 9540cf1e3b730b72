package dev.caravan.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A JVM of its own with our class path, so that its CPU and memory are its alone. Its standard
 * error is ours; closing it ends it. For one thread.
 */
final class Jvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;

    private Jvm(Process process) {
        this.process = process;
        this.out = process.inputReader();
    }

    static Jvm start(List<String> options, Class<?> main, String argument) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.add(argument);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        // as the distribution does: two malloc arenas instead of eight for each core
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        return new Jvm(builder.start());
    }

    /** The next line it prints, null where it ended. */
    String line() throws IOException {
        return out.readLine();
    }

    int await() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
