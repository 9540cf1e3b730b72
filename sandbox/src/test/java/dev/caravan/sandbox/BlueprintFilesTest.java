package dev.caravan.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * All blueprint files of the bundle are one container, which refuses two placeholders of one prefix
 * and with them every twin.
 */
class BlueprintFilesTest {
    private static final Path FILES = Path.of("src/main/resources/OSGI-INF/blueprint");
    private static final Pattern PREFIX = Pattern.compile("placeholder-prefix=\"([^\"]*)\"");
    private static final Pattern VALUE = Pattern.compile("value=\"(\\$[^{]*\\{)");

    @Test
    void eachHasAPrefixOfItsOwnAndUsesNoOther() throws IOException {
        List<String> prefixes = new ArrayList<>();
        try (var files = Files.list(FILES)) {
            for (Path file : files.sorted().toList()) {
                String text = Files.readString(file);
                var declared = PREFIX.matcher(text);
                String prefix = declared.find() ? declared.group(1) : "${";
                prefixes.add(prefix);
                assertThat(VALUE.matcher(text).results().map(found -> found.group(1)))
                        .as(file.toString())
                        .isNotEmpty()
                        .containsOnly(prefix);
            }
        }
        assertThat(prefixes).hasSizeGreaterThan(4).doesNotHaveDuplicates();
    }
}
