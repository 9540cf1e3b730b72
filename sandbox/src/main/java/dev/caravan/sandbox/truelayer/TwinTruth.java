package dev.caravan.sandbox.truelayer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is true at the bank, to compare a store with. Counts and sums walk the rows without holding
 * them; lists and digests hold theirs. Safe for use by many threads.
 */
public final class TwinTruth {
    private final Bank bank;
    private final Connections connections;
    private final Secrets secrets;
    private final Tasks tasks;
    private final Webhooks webhooks;

    TwinTruth(Bank bank, Connections connections, Secrets secrets, Tasks tasks, Webhooks webhooks) {
        this.bank = bank;
        this.connections = connections;
        this.secrets = secrets;
        this.tasks = tasks;
        this.webhooks = webhooks;
    }

    /** The accounts and cards of every user who ever connected. */
    public List<BankAccount> accounts() {
        return connections.all().stream()
                .map(Connection::user)
                .distinct()
                .flatMap(user -> bank.accounts(user).stream())
                .toList();
    }

    /** Hands over every booked row of the account and holds none. */
    public void forEachBooked(String accountId, Consumer<BookedRow> visitor) {
        BankAccount account = account(accountId);
        try {
            new Rows(account, account.snapshot(), Window.EVERYTHING, 0)
                    .forEach(
                            new Rows.Visitor() {
                                @Override
                                public void generated(GeneratedRow row) {
                                    written(row.position(), row.toTransaction());
                                }

                                @Override
                                public void written(long position, Transaction row) {
                                    visitor.accept(BookedRow.of(account, position, row));
                                }
                            });
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    public List<BookedRow> booked(String accountId) {
        List<BookedRow> rows = new ArrayList<>();
        forEachBooked(accountId, rows::add);
        return rows;
    }

    /** All booked rows of all accounts, account by account. */
    public Stream<BookedRow> booked() {
        return accounts().stream().flatMap(account -> booked(account.id()).stream());
    }

    public List<Transaction> pending(String accountId) {
        return account(accountId).snapshot().pending();
    }

    public List<StandingOrder> standingOrders(String accountId) {
        return StandingOrder.of(account(accountId));
    }

    public List<DirectDebit> directDebits(String accountId) {
        return DirectDebit.of(account(accountId));
    }

    /** Count, sum and digest of one account. */
    public AccountTruth of(String accountId) {
        return summed(account(accountId), true);
    }

    /** The same for all accounts; the digest is empty unless asked for. */
    public List<AccountTruth> all(boolean digests) {
        return accounts().stream().map(account -> summed(account, digests)).toList();
    }

    /** Of all accounts together, by canonical kind; a digest of rows only where it is asked for. */
    public List<KindTruth> kinds(boolean digests) {
        List<BankAccount> accounts = accounts();
        List<String> ids = new ArrayList<>();
        List<String> identities = new ArrayList<>();
        long pending = 0;
        long[] count = {0};
        BigDecimal[] sum = {BigDecimal.ZERO};
        for (BankAccount account : accounts) {
            ids.add(account.id());
            pending += account.snapshot().pending().size();
            forEachBooked(
                    account.id(),
                    row -> {
                        count[0]++;
                        sum[0] = sum[0].add(row.signedAmount());
                        if (digests) {
                            identities.add(row.identity());
                        }
                    });
        }
        return List.of(
                new KindTruth("account", ids.size(), null, digest(ids)),
                new KindTruth("balance", ids.size(), null, ""),
                new KindTruth("transaction", count[0], sum[0], digests ? digest(identities) : ""),
                new KindTruth("transaction_pending", pending, null, ""));
    }

    /** Of the last 100,000 asynchronous calls and the last 10,000 webhooks. */
    public TaskTruth tasks() {
        return TaskTruth.of(tasks.all(), webhooks.deliveries());
    }

    /** The query of every webhook_uri: what a caller must mask in its logs. */
    public Set<String> webhookSecrets() {
        return tasks.all().stream()
                .flatMap(task -> task.webhook().map(URI::getRawQuery).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Every code, link and token ever issued: none of them may be found in clear anywhere. */
    public Set<String> secretsIssued() {
        return secrets.issued();
    }

    private AccountTruth summed(BankAccount account, boolean digests) {
        List<String> identities = new ArrayList<>();
        long[] count = {0};
        BigDecimal[] sum = {BigDecimal.ZERO};
        forEachBooked(
                account.id(),
                row -> {
                    count[0]++;
                    sum[0] = sum[0].add(row.signedAmount());
                    if (digests) {
                        identities.add(row.identity());
                    }
                });
        return new AccountTruth(
                account.user(),
                account.id(),
                account.kind(),
                account.currency(),
                count[0],
                sum[0],
                digests ? digest(identities) : "");
    }

    private static String digest(List<String> identities) {
        identities.sort(null);
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (int at = 0; at < identities.size(); at++) {
                sha.update(
                        ((at == 0 ? "" : "\n") + identities.get(at))
                                .getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private BankAccount account(String id) {
        return bank.find(id).orElseThrow(() -> new IllegalArgumentException("no account " + id));
    }
}
