package dev.caravan.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void readsWhatTheAdminInterfaceAnswers() {
        var progress =
                Progress.of(
                        """
                        {"status":"pulling","connections":{"total":4,"active":3},
                         "pulls":{"running":1,"complete":2,"failed":0},
                         "accounts":20,"calls":77,"transactions":19000,"rejected":1,
                         "kinds":[{"provider":"truelayer","kind":"transaction","rows":19000,
                                   "calls":40,"rejected":1}],
                         "next":"a \\"quoted\\" word \\u00e9"}
                        """);

        assertThat(progress.connections()).isEqualTo(4);
        assertThat(progress.active()).isEqualTo(3);
        assertThat(progress.transactions()).isEqualTo(19000);
        assertThat(progress.kinds())
                .containsExactly(new Progress.Kind("truelayer", "transaction", 19000, 40, 1));
        assertThat(progress.next()).isEqualTo("a \"quoted\" word \u00e9");
    }

    @Test
    void refusesWhatIsNotJsonAndSaysWhere() {
        assertThatThrownBy(() -> Json.object("{\"a\": <html>"))
                .hasMessage("not JSON at character 6: expected a value, found \"<html>\"");
    }

    @Test
    void writesWhatItReads() {
        var text = "a \"b\" \\ \n \u00e9";

        assertThat(Json.string(Json.object("{\"k\":" + Json.quote(text) + "}"), "k"))
                .isEqualTo(text);
    }
}
