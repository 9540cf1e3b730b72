package dev.caravan.karaf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that was run to its end.
 *
 * @param status its exit status
 * @param output its standard output
 * @param errors its error stream
 */
record Command(int status, String output, String errors) {

    /** Runs {@code line} in {@code folder} and ends it when it takes longer than {@code limit}. */
    static Command run(
            Path folder,
            Map<String, String> environment,
            Duration limit,
            String input,
            List<String> line)
            throws IOException, InterruptedException {
        var out = Files.createTempFile("command", ".out");
        var err = Files.createTempFile("command", ".err");
        try {
            var process = start(folder, environment, out, err, line);
            try (var stdin = process.outputWriter()) {
                stdin.write(input);
            } catch (IOException e) {
                // it ended without reading
            }
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.destroy();
                process.waitFor(90, TimeUnit.SECONDS);
                throw new AssertionError(
                        line + " took longer than " + limit + ":\n" + Files.readString(err));
            }
            return new Command(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }

    static Process start(
            Path folder, Map<String, String> environment, Path out, Path err, List<String> line)
            throws IOException {
        var builder =
                new ProcessBuilder(line)
                        .directory(folder.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }
}
