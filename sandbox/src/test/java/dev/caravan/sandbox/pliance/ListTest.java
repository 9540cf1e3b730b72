package dev.caravan.sandbox.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.MovableClock;
import dev.caravan.sandbox.pliance.Subject.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final PlianceTwin twin =
            PlianceTwin.start(PlianceSettings.defaults().subjects(47, 3, 2), clock);
    private final Caller caller = Caller.of(twin, clock);

    @AfterEach
    void close() {
        twin.close();
    }

    private List<String> walk(int size) throws Exception {
        List<String> all = new ArrayList<>();
        for (int page = 0; ; page++) {
            JsonNode rows =
                    caller.data("PersonQuery/List?Page.No=" + page + "&Page.Size=" + size)
                            .path("persons");
            rows.forEach(row -> all.add(row.asText()));
            if (rows.size() < size) {
                return all;
            }
        }
    }

    @Test
    void pagesBeginAtZeroAndHoldAHundred() throws Exception {
        JsonNode page = caller.data("PersonQuery/List");

        assertThat(page.path("persons")).hasSize(47);
        assertThat(page.size()).as("no total, no next").isEqualTo(1);
        assertThat(caller.data("PersonQuery/List?page.no=1").path("persons")).isEmpty();
        assertThat(caller.data("CompanyQuery/List").path("companies")).hasSize(3);
        assertThat(caller.data("CompanyV2Query/List").path("companies")).hasSize(2);
        assertThat(caller.get("PersonQuery/List?page.no=-1").statusCode()).isEqualTo(400);
        assertThat(caller.get("PersonQuery/List?page.size=0").statusCode()).isEqualTo(400);
        assertThat(caller.data("PersonQuery/List?page.no=99999999&page.size=100").path("persons"))
                .isEmpty();
    }

    @Test
    void everySecondWalkMissesOneRowAndHasAnotherTwice() throws Exception {
        Set<String> truth = Set.copyOf(refs());

        assertThat(walk(10)).hasSize(47).doesNotHaveDuplicates();
        List<String> moved = walk(10);

        assertThat(moved).hasSize(47);
        assertThat(new HashSet<>(moved)).hasSize(46).isSubsetOf(truth);
        assertThat(new HashSet<>(walk(10))).isEqualTo(truth);
    }

    @Test
    void whereEveryWalkMovesTwoOfThemStillMeetEverybody() throws Exception {
        twin.change(twin.settings().listMovesEvery(1));
        for (int size : new int[] {10, 30}) {
            Set<String> both = new HashSet<>(walk(size));
            assertThat(both).hasSize(46);
            both.addAll(walk(size));

            assertThat(both).hasSize(47);
        }
    }

    @Test
    void theOrderStandsStillWhenItIsToldTo() throws Exception {
        twin.change(twin.settings().listMovesEvery(0));

        assertThat(walk(10)).isEqualTo(walk(10)).doesNotHaveDuplicates().isEqualTo(refs());
    }

    @Test
    void whatChangesComesFirstAndPushesTheRestOn() throws Exception {
        twin.change(twin.settings().listMovesEvery(0));
        List<String> first = page(0);
        String last = refs().get(46);
        caller.put("PersonCommand", Caller.person(last, "Alma", "Ekvall"));
        List<String> second = page(1);

        assertThat(second.get(0)).isEqualTo(first.get(9));
        assertThat(page(0).get(0)).isEqualTo(last);
    }

    @Test
    void aLargerPageIsCutSilently() throws Exception {
        twin.change(twin.settings().maxPageSize(20));
        assertThat(caller.data("PersonQuery/List?page.size=500").path("persons")).hasSize(20);

        twin.change(twin.settings().maxPageSize(0));
        assertThat(caller.data("PersonQuery/List?page.size=500").path("persons")).hasSize(47);
    }

    @Test
    void archivedOnesAreListedUnlessTheSettingLeavesThemOut() throws Exception {
        assertThat(walk(50)).hasSize(47);
        twin.change(twin.settings().listOmitsArchived(true));
        long archived = twin.tenant().persons().stream().filter(Subject::archived).count();

        assertThat(archived).isPositive();
        assertThat(walk(50)).hasSize(47 - (int) archived);
    }

    private List<String> page(int number) throws Exception {
        List<String> rows = new ArrayList<>();
        caller.data("PersonQuery/List?page.size=10&page.no=" + number)
                .path("persons")
                .forEach(row -> rows.add(row.asText()));
        return rows;
    }

    private List<String> refs() {
        return twin.tenant().subjects(Kind.PERSON).stream().map(Subject::ref).toList();
    }
}
