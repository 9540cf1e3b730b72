package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonItemsTest {
    private static List<String> at(String json, String... path) throws IOException {
        return JsonItems.at(path, json.getBytes(StandardCharsets.UTF_8)).stream()
                .map(JsonItems::text)
                .toList();
    }

    @Test
    void anItemKeepsEveryDigitItWasWrittenWith() throws IOException {
        assertThat(
                        at(
                                "{\"a\":{\"x\":[1]},\"results\":[{\"n\":10.500000000000000001},"
                                        + " 1.10,\"é\",null]}",
                                "results"))
                .containsExactly("{\"n\":10.500000000000000001}", "1.10", "\"é\"", "null");
    }

    @Test
    void anObjectAtThePathIsOneItemAndNothingThereIsNone() throws IOException {
        assertThat(at("{\"d\":{\"e\":{\"k\":1}}}", "d", "e")).containsExactly("{\"k\":1}");
        assertThat(at("{\"d\":1}", "d", "e")).isEmpty();
        assertThat(at("[{\"k\":1},[2]]")).containsExactly("{\"k\":1}", "[2]");
    }

    @Test
    void anAnswerThatIsCutIsNoAnswer() {
        assertThatThrownBy(() -> at("{\"results\":[{\"n\":1}],\"sta", "results"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void itemsMakeAnArrayAgain() {
        assertThat(JsonItems.text(JsonItems.array(List.of("1".getBytes(), "{}".getBytes()))))
                .isEqualTo("[1,{}]");
        assertThat(JsonItems.text(JsonItems.array(List.of()))).isEqualTo("[]");
    }
}
