package dev.caravan.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void readsWhatTheAdminInterfaceAnswers() {
        var progress =
                Progress.of(
                        """
                        {"status":"up",
                         "providers":[{"provider":"truelayer","total":4,"active":3,"running":1,"complete":2,
                                       "failed":1,"fault":"CARAVAN-BODY","unfinished":["c-1"]}],
                         "kinds":[{"provider":"truelayer","kind":"transactions","rows":19000,
                                   "calls":40,"rejected":1}],
                         "next":"a \\"quoted\\" word \\u00e9"}
                        """);

        assertThat(progress.provider("truelayer"))
                .isEqualTo(
                        new Progress.Provider(
                                "truelayer", 4, 3, 1, 2, 1, "CARAVAN-BODY", List.of("c-1")));
        assertThat(progress.provider("trac").complete()).isZero();
        assertThat(progress.rows()).isEqualTo(19000);
        assertThat(progress.kinds())
                .containsExactly(new Progress.Kind("truelayer", "transactions", 19000, 40, 1));
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
        assertThat(Json.string(Json.object(Json.object(java.util.Map.of("k", text))), "k"))
                .isEqualTo(text);
    }
}
