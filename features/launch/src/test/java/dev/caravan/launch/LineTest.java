package dev.caravan.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LineTest {

    private static final String RECORDS =
            """
            {"known":["account","beneficiary","connection","party","transaction","transaction_pending"],
             "kinds":[{"provider":"a","kind":"account","rows":2,"digest":"ab"},
                      {"provider":"a","kind":"connection","rows":1},
                      {"provider":"b","kind":"party","rows":7},
                      {"provider":"a","kind":"transaction","rows":3,"sum":"-1.50"}]}
            """;
    private static final String TRUTH =
            """
            [{"kind":"account","count":2,"digest":"%s"},{"kind":"consent","count":1},
             {"kind":"transaction","count":3,"sum":"%s"},{"kind":"beneficiary","count":%s},
             {"kind":"account_identifier","count":4}]
            """;

    @Test
    void laysTheStoreBesideTheTwinByCanonicalKind() {
        var lines = lines("ab", "-1.5", "0");

        assertThat(lines)
                .extracting(Line::kind)
                .containsExactly("account", "account_identifier", "connection", "transaction");
        assertThat(lines)
                .filteredOn(line -> !line.agrees())
                .extracting(Line::remark)
                .containsExactly("the store has no place for it");
        assertThat(lines.get(1).compared()).isFalse();
        assertThat(lines.get(0).calls()).isEqualTo(5);
        assertThat(lines.get(3).rejected()).isEqualTo(1);
    }

    @Test
    void seesACountASumAndAnIdentityThatDiffer() {
        assertThat(lines("xy", "-1.5", "0").get(0).agrees()).isFalse();
        assertThat(lines("ab", "1.5", "0").get(3).agrees()).isFalse();
        assertThat(lines("ab", "-1.5", "9"))
                .filteredOn(line -> line.kind().equals("beneficiary"))
                .extracting(Line::remark)
                .containsExactly("0 rows, not 9");
    }

    @Test
    void knowsWhatTheStoreKeepsInAnotherForm() {
        var lines =
                Line.of(
                        "leatherback",
                        Holding.ofStore(RECORDS, "leatherback"),
                        Holding.ofTwin("[{\"kind\":\"account_identifier\",\"count\":4}]"),
                        List.of());

        assertThat(lines).singleElement().matches(Line::agrees).matches(line -> !line.compared());
        assertThat(lines.get(0).remark()).isEqualTo("in columns of account");
    }

    private static List<Line> lines(String digest, String sum, String beneficiaries) {
        return Line.of(
                "a",
                Holding.ofStore(RECORDS, "a"),
                Holding.ofTwin(TRUTH.formatted(digest, sum, beneficiaries)),
                List.of(
                        new Progress.Kind("a", "accounts", 2, 4, 0),
                        new Progress.Kind("a", "cards", 0, 1, 0),
                        new Progress.Kind("a", "sales", 3, 2, 1),
                        new Progress.Kind("b", "members", 7, 2, 0)));
    }
}
