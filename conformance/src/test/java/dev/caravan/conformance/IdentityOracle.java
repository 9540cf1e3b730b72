package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.store.Database;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Knows what was told and compares it with the store: every true transaction is there once and
 * under the id it always had, and no pending row is linked to what it did not become. A row says by
 * a field of its payload, which no mapping reads, what it really is. Not thread-safe.
 */
final class IdentityOracle {
    private final Database database;
    private final Map<String, String> kin = new HashMap<>();
    private final Map<String, Set<Integer>> booked = new TreeMap<>();
    private final Set<Integer> gone = new TreeSet<>();
    private Map<String, Set<Long>> before = Map.of();

    IdentityOracle(Database database, List<TruePurchase> all) {
        this.database = database;
        all.forEach(each -> kin.put("T" + each.no(), each.kin()));
    }

    private record Row(long id, String mark, String settled, String tier) {}

    void told(TruePurchase purchase, String mark) {
        kin.put(mark, purchase.kin());
        booked.computeIfAbsent(mark, first -> new TreeSet<>()).add(purchase.no());
    }

    void leftPending(TruePurchase purchase) {
        gone.add(purchase.no());
    }

    /** Nothing doubled, nothing merged, every id as it was when it was looked at before. */
    void holds(String when) {
        Map<String, Set<Long>> now = new TreeMap<>();
        for (Row row : rows("booked")) {
            now.computeIfAbsent(row.mark(), first -> new TreeSet<>()).add(row.id());
        }
        List<String> wrong = new ArrayList<>();
        booked.forEach(
                (mark, nos) -> {
                    int rows = now.getOrDefault(mark, Set.of()).size();
                    if (rows != nos.size()) {
                        wrong.add(mark + " is there " + rows + " times, not " + nos.size());
                    }
                });
        before.forEach(
                (mark, ids) -> {
                    if (!now.getOrDefault(mark, Set.of()).containsAll(ids)) {
                        wrong.add(mark + " was " + ids + " and is " + now.get(mark));
                    }
                });
        assertThat(wrong).as(when).isEmpty();
        assertThat(now.keySet()).as(when).isEqualTo(booked.keySet());
        before = now;
    }

    /** No sure link is wrong, and so many of those that could be found were. */
    void linksHold(List<TruePurchase> all, double floor) {
        Set<Integer> found = new TreeSet<>();
        List<String> wrong = new ArrayList<>();
        for (Row row : rows("pending")) {
            if (row.settled() != null) {
                int no = Integer.parseInt(row.mark().substring(1));
                found.add(no);
                if (!kin.get("T" + no).equals(kin.get(row.settled()))) {
                    wrong.add(row.mark() + " became " + row.settled() + ", " + row.tier());
                }
                assertThat(row.tier()).isIn("exact", "strong");
            }
        }
        assertThat(wrong).as("links to what it did not become").isEmpty();
        List<TruePurchase> promised =
                all.stream().filter(p -> p.sure() && gone.contains(p.no())).toList();
        long linked = promised.stream().filter(p -> found.contains(p.no())).count();
        assertThat(promised).hasSizeGreaterThan(all.size() / 50);
        System.out.println(
                "identity: "
                        + linked
                        + " of "
                        + promised.size()
                        + " links found, "
                        + found.size()
                        + " in all");
        assertThat(linked / (double) promised.size()).as("true links found").isGreaterThan(floor);
        assertThat(
                        database.query(
                                """
                                select coalesce(t.transaction_id, s.pending_transaction_id) from ledger.transaction t
                                full join (select * from ledger.settlement where outcome = 'linked') s
                                  on s.pending_transaction_id = t.transaction_id and s.booked_transaction_id = t.settled_as and s.tier = t.settled_tier
                                where t.settled_as is not null and s.settlement_id is null or t.transaction_id is null
                                """,
                                row -> row.getLong(1)))
                .as("settled_as and ledger.settlement say the same")
                .isEmpty();
    }

    private List<Row> rows(String status) {
        return database.query(
                """
                select t.transaction_id, t.raw ->> 'mark', b.raw ->> 'mark', t.settled_tier
                from ledger.transaction t left join ledger.transaction b on b.transaction_id = t.settled_as
                where t.status = ?
                """,
                row ->
                        new Row(
                                row.getLong(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4)),
                status);
    }
}
