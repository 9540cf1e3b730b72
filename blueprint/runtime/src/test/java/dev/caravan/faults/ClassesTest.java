package dev.caravan.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClassesTest {
    private final Classes classes =
            new Classes(
                    "p",
                    Map.of(
                            "403.denied@things", "absent 30d",
                            "403.denied", "consent",
                            "locked_user", "locked 1d",
                            "429", "throttled 1h",
                            "5xx", "transient",
                            "code.path", "error.code"));

    @Test
    void theMostSpecificLineWins() {
        assertThat(classes.of(403, "denied", "things"))
                .isEqualTo(new Classes.Class("absent", Duration.ofDays(30)));
        assertThat(classes.of(403, "denied", "other").name()).isEqualTo("consent");
        assertThat(classes.of(418, "locked_user", "things").name()).isEqualTo("locked");
        assertThat(classes.of(429, null, "things").span()).isEqualTo(Duration.ofHours(1));
        assertThat(classes.of(599, "odd", "things").name()).isEqualTo("transient");
    }

    @Test
    void aTokenThatIsRefusedAgainMeansWhatItsEndpointSays() {
        Classes told = new Classes("p", Map.of("token.refused@ours", "request"));
        assertThat(told.refusedAgain("ours").name()).isEqualTo("request");
        assertThat(told.refusedAgain("theirs").name()).isEqualTo("consent");
    }

    @Test
    void whatNoLineNamesIsClassedByItsStatus() {
        assertThat(classes.of(409, "odd", "things").name()).isEqualTo("request");
        assertThat(new Classes("p", Map.of()).of(502, null, "x").name()).isEqualTo("transient");
    }

    @Test
    void aClassThatDoesNotExistIsRefusedByItsLine() {
        assertThatThrownBy(() -> new Classes("p", Map.of("404", "goner")))
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("404")
                .hasMessageContaining("goner")
                .hasMessageContaining("gone");
    }

    @Test
    void theErrorCodeIsWhereTheFileSays() {
        assertThat(classes.codePointers()).containsExactly("/error/code");
    }

    @Test
    void severalPathsOfTheErrorCodeAreTriedInTheirOrder() {
        assertThat(new Classes("p", Map.of("code.path", "error|Errors.0.Code")).codePointers())
                .containsExactly("/error", "/Errors/0/Code");
    }

    @Test
    void aSecondSpanHoldsWhereTheUserIsPresent() {
        Classes.Class quota =
                new Classes("p", Map.of("429", "quota 1d 1m")).of(429, null, "things");

        assertThat(quota.span(0)).isEqualTo(Duration.ofDays(1));
        assertThat(quota.withUser().span(0)).isEqualTo(Duration.ofMinutes(1));
        assertThat(classes.of(429, null, "things").withUser().span(0))
                .isEqualTo(Duration.ofHours(1));
    }
}
