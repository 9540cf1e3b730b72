package dev.caravan.sandbox.leatherback;

import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * The customers and their accounts, opened when somebody first looks. The same seed and first day
 * make the same bank. Safe for use by many threads.
 */
final class Bank {
    private final Map<String, List<BankAccount>> byLogin = new ConcurrentHashMap<>();
    private final LeatherbackSettings settings;
    private final LocalDate firstDay;
    private final Clock clock;

    Bank(LeatherbackSettings settings, LocalDate firstDay, Clock clock) {
        this.settings = settings;
        this.firstDay = firstDay;
        this.clock = clock;
    }

    LocalDate firstDay() {
        return firstDay;
    }

    Customer customer(String login) {
        return Customer.of(settings.seed(), login);
    }

    List<BankAccount> accounts(String login) {
        return byLogin.computeIfAbsent(login, this::open);
    }

    Optional<BankAccount> find(String login, String accountId) {
        return accounts(login).stream().filter(one -> one.id().equals(accountId)).findFirst();
    }

    /** Looks among the accounts that anybody has looked at. */
    Optional<BankAccount> find(String accountId) {
        return byLogin.values().stream()
                .flatMap(List::stream)
                .filter(one -> one.id().equals(accountId))
                .findFirst();
    }

    private List<BankAccount> open(String login) {
        return IntStream.range(0, settings.accountsPerUser())
                .mapToObj(n -> new BankAccount(customer(login), n, settings, firstDay, clock))
                .toList();
    }
}
