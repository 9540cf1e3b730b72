package dev.caravan.sandbox.truelayer;

import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The mock bank: every user's accounts and cards, made when they are first looked at. The same seed
 * and first day make the same bank. Safe for use by many threads.
 */
final class Bank {
    private final TwinSettings settings;
    private final LocalDate firstDay;
    private final Clock clock;
    private final Map<String, List<BankAccount>> byUser = new ConcurrentHashMap<>();

    Bank(TwinSettings settings, LocalDate firstDay, Clock clock) {
        this.settings = settings;
        this.firstDay = firstDay;
        this.clock = clock;
    }

    List<BankAccount> accounts(String user) {
        return byUser.computeIfAbsent(user, this::open);
    }

    List<BankAccount> accounts(String user, Kind kind) {
        return accounts(user).stream().filter(account -> account.kind() == kind).toList();
    }

    Optional<BankAccount> find(String user, Kind kind, String id) {
        return accounts(user).stream()
                .filter(account -> account.kind() == kind && account.id().equals(id))
                .findFirst();
    }

    Optional<BankAccount> find(String id) {
        return byUser.values().stream()
                .flatMap(List::stream)
                .filter(account -> account.id().equals(id))
                .findFirst();
    }

    LocalDate firstDay() {
        return firstDay;
    }

    private List<BankAccount> open(String user) {
        List<BankAccount> accounts = new ArrayList<>();
        for (int n = 0; n < settings.accountsPerConnection(); n++) {
            accounts.add(new BankAccount(user, Kind.ACCOUNT, n, settings, firstDay, clock));
        }
        for (int n = 0; n < settings.cardsPerConnection(); n++) {
            accounts.add(new BankAccount(user, Kind.CARD, n, settings, firstDay, clock));
        }
        return List.copyOf(accounts);
    }
}
