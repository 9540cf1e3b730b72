package dev.caravan.sandbox.trac;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.MovableClock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PagingTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final TracTwin twin = TracTwin.start(TracSettings.defaults().transactions(200), clock);
    private final Caller caller = Caller.of(twin, clock);
    private final Installation first = twin.installations().get(0);
    private final String token = twin.token(first.id());
    private final Organization school = twin.schools().get(0);
    private final String rows = "orgs/" + school.id() + "/transactions?member_txns=true";
    private final String members = "orgs/" + school.id() + "/members";

    @AfterEach
    void close() {
        twin.close();
    }

    private List<Caller.Page> pages(String query) throws Exception {
        return caller.pages("transactions", rows + query, token);
    }

    private static List<Integer> sizes(List<Caller.Page> pages) {
        return pages.stream().map(page -> page.rows().size()).toList();
    }

    private static List<JsonNode> joined(List<Caller.Page> pages) {
        return pages.stream().flatMap(page -> page.rows().stream()).toList();
    }

    @Test
    void aPageIsFilteredAfterItWasScannedAndSoIsOftenShort() throws Exception {
        List<Caller.Page> pages = pages("&per_page=20&member_txns_sales=false");

        assertThat(sizes(pages)).hasSizeGreaterThanOrEqualTo(11).allMatch(size -> size < 20);
        assertThat(new HashSet<>(Caller.ids(joined(pages), "transactionId")))
                .hasSameSizeAs(joined(pages));
    }

    @Test
    void emptyPagesWithALastKeyComeBeforeTheRows() throws Exception {
        String window = "&core.state.eq=processed&meta.createdAt.ge=2026-11-15T00:00:00";
        List<Caller.Page> pages = pages("&member_txns_sales=true&per_page=10" + window);

        assertThat(sizes(pages).subList(0, 2)).containsExactly(0, 0);
        assertThat(pages.get(0).lastKey()).isNotEmpty().isNotEqualTo(pages.get(1).lastKey());
        assertThat(joined(pages))
                .hasSameSizeAs(
                        school.transactions().stream()
                                .filter(
                                        row ->
                                                row.sale()
                                                        && row.processedAt(clock.instant())
                                                        && row.createdAt()
                                                                        .toString()
                                                                        .compareTo("2026-11-15")
                                                                > 0)
                                .toList());
    }

    @Test
    void aStoreThatStandsAtTheEndSaysSoOnlyWhenAskedOnceMore() throws Exception {
        List<Caller.Page> pages = caller.pages("members", members + "?per_page=4", token);

        assertThat(sizes(pages)).containsExactly(4, 4, 4, 0);
    }

    @Test
    void withoutScanThenFilterEveryPageButTheLastIsFull() throws Exception {
        twin.change(twin.settings().emptyPages(0));
        List<Integer> sizes = sizes(pages("&per_page=10&member_txns_sales=true"));

        assertThat(sizes.subList(0, sizes.size() - 1)).allMatch(size -> size == 10);
        assertThat(sizes(caller.pages("members", members + "?per_page=4", token)))
                .containsExactly(4, 4, 4);
    }

    @Test
    void manyEmptyPagesInARowCanBeAskedFor() throws Exception {
        twin.change(twin.settings().emptyPages(1000));
        List<Caller.Page> pages =
                pages("&per_page=2&member_txns_sales=true&meta.createdAt.ge=2500-01-01T00:00:00");

        assertThat(pages).hasSizeGreaterThan(90);
        assertThat(joined(pages)).isEmpty();
        Set<String> keys = new HashSet<>();
        pages.forEach(page -> keys.add(page.lastKey()));
        assertThat(keys).hasSameSizeAs(pages);
    }

    @Test
    void theThrowAwayRequestForTheYear2500FindsNothing() throws Exception {
        List<Caller.Page> pages = pages("&per_page=1&meta.createdAt.ge=2500-01-01T00:00:00");

        assertThat(sizes(pages)).containsExactly(0, 0, 0);
    }

    @Test
    void rowsInsertedWhilePagingAppearOnceAndPushNoneAside() throws Exception {
        String path = rows + "&per_page=50&member_txns_sales=true";
        List<String> seen = new ArrayList<>();
        String key = "";
        do {
            String next = key.isEmpty() ? "" : "&start_key=" + Caller.encode(key);
            Caller.Page page = caller.page("transactions", path + next, token);
            seen.addAll(Caller.ids(page.rows(), "transactionId"));
            if (key.isEmpty()) {
                school.grow(30);
            }
            key = page.lastKey();
        } while (!key.isEmpty());

        assertThat(new HashSet<>(seen)).hasSameSizeAs(seen);
        assertThat(seen)
                .containsExactlyInAnyOrderElementsOf(
                        school.transactions().stream()
                                .filter(Transaction::sale)
                                .map(Transaction::id)
                                .toList());
    }

    @Test
    void rowsOfThePageBeforeCanComeAgain() throws Exception {
        twin.change(twin.settings().repeatedRows(3));
        List<JsonNode> all = joined(pages("&per_page=40&member_txns_sales=true"));

        assertThat(new HashSet<>(Caller.ids(all, "transactionId")).size()).isLessThan(all.size());
    }

    @Test
    void aStartKeyMustBeEncodedAndCannotBeMadeUpOrUsedElsewhere() throws Exception {
        String path = rows + "&per_page=10&member_txns_sales=true";
        String key = caller.page("transactions", path, token).lastKey();

        assertThat(key).contains("+", "/", "=");
        assertThat(caller.data(path + "&start_key=" + Caller.encode(key), token)).isEqualTo("200");
        assertThat(caller.data(path + "&start_key=" + key, token)).startsWith("400 start_key");
        assertThat(caller.data(path + "&start_key=abc", token)).startsWith("400 start_key");
        assertThat(caller.data(members + "?start_key=" + Caller.encode(key), token))
                .startsWith("400 start_key");
    }

    @Test
    void aPageLargerThanTheMaximumIsRefused() throws Exception {
        twin.change(twin.settings().perPageMaximum(250));

        assertThat(caller.data(rows + "&per_page=251", token))
                .isEqualTo("400 per_page may be 250 at most");
        assertThat(caller.data(rows + "&per_page=250", token)).isEqualTo("200");
        assertThat(caller.data(rows + "&per_page=0", token)).startsWith("400");
        assertThat(caller.data(rows + "&per_page=ten", token)).startsWith("400");
        assertThat(caller.data(members + "?per_page=500", token)).startsWith("400");
    }

    @Test
    void theLastPageOfMembersIsSometimesABareArray() throws Exception {
        Set<Boolean> shapes = new HashSet<>();
        for (Organization one : twin.organizations(first.id())) {
            List<Caller.Page> pages =
                    caller.pages("members", "orgs/" + one.id() + "/members?per_page=5", token);
            assertThat(joined(pages)).hasSameSizeAs(one.members());
            shapes.add(pages.get(pages.size() - 1).bare());
        }
        assertThat(shapes).containsExactlyInAnyOrder(true, false);

        twin.change(twin.settings().membersAs("array"));
        assertThat(caller.page("members", members, token).bare()).isTrue();
        assertThat(caller.page("members", members + "?per_page=5", token).bare()).isFalse();
        twin.change(twin.settings().membersAs("object"));
        assertThat(caller.page("members", members, token).bare()).isFalse();
    }

    @Test
    void theEndOfAScanIsToldInThreeWays() throws Exception {
        String path = "installation/organizations";
        assertThat(body(path).path("lastKey").asText("none")).isEmpty();
        twin.change(twin.settings().lastKeyAtEnd("null"));
        assertThat(body(path).path("lastKey").isNull()).isTrue();
        twin.change(twin.settings().lastKeyAtEnd("missing"));
        assertThat(body(path).has("lastKey")).isFalse();
    }

    private JsonNode body(String path) throws Exception {
        return Caller.body(caller.send("GET", path, "token " + token));
    }

    @Test
    void theFirstFilterIsThePrimaryOneAndMayNotComeAgain() throws Exception {
        String state = "&core.state.eq=processed";
        String from = "&meta.createdAt.ge=2026-11-01T00:00:00";
        String to = "&meta.createdAt.lt=2026-11-10T00:00:00";

        assertThat(caller.data(rows + state + from + to, token)).isEqualTo("200");
        assertThat(caller.data(rows + from + to + state, token)).startsWith("400 the first filter");
        assertThat(caller.data(rows + from + state, token)).isEqualTo("200");
        assertThat(caller.data(rows + from + "&per_page=5" + to, token)).startsWith("400");
    }

    @Test
    void everyOperatorOfAMomentKeepsItsWord() throws Exception {
        Transaction row = school.grow(1).get(0);
        String sales = "&member_txns_sales=" + row.sale();
        String at = "=2026-11-21T10:00:00";

        for (String op : List.of("eq", "ge", "le")) {
            assertThat(found(sales + "&meta.createdAt." + op + at)).as(op).contains(row.id());
        }
        for (String op : List.of("lt", "gt")) {
            assertThat(found(sales + "&meta.createdAt." + op + at)).as(op).doesNotContain(row.id());
        }
        assertThat(found(sales + "&meta.createdAt.eq" + Caller.encode(at).replace("%3D", "=")))
                .contains(row.id());
    }

    private List<String> found(String query) throws Exception {
        return Caller.ids(joined(pages("&per_page=1000" + query)), "transactionId");
    }

    @Test
    void aFilterThatBreaksARuleIsRefused() throws Exception {
        for (String bad :
                List.of(
                        "&core.state.ge=processed",
                        "&core.state=processed",
                        "&state.eq=processed",
                        "&core.colour.eq=red",
                        "&meta.createdAt.ge=2026-11-01T00:00:00Z",
                        "&meta.createdAt.ge=2026-11-01",
                        "&meta.createdAt.ge=2026-02-30T00:00:00",
                        "&meta.createdAt.ge=2026-11-01%2000:00:00",
                        "&member_txns_sales=1",
                        "&perPage=5",
                        "&member_txns=true",
                        "&meta.memberId.eq=%zz",
                        "&meta.memberId.eq=\"x\"")) {
            String path = rows + bad.replace("\"", "{");
            assertThat(raw(path)).as(bad).isEqualTo(400);
        }
        twin.change(twin.settings().strictQuery(false));
        assertThat(caller.data(rows + "&core.colour.eq=red&perPage=5", token)).isEqualTo("200");
    }

    /** Past the client, which would not send what is no URI. */
    private int raw(String path) throws Exception {
        try (java.net.Socket socket = new java.net.Socket("127.0.0.1", twin.base().getPort())) {
            String head = "GET /api/v1/" + path + " HTTP/1.1\r\nHost: x\r\n";
            String rest = "Authorization: token " + token + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write((head + rest).getBytes());
            String answer = new String(socket.getInputStream().readAllBytes());
            return Integer.parseInt(answer.split(" ", 3)[1]);
        }
    }

    @Test
    void filtersOfMembersWork() throws Exception {
        Member one = school.members().get(3);
        assertThat(caller.all("members", members + "?till.status.eq=active", token)).hasSize(11);
        assertThat(caller.all("members", members + "?mis.upn.eq=" + one.mis().upn(), token))
                .hasSize(1);
        school.edit(one.id(), member -> member.active(false));
        assertThat(
                        Caller.ids(
                                caller.all(
                                        "members",
                                        members + "?meta.updatedAt.ge=2026-11-21T10:00:00",
                                        token),
                                "memberId"))
                .containsExactly(one.id());
    }
}
