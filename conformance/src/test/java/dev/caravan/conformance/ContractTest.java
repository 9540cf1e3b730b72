package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.rehearsal.Case;
import dev.caravan.rehearsal.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Recorded exchanges of every provider, in {@code routes/NAME/contract/CASE}, and the rows that the
 * shipped routes and mappings must make of them; run with {@code -Dgolden.write=true} to write
 * those.
 */
class ContractTest {
    private static final Pattern SECRET =
            Pattern.compile(
                    "eyJ[\\w-]{5,}\\.|-----BEGIN|(?i:bearer|basic)"
                        + " [\\w+/=.~-]{8,}|(?i)\"[\\w-]*(?:token|secret|password)\"\\s*:\\s*\"(?!masked)[^\"]{6,}|(?i)authorization:|whsec_");

    static List<Path> cases() {
        return Contract.cases(World.ROUTES);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void recordedExchangesBecomeTheRowsThatAreWrittenDown(Path folder) throws IOException {
        Recording.Replayed replayed = Contract.replayed(folder, Map.of());
        assertThat(replayed.fault()).isNull();
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(folder.resolve("rows.json"), replayed.rows());
        }
        assertThat(replayed.rows()).isEqualTo(Case.rows(folder));
    }

    @Test
    void everyProviderHasACaseAndNoneHoldsASecret() throws IOException {
        assertThat(cases())
                .extracting(folder -> folder.getParent().getParent().getFileName().toString())
                .contains("truelayer", "pockit", "leatherback", "pliance", "trac");
        for (Path folder : cases()) {
            assertThat(folder.resolve("README.md")).exists();
            for (String text : Contract.texts(folder)) {
                assertThat(SECRET.matcher(text).results().map(found -> found.group()).toList())
                        .as(folder.toString())
                        .isEmpty();
            }
        }
        assertThat(SECRET.matcher("{\"access_token\": \"0123456789\"}").find()).isTrue();
        assertThat(SECRET.matcher("Authorization: x").find()).isTrue();
    }

    @Test
    void anotherMappingIsNoticed() throws IOException {
        Path folder =
                cases().stream()
                        .filter(each -> each.toString().contains("truelayer"))
                        .findFirst()
                        .orElseThrow();
        String mapping = Files.readString(World.ROUTES.resolve("truelayer/transactions.sql"));
        String changed = mapping.replace("signed as amount", "-signed as amount");
        assertThat(changed).isNotEqualTo(mapping);
        assertThat(Contract.replayed(folder, Map.of("transactions.sql", changed)).rows())
                .isNotEqualTo(Case.rows(folder));
    }
}
