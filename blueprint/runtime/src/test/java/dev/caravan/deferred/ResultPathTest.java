package dev.caravan.deferred;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResultPathTest {
    private static final String BASE = "https://api.bank.example/data/v1";
    private static final String TASK = "18a77ae5-a30b-4955-b840-301daddd180a";

    private static String of(String told, String task) {
        return ResultPath.of(BASE, "results/", told, task);
    }

    @Test
    void whatLiesInTheFolderOfTheConfiguredAddressIsTaken() {
        assertThat(of(BASE + "/results/other", TASK)).isEqualTo("results/other");
        assertThat(ResultPath.of(BASE + "/", "batch/results/", BASE + "/batch/results/a", "b"))
                .isEqualTo("batch/results/a");
        assertThat(
                        ResultPath.of(
                                "http://127.0.0.1:18600/data/v1",
                                "results/",
                                "http://127.0.0.1:18600/data/v1/results/a",
                                "b"))
                .as("over http only where the configured address is")
                .isEqualTo("results/a");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "results/x",
                "http://api.bank.example/data/v1/results/x",
                "HTTPS://API.BANK.EXAMPLE/data/v1/results/x",
                "https://api.bank.example:444/data/v1/results/x",
                "https://api.bank.example.evil.example/data/v1/results/x",
                "https://api.bank.example@evil.example/data/v1/results/x",
                "https://evil.example/data/v1/results/x",
                "https://evil.example/https://api.bank.example/data/v1/results/x",
                "//evil.example/data/v1/results/x",
                "https://api.bank.example/data/v1/results/../../connect/token",
                "https://api.bank.example/data/v1/results/..",
                "https://api.bank.example/data/v1/results/%2e%2e",
                "https://api.bank.example/data/v1/results/a/b",
                "https://api.bank.example/data/v1/results/",
                "https://api.bank.example/data/v1/results/x?y=z",
                "https://api.bank.example/data/v1/results/x#y",
                "https://api.bank.example/data/v1/results/x\\@evil.example",
                "https://api.bank.example/data/v1/results/x\r\nHost: evil.example",
                "https://api.bank.example/data/v1/batch/results/x",
                "https://api.bank.example/data/v1/accounts"
            })
    void anythingElseIsBuiltFromTheId(String told) {
        assertThat(of(told, TASK)).isEqualTo("results/" + TASK);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "..", ".", "a/b", "a?b", "a b", "a%2fb", "@evil.example"})
    void anIdThatIsNoneLeadsNowhere(String task) {
        assertThat(of("https://evil.example/results/x", task)).isNull();
    }
}
