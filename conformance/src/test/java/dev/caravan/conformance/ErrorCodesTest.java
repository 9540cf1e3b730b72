package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ErrorCodesTest {
    private static final Pattern CODE = Pattern.compile("CARAVAN-[A-Z]+(-[A-Z]+)*");

    @Test
    void theListOfErrorsAndTheCodeSayTheSame() throws IOException {
        TreeSet<String> listed = codes(Files.readString(Path.of("..", "docs", "errors.md")));
        TreeSet<String> raised = new TreeSet<>();
        try (Stream<Path> sources =
                Files.walk(Path.of("..", "blueprint", "runtime", "src", "main", "java"))) {
            sources.filter(file -> file.toString().endsWith(".java"))
                    .forEach(file -> raised.addAll(codes(read(file))));
        }
        assertThat(listed).isEqualTo(raised);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TreeSet<String> codes(String text) {
        TreeSet<String> codes = new TreeSet<>();
        Matcher code = CODE.matcher(text);
        while (code.find()) {
            codes.add(code.group());
        }
        return codes;
    }
}
