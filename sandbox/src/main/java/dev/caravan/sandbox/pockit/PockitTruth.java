package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What is true at the provider, as far as the consents so far let anybody see it, to compare a
 * store with. A consent counts from the exchange of its code, and for ever. Safe for use by many
 * threads.
 */
public final class PockitTruth {
    private final Supplier<PockitSettings> settings;
    private final Bank bank;
    private final Consents consents;
    private final PaymentApi payments;
    private final Secrets secrets;

    PockitTruth(
            Supplier<PockitSettings> settings,
            Bank bank,
            Consents consents,
            PaymentApi payments,
            Secrets secrets) {
        this.settings = settings;
        this.bank = bank;
        this.consents = consents;
        this.payments = payments;
        this.secrets = secrets;
    }

    /** Every account of every user who connected, whatever the scopes. */
    public List<AccountTruth> accounts() {
        return visible("").map(this::truth).toList();
    }

    /** One account, by any id that a consent ever saw. */
    public AccountTruth of(String accountId) {
        return truth(account(accountId));
    }

    /** The booked rows of an account, the oldest first. */
    public List<Transaction> booked(String accountId) {
        return account(accountId).rows(Transaction.Status.Booked);
    }

    public List<Transaction> pending(String accountId) {
        return account(accountId).rows(Transaction.Status.Pending);
    }

    /** The rows that are sent and must not be stored as transactions. */
    public List<Transaction> rejected(String accountId) {
        return account(accountId).rows(Transaction.Status.Rejected);
    }

    public List<Beneficiary> beneficiaries(String accountId) {
        return account(accountId).beneficiaries();
    }

    /** The payments that were accepted, whether or not the caller got to know. */
    public List<Payment> payments() {
        return payments.all();
    }

    /** Every code and token ever issued: none of them may be found in clear anywhere. */
    public Set<String> secretsIssued() {
        return secrets.issued();
    }

    /** The body of {@code GET /twin/truth}. */
    JsonNode json() {
        ArrayNode all = Json.object().putArray("truth");
        kind(all, "account", visible("accounts:read").map(this::id).toList());
        all.addObject().put("kind", "balance").put("count", visible("balance:read").count());
        List<Transaction> booked = rows(Transaction.Status.Booked);
        kind(all, "transaction", booked.stream().map(Transaction::identity).toList())
                .put("sum", sum(booked).toPlainString());
        all.addObject()
                .put("kind", "transaction_pending")
                .put("count", rows(Transaction.Status.Pending).size());
        kind(
                all,
                "beneficiary",
                visible("beneficiaries:read")
                        .flatMap(account -> account.beneficiaries().stream())
                        .map(Beneficiary::id)
                        .toList());
        kind(all, "payment", payments().stream().map(Payment::id).toList());
        if (settings.get().answers().extraResources()) {
            Map.of("standing_order", "StandingOrder", "direct_debit", "DirectDebit")
                    .forEach(
                            (kind, name) ->
                                    kind(
                                            all,
                                            kind,
                                            visible("")
                                                    .map(one -> ExtraBodies.id(name, one))
                                                    .toList()));
        }
        return all;
    }

    private static ObjectNode kind(ArrayNode all, String kind, Collection<String> ids) {
        return all.addObject()
                .put("kind", kind)
                .put("count", ids.size())
                .put("digest", Digest.of(ids));
    }

    private List<Transaction> rows(Transaction.Status status) {
        return visible("transactions:read").flatMap(one -> one.rows(status).stream()).toList();
    }

    private static BigDecimal sum(List<Transaction> rows) {
        return BigDecimal.valueOf(rows.stream().mapToLong(Transaction::minor).sum(), 2);
    }

    /** The accounts that some consent may read with this scope; empty asks for none. */
    private Stream<BankAccount> visible(String scope) {
        return salts(scope).keySet().stream().flatMap(user -> bank.accounts(user).stream());
    }

    /** The users with such a consent, each with the salt of the newest one. */
    private Map<String, Integer> salts(String scope) {
        Map<String, Integer> salts = new LinkedHashMap<>();
        consents.all().stream()
                .filter(one -> one.exchanged() && !one.payment())
                .filter(one -> scope.isEmpty() || one.scopes().contains(scope))
                .forEach(one -> salts.put(one.user(), one.idSalt()));
        return salts;
    }

    private String id(BankAccount account) {
        return account.id(salts("").getOrDefault(account.user(), 0));
    }

    BankAccount account(String id) {
        return consents.all().stream()
                .flatMap(one -> bank.find(one.user(), one.idSalt(), id).stream())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no consent sees account " + id));
    }

    private AccountTruth truth(BankAccount account) {
        List<Transaction> booked = account.rows(Transaction.Status.Booked);
        Answers answers = settings.get().answers();
        List<String> types = answers.balanceTypes();
        boolean flat = answers.shape() == Answers.Shape.F;
        boolean tellsCurrent = flat || types.stream().anyMatch(type -> type.endsWith("Booked"));
        boolean tellsAvailable = !flat && types.stream().anyMatch(type -> !type.endsWith("Booked"));
        long current = tellsCurrent ? account.current() : account.available();
        long available = tellsAvailable ? account.available() : account.current();
        return new AccountTruth(
                account.user(),
                id(account),
                account.key(),
                account.sortCode(),
                account.accountNumber(),
                account.iban(),
                BigDecimal.valueOf(available, 2),
                BigDecimal.valueOf(current, 2),
                booked.size(),
                sum(booked),
                Digest.of(booked.stream().map(Transaction::identity).toList()));
    }
}
