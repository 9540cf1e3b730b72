package dev.caravan.sandbox.pockit;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * All users and their accounts. A user's accounts are made when somebody first asks for them. Safe
 * for use by many threads.
 */
final class Bank {
    /**
     * What a control did to an account, kept so that a restart can do it again: so many rows more,
     * or, where rows is negative, the settling of what was pending.
     */
    record Deed(String account, int rows, long at) {}

    private static final int SETTLED = -1;

    private final Holdings holdings;
    private final LocalDate firstDay;
    private final Clock clock;
    private final Map<String, List<BankAccount>> byUser = new ConcurrentHashMap<>();
    private final List<Deed> deeds = new ArrayList<>();

    Bank(Holdings holdings, LocalDate firstDay, Clock clock, List<Deed> before) {
        this.holdings = holdings;
        this.firstDay = firstDay;
        this.clock = clock;
        this.deeds.addAll(before);
    }

    LocalDate firstDay() {
        return firstDay;
    }

    synchronized List<Deed> deeds() {
        return List.copyOf(deeds);
    }

    boolean login(String user, String password) {
        return known(user) && password.equals(user.replace("user", "word"));
    }

    boolean known(String user) {
        return user.matches("user[1-9]\\d{0,6}")
                && Integer.parseInt(user.substring(4)) <= holdings.users();
    }

    int users() {
        return holdings.users();
    }

    List<BankAccount> accounts(String user) {
        if (!known(user)) {
            throw new IllegalArgumentException("no user " + user);
        }
        List<BankAccount> accounts = byUser.computeIfAbsent(user, this::opened);
        accounts.forEach(account -> account.arrive(clock.instant()));
        return accounts;
    }

    /** The account that a consent of this salt knows by this id. */
    Optional<BankAccount> find(String user, int salt, String id) {
        return accounts(user).stream().filter(one -> one.id(salt).equals(id)).findFirst();
    }

    synchronized void grow(BankAccount account, int rows) {
        deeds.add(new Deed(account.key(), rows, clock.millis()));
        account.grow(rows, clock.instant());
    }

    synchronized List<Transaction> settlePending(BankAccount account) {
        deeds.add(new Deed(account.key(), SETTLED, clock.millis()));
        return account.settlePending(clock.instant());
    }

    private List<BankAccount> opened(String user) {
        List<BankAccount> accounts =
                IntStream.range(0, holdings.accountsPerUser())
                        .mapToObj(number -> new BankAccount(user, number, holdings, firstDay))
                        .toList();
        for (Deed deed : deeds()) {
            accounts.stream()
                    .filter(account -> account.key().equals(deed.account()))
                    .forEach(account -> again(account, deed));
        }
        return accounts;
    }

    private static void again(BankAccount account, Deed deed) {
        Instant at = Instant.ofEpochMilli(deed.at());
        if (deed.rows() == SETTLED) {
            account.settlePending(at);
        } else {
            account.grow(deed.rows(), at);
        }
    }
}
