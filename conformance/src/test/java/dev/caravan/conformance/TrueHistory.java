package dev.caravan.conformance;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Invented purchases of some accounts over some days: at once booked, pending first (booked with
 * the same text, a longer one, another one under the same id, or another amount), never booked,
 * several alike, one each day, and others of the same amount beside them to be taken for them. Not
 * thread-safe.
 */
final class TrueHistory {
    private static final List<String> SHOPS =
            List.of(
                    "Tesco Stores",
                    "Costa Coffee",
                    "Shell Garage",
                    "Boots Chemist",
                    "Waterstones",
                    "Greggs Bakery",
                    "Pret Manger",
                    "Nandos Soho",
                    "Ikea Croydon",
                    "Argos Leeds",
                    "Halfords",
                    "Screwfix",
                    "Zizzi Bath",
                    "Wagamama",
                    "Odeon Cinema",
                    "Premier Inn");

    private final Random random;
    private final boolean ids;
    private final List<TruePurchase> all = new ArrayList<>();

    /**
     * @param ids whether the bank of every fourth account has ids that last
     */
    TrueHistory(Random random, int accounts, LocalDate from, int days, int most, boolean ids) {
        this.random = random;
        this.ids = ids;
        int each = Math.max(1, most / (accounts * days));
        for (int day = 0; day < days; day++) {
            for (int account = 0; account < accounts; account++) {
                coffee(account, from.plusDays(day));
                for (int i = 1; i < each; ) {
                    int before = all.size();
                    some(account, from.plusDays(day));
                    i += all.size() - before;
                }
            }
        }
    }

    List<TruePurchase> all() {
        return all;
    }

    private void some(int account, LocalDate day) {
        String shop = SHOPS.get(random.nextInt(SHOPS.size()));
        LocalDate settles = day.plusDays(1 + random.nextInt(3));
        LocalDate dated = random.nextBoolean() ? day : settles;
        int kind = random.nextInt(100);
        BigDecimal amount = amount();
        if (kind < 55) {
            add(account, day, day, day, null, null, amount, shop, amount, false, null, false);
            return;
        }
        if (kind < 72) {
            add(
                    account, day, settles, dated, settles, shop, amount, shop, amount, false, null,
                    true);
        } else if (kind < 80) {
            String longer =
                    shop.toUpperCase(java.util.Locale.ROOT) + " LONDON GB " + random.nextInt(9999);
            add(
                    account, day, settles, dated, settles, shop, amount, longer, amount, false,
                    null, true);
        } else if (kind < 85) {
            add(
                    account,
                    day,
                    settles,
                    dated,
                    settles,
                    "Card 4412",
                    amount,
                    shop,
                    amount,
                    true,
                    null,
                    ids && account % 4 == 0);
        } else if (kind < 90) {
            BigDecimal tipped =
                    amount.multiply(new BigDecimal("1.1")).setScale(2, java.math.RoundingMode.UP);
            add(
                    account, day, settles, dated, settles, shop, amount, shop, tipped, false, null,
                    false);
        } else if (kind < 94) {
            add(account, day, null, null, settles, shop, amount, shop, amount, false, null, false);
        } else {
            alike(account, day, settles, dated, shop, amount);
            return;
        }
        if (random.nextInt(3) == 0) {
            // another one of the same amount at the same time
            String other = SHOPS.get((SHOPS.indexOf(shop) + 1) % SHOPS.size());
            add(
                    account,
                    dated == null ? day : dated,
                    dated == null ? day : dated,
                    dated == null ? day : dated,
                    null,
                    null,
                    amount,
                    other,
                    amount,
                    false,
                    null,
                    false);
        }
    }

    /** Several that only the bank could tell apart. */
    private void alike(
            int account,
            LocalDate day,
            LocalDate settles,
            LocalDate dated,
            String shop,
            BigDecimal amount) {
        boolean pending = random.nextBoolean();
        String kin = "G" + all.size();
        int times = 2 + random.nextInt(3);
        for (int i = 0; i < times; i++) {
            if (pending) {
                add(
                        account, day, settles, dated, settles, shop, amount, shop, amount, false,
                        kin, true);
            } else {
                add(account, day, day, day, null, null, amount, shop, amount, false, kin, false);
            }
        }
    }

    /** The same each day: whose pending row is whose is only clear by the day. */
    private void coffee(int account, LocalDate day) {
        BigDecimal price = new BigDecimal("3.20");
        LocalDate next = day.plusDays(1);
        add(
                account,
                day,
                next,
                day,
                next,
                "Daily Espresso",
                price,
                "Daily Espresso",
                price,
                false,
                null,
                false);
    }

    private BigDecimal amount() {
        return new BigDecimal(1000 + all.size()).movePointLeft(2);
    }

    private void add(
            int account,
            LocalDate bought,
            LocalDate booked,
            LocalDate dated,
            LocalDate pendingUntil,
            String pendingText,
            BigDecimal pendingAmount,
            String text,
            BigDecimal amount,
            boolean carries,
            String kin,
            boolean sure) {
        int no = all.size();
        all.add(
                new TruePurchase(
                        no,
                        account,
                        bought,
                        booked,
                        dated,
                        pendingUntil,
                        pendingText,
                        pendingAmount,
                        text,
                        amount,
                        carries,
                        kin == null ? "T" + no : kin,
                        sure));
    }
}
