package dev.caravan.sandbox.leatherback;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What is true at the bank, to compare a store with. Counts only what the consents that were
 * authorised so far allow to see, whatever became of them since. Safe for use by many threads.
 */
public final class LeatherbackTruth {
    private final Bank bank;
    private final Register register;
    private final Tokens tokens;

    LeatherbackTruth(Bank bank, Register register, Tokens tokens) {
        this.bank = bank;
        this.register = register;
        this.tokens = tokens;
    }

    /** The consents that were ever authorised. */
    public List<Consent> connections() {
        return register.consents().stream().filter(Consent::connected).toList();
    }

    /** The accounts that some connection may see. */
    public List<BankAccount> accounts() {
        return seen(consent -> consent.mayRead("Accounts"));
    }

    /** Rows of every status that some connection may see, the youngest first. */
    public List<Transaction> transactions(String accountId) {
        BankAccount account = account(accountId);
        List<Consent> eyes = eyes(account, consent -> consent.mayRead("Transactions"));
        return account.rows().stream()
                .filter(row -> eyes.stream().anyMatch(consent -> consent.shows(row)))
                .toList();
    }

    public List<Transaction> booked(String accountId) {
        return transactions(accountId).stream().filter(Transaction::booked).toList();
    }

    public List<Transaction> pending(String accountId) {
        return transactions(accountId).stream().filter(Transaction::pending).toList();
    }

    /** Empty where no connection has the permission. */
    public List<Beneficiary> beneficiaries(String accountId) {
        BankAccount account = account(accountId);
        return eyes(account, consent -> consent.mayRead("Beneficiaries")).isEmpty()
                ? List.of()
                : account.beneficiaries();
    }

    public BigDecimal bookedBalance(String accountId) {
        return account(accountId).bookedBalance();
    }

    public BigDecimal availableBalance(String accountId) {
        return account(accountId).availableBalance();
    }

    /** Every code, link and token ever issued: none of them may be found in clear anywhere. */
    public Set<String> secretsIssued() {
        return tokens.issued();
    }

    /** One entry a canonical kind; booked rows only, and pending ones as a kind of their own. */
    public List<KindTruth> all() {
        List<KindTruth> all = new ArrayList<>();
        List<Consent> connections = connections();
        all.add(plain("organization", connections.size(), null));
        all.add(
                plain(
                        "consent",
                        connections.size(),
                        connections.stream().map(Consent::id).toList()));
        List<String> ids = accounts().stream().map(BankAccount::id).toList();
        all.add(plain("account", ids.size(), ids));
        List<BankAccount> detailed = seen(consent -> consent.may("ReadAccountsDetail"));
        long identifiers = detailed.stream().mapToLong(one -> one.identifiers().size()).sum();
        all.add(plain("account_identifier", identifiers, null));
        // what is told by type is one record of the account
        all.add(plain("balance", seen(consent -> consent.may("ReadBalances")).size(), null));
        all.add(rows("transaction", this::booked));
        all.add(rows("pending_transaction", this::pending));
        List<Beneficiary> payees = ids.stream().flatMap(id -> beneficiaries(id).stream()).toList();
        all.add(
                plain(
                        "beneficiary",
                        payees.size(),
                        payees.stream().map(Beneficiary::id).filter(id -> !id.isEmpty()).toList()));
        return all;
    }

    private static KindTruth plain(String kind, long count, List<String> ids) {
        return new KindTruth(kind, count, null, ids);
    }

    private KindTruth rows(String kind, Function<String, List<Transaction>> of) {
        List<String> ids = new ArrayList<>();
        BigDecimal sum = BigDecimal.ZERO;
        long count = 0;
        for (BankAccount account : accounts()) {
            for (Transaction row : of.apply(account.id())) {
                count++;
                sum = sum.add(row.amount());
                if (!row.id().isEmpty()) {
                    ids.add(row.id());
                }
            }
        }
        return new KindTruth(kind, count, sum, ids);
    }

    private List<BankAccount> seen(Predicate<Consent> may) {
        return connections().stream()
                .filter(may)
                .map(Consent::owner)
                .distinct()
                .flatMap(owner -> bank.accounts(owner).stream())
                .toList();
    }

    private List<Consent> eyes(BankAccount account, Predicate<Consent> may) {
        return connections().stream()
                .filter(may)
                .filter(consent -> consent.owner().equals(account.owner().login()))
                .toList();
    }

    private BankAccount account(String id) {
        return bank.find(id).orElseThrow(() -> new IllegalArgumentException("no account " + id));
    }
}
