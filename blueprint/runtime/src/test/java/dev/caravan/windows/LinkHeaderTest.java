package dev.caravan.windows;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkHeaderTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<https://x.test/a?page=2,3>; rel=\"next\"",
                "<https://x.test/a>; rel=prev, <https://x.test/a?page=2,3>; rel=next",
                "<https://x.test/a>; title=\"a, b; rel=next\"; rel=last,"
                        + " <https://x.test/a?page=2,3>;title=\"2\"; REL=\"chapter next\"",
            })
    void theNextPageIsFoundHoweverItIsWritten(String header) {
        assertThat(LinkHeader.next(header)).isEqualTo("https://x.test/a?page=2,3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "https://x.test/a",
                "<https://x.test/a>",
                "<https://x.test/a>; rel=prev",
                "<https://x.test/a>; rel=nextish",
                "<https://x.test/a>; rel=\"next-archive\"",
            })
    void noOtherRelationIsTakenForIt(String header) {
        assertThat(LinkHeader.next(header)).isNull();
    }

    @Test
    void aHeaderWithoutAnEndIsReadInNoTime() {
        assertThat(LinkHeader.next("<".repeat(50_000) + "\"".repeat(49_999))).isNull();
    }
}
