package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.faults.SetupFault;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Identity is for life: thousands of invented purchases are told by the rules of two contracts, in
 * overlapping windows, out of order, under ids that change and are reused, and through a new
 * consent and new versions of the mapping; then every one is there once, under the id it always
 * had.
 */
class IdentityTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final LocalDate FROM = LocalDate.of(2026, 2, 20);
    private static final int DAYS = 60;
    private static final int ACCOUNTS = 8;

    /** When banks begin to give ids or better ones, the user agrees anew, and mappings change. */
    private static final int IDS = 20;

    private static final int CONSENT = 30;
    private static final int EDIT = 38;
    private static final int REKEY = 46;
    private static final int QUIET = 6;

    private final long seed = Long.getLong("identity.seed", System.nanoTime());
    private final int most = Integer.getInteger("identity.transactions", 10_000);
    private final Random random = new Random(seed);
    private final Map<Integer, LocalDate> pulled = new HashMap<>();
    private final Set<Integer> pending = new HashSet<>();
    private TrueHistory history;
    private IdentityOracle oracle;
    private String consent = "";
    private boolean ids;

    @Test
    void whereIdsChangeAndComeAndGoEveryTransactionKeepsItsOwn() {
        System.out.println("identity.seed " + seed);
        try (StoreHouse house = new StoreHouse("truelayer")) {
            begin(house, ACCOUNTS, DAYS, most * 4 / 5, true);
            house.accounts(accounts());
            for (int day = 0; day < DAYS + QUIET; day++) {
                house.nextDay();
                turn(house, day);
                for (int account = 0; account < ACCOUNTS; account++) {
                    if (day >= DAYS || random.nextInt(3) == 0) {
                        pull(house, account, FROM.plusDays(day));
                    }
                }
            }
            ends();
        }
    }

    /** What happens on a day beside purchases. */
    private void turn(StoreHouse house, int day) {
        ids = day >= IDS;
        if (day == CONSENT) {
            oracle.holds("before the new consent");
            List<Long> before = house.accountIds();
            consent = "again-";
            house.accounts(accounts());
            assertThat(house.accountIds()).isEqualTo(before);
        } else if (day == EDIT) {
            oracle.holds("before the edit");
            house.edit(
                    "item ->> 'description' as description",
                    "upper(item ->> 'description') as description");
        } else if (day == REKEY) {
            oracle.holds("before new keys");
            assertThatThrownBy(
                            () ->
                                    house.edit(
                                            "'n:' || normalised, 'p:' || plain",
                                            "'id:' || normalised, 'p:' || plain"))
                    .isInstanceOf(SetupFault.class)
                    .hasMessageStartingWith("CARAVAN-REKEY truelayer: transactions.sql line ")
                    .hasMessageContaining("would be doubled");
            house.edit(
                    "'n:' || normalised, 'p:' || plain) as provider_key",
                    "'id:' || normalised, 'p:' || plain) as provider_key",
                    "case when normalised is not null then 'p:' || plain end as former_key",
                    "'n:' || normalised as former_key");
        }
    }

    @Test
    void whereThereAreNoIdsAtAllPagesOfAnySizeTellAsManyAsThereAre() {
        System.out.println("identity.seed " + seed);
        try (StoreHouse house = new StoreHouse("leatherback", "map.transaction.ids", "volatile")) {
            begin(house, 4, 30, most / 5, false);
            house.accounts(obieAccounts());
            for (int day = 0; day < 30 + QUIET; day++) {
                house.nextDay();
                for (int account = 0; account < 4; account++) {
                    if (day >= 30 || random.nextBoolean()) {
                        walk(house, account, FROM.plusDays(day));
                    }
                }
            }
            ends();
        }
    }

    private void begin(StoreHouse house, int accounts, int days, int most, boolean lasting) {
        history = new TrueHistory(random, accounts, FROM, days, most, lasting);
        oracle = new IdentityOracle(house.database, history.all());
    }

    private void ends() {
        oracle.holds("at the end");
        oracle.linksHold(history.all(), 0.9);
    }

    /** What is told of an account on a day, and what it says of itself. */
    private record Told(List<TruePurchase> booked, List<TruePurchase> pending) {}

    private Told told(int account, LocalDate day) {
        LocalDate last = pulled.getOrDefault(account, FROM);
        LocalDate from = last.minusDays(4 + random.nextInt(9));
        pulled.put(account, day);
        List<TruePurchase> booked = new ArrayList<>();
        List<TruePurchase> still = new ArrayList<>();
        boolean blind = random.nextInt(25) == 0 && day.isBefore(FROM.plusDays(DAYS));
        for (TruePurchase each : history.all()) {
            if (each.account() == account) {
                if (each.bookedBy(day) && !each.dated().isBefore(from)) {
                    booked.add(each);
                } else if (!blind && each.pendingOn(day)) {
                    still.add(each);
                    pending.add(each.no());
                }
                if (pending.contains(each.no()) && !each.pendingOn(day)) {
                    oracle.leftPending(each);
                }
            }
        }
        Collections.shuffle(booked, random);
        Collections.shuffle(still, random);
        return new Told(booked, still);
    }

    private void pull(StoreHouse house, int account, LocalDate day) {
        Told told = told(account, day);
        ArrayNode booked = JSON.createArrayNode();
        for (TruePurchase each : told.booked()) {
            // some banks give no ids, so that alike ones are only as many as they are
            String mark = account % 4 > 1 ? each.kin() : "T" + each.no();
            oracle.told(each, mark);
            booked.add(
                    row(
                            each,
                            mark,
                            each.dated(),
                            each.text(),
                            each.amount().negate().toPlainString(),
                            true));
        }
        ArrayNode pending = JSON.createArrayNode();
        for (TruePurchase each : told.pending()) {
            pending.add(
                    row(
                            each,
                            "P" + each.no(),
                            each.bought(),
                            each.pendingText(),
                            each.pendingAmount().negate().toPlainString(),
                            each.carries()));
        }
        boolean first = random.nextBoolean();
        house.pull(
                consent + account,
                pull -> {
                    if (first) {
                        pull.replacePending(enveloped(pending));
                    }
                    pull.save(enveloped(booked));
                    if (random.nextInt(10) == 0) {
                        Collections.shuffle(told.booked(), random);
                        pull.save(enveloped(booked));
                    }
                    if (!first) {
                        pull.replacePending(enveloped(pending));
                    }
                });
    }

    /**
     * A record of the first contract: ids by the bank's habit, one of them new with every answer.
     */
    private ObjectNode row(
            TruePurchase each,
            String mark,
            LocalDate date,
            String text,
            String amount,
            boolean named) {
        ObjectNode row = JSON.createObjectNode();
        row.put("transaction_id", "t" + random.nextInt(50));
        int bank = each.account() % 4;
        if (named && (bank == 0 || bank != 2 && ids)) {
            row.put("normalised_provider_transaction_id", "n" + each.no());
        }
        if (named && bank == 0) {
            row.put("provider_transaction_id", "r" + random.nextInt(20));
        } else if (named && bank == 1) {
            // since there are better ones it gives those of others anew
            boolean reused = ids && each.bought().isAfter(FROM.plusDays(IDS));
            row.put(
                    "provider_transaction_id",
                    "p" + (reused ? random.nextInt(each.no()) : each.no()));
        }
        row.put("timestamp", date + "T10:00:00Z").put("description", text).put("currency", "GBP");
        row.put("amount", new java.math.BigDecimal(amount)).put("transaction_type", "DEBIT");
        return row.put("mark", mark);
    }

    private static byte[] enveloped(ArrayNode rows) {
        return bytes(JSON.createObjectNode().put("status", "Succeeded").set("results", rows));
    }

    private byte[] accounts() {
        ArrayNode all = JSON.createArrayNode();
        for (int account = 0; account < ACCOUNTS; account++) {
            ObjectNode each = all.addObject();
            each.put("account_id", consent + account)
                    .put("currency", "GBP")
                    .put("account_type", "TRANSACTION");
            each.put("display_name", "Account " + account)
                    .putObject("account_number")
                    .put("iban", "GB00TEST" + account);
            each.putObject("provider").put("provider_id", "mock");
        }
        return enveloped(all);
    }

    /** The pages of the second contract: pending and booked ones together, no ids that last. */
    private void walk(StoreHouse house, int account, LocalDate day) {
        Told told = told(account, day);
        List<ObjectNode> rows = new ArrayList<>();
        for (TruePurchase each : told.booked()) {
            oracle.told(each, each.kin());
            rows.add(
                    obie(
                            each.kin(),
                            "Booked",
                            each.dated(),
                            each.text(),
                            each.amount().toPlainString()));
        }
        for (TruePurchase each : told.pending()) {
            rows.add(
                    obie(
                            "P" + each.no(),
                            "Pending",
                            each.bought(),
                            each.pendingText(),
                            each.pendingAmount().toPlainString()));
        }
        Collections.shuffle(rows, random);
        List<byte[]> pages = new ArrayList<>();
        for (int at = 0; at < rows.size() || pages.isEmpty(); ) {
            int to = Math.min(rows.size(), at + 5 + random.nextInt(60));
            ArrayNode page = JSON.createArrayNode().addAll(rows.subList(at, to));
            pages.add(obie("Transaction", page));
            at = Math.max(to, 1);
        }
        house.pull("a" + account, pull -> pull.walk(pages));
    }

    private ObjectNode obie(
            String mark, String status, LocalDate date, String text, String amount) {
        ObjectNode row = JSON.createObjectNode().put("TransactionId", "x" + random.nextInt(1000));
        row.put("Status", status)
                .put("BookingDateTime", date + "T09:00:00Z")
                .put("CreditDebitIndicator", "Debit");
        row.putObject("Amount").put("Amount", amount).put("Currency", "GBP");
        return row.put("TransactionInformation", text).put("mark", mark);
    }

    private static byte[] obieAccounts() {
        ArrayNode all = JSON.createArrayNode();
        for (int account = 0; account < 4; account++) {
            all.addObject()
                    .put("AccountId", "a" + account)
                    .put("Currency", "GBP")
                    .put("AccountSubType", "CurrentAccount");
        }
        return obie("Account", all);
    }

    private static byte[] obie(String kind, ArrayNode rows) {
        ObjectNode answer = JSON.createObjectNode();
        answer.putObject("Data").set(kind, rows);
        return bytes(answer);
    }

    private static byte[] bytes(com.fasterxml.jackson.databind.JsonNode answer) {
        return answer.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
