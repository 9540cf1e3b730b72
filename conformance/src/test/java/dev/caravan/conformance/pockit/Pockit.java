package dev.caravan.conformance.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.House;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.pockit.AccountTruth;
import dev.caravan.sandbox.pockit.BankAccount;
import dev.caravan.sandbox.pockit.PockitSettings;
import dev.caravan.sandbox.pockit.PockitTwin;
import dev.caravan.sandbox.pockit.Tokens;
import dev.caravan.sandbox.pockit.Transaction;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/** The shipped provider against its twin: one clock, one store. Not thread-safe. */
final class Pockit implements AutoCloseable {
    /** A documentation address (RFC 5737): the user behind a browser. */
    static final String USER_ADDRESS = "203.0.113.7";

    final House house;
    final PockitTwin twin;

    private Pockit(PockitSettings settings, Map<String, String> changed) {
        house = House.of("pockit", Map.of());
        twin = PockitTwin.start(settings, house.clock);
        house.secret("pockit.client.secret", settings.application().clientSecret())
                .secret("pockit.certificate", settings.application().certificate())
                .set("auth.url", twin.base() + "/v1")
                .set("api.url", twin.base() + "/v1")
                .set("client.id", settings.application().clientId())
                .set("sign.request.member.app", settings.application().appId())
                .set("authorise.link", "http://127[.]0[.]0[.]1:[0-9]+/v1/authorise/[0-9a-f-]{36}")
                .set("token.retry", "20");
        changed.forEach(house::set);
        house.start();
    }

    static Pockit of(PockitSettings settings, Map<String, String> changed) {
        return new Pockit(settings, changed);
    }

    static Pockit open() {
        return of(PockitSettings.defaults(), Map.of());
    }

    /** A connection as the trip leaves it behind; nothing is pulled yet. */
    UUID connect(String user) {
        Tokens tokens = twin.connect(user);
        UUID id = house.connection(Map.of());
        house.database.update(
                "update caravan.connection set authorised_at = caravan.now(), authenticated_at ="
                        + " caravan.now(), external_id = ?, scopes = ? where id = ?",
                tokens.consent().intentId(),
                String.join(" ", new TreeSet<>(tokens.consent().scopes())),
                id);
        house.database.update(
                """
                insert into caravan.token_set (connection_id, generation, access_sealed, refresh_sealed, access_expires_at, refreshed_at)
                values (?, 1, ?, ?, caravan.now() + interval '1 hour', caravan.now())
                """,
                id,
                house.sealer.seal(tokens.accessToken()),
                house.sealer.seal(tokens.refreshToken()));
        return id;
    }

    /** The same after the first pull, with the user present. */
    UUID connected(String user) {
        UUID connection = connect(user);
        pullAttended(connection);
        return connection;
    }

    void pullAttended(UUID connection) {
        String before = house.lastEnd(connection);
        house.journeys.pull(connection, USER_ADDRESS, Duration.ofMinutes(5));
        house.tick("pull");
        house.awaitPull(connection, before);
    }

    void pull(UUID connection) {
        house.pull(connection);
    }

    List<Exchange> seen(String endpoint, String user) {
        return twin.journal()
                .where(one -> one.endpoint().equals(endpoint) && one.user().equals(user));
    }

    /** All that the twin was asked for a user, beside the sign-in. */
    List<Exchange> seen(String user) {
        return twin.journal()
                .where(one -> one.user().equals(user) && one.endpoint().startsWith("accounts"));
    }

    /** Outcome and message of the last run of a kind. */
    String run(UUID connection, String kind) {
        return house.text(
                "select outcome || coalesce(' ' || message, '') from ledger.pull_run where"
                        + " connection_id = '"
                        + connection
                        + "' and kind = '"
                        + kind
                        + "' order by pull_id desc limit 1");
    }

    /** The store holds exactly what the twin holds for this user. */
    void holds(UUID connection, String user) {
        List<BankAccount> accounts = twin.accounts(user);
        assertThat(
                        house.texts(
                                "select provider_account_id from ledger.account where removed_at is"
                                        + " null and connection_id = '"
                                        + connection
                                        + "'"))
                .containsExactlyInAnyOrderElementsOf(accounts.stream().map(twin::id).toList());
        for (BankAccount account : accounts) {
            holdsAccount(connection, twin.id(account));
        }
    }

    private void holdsAccount(UUID connection, String id) {
        AccountTruth truth = twin.truth().of(id);
        assertThat(transactions(connection, id, "booked"))
                .containsExactlyInAnyOrderElementsOf(rows(twin.truth().booked(id)));
        assertThat(transactions(connection, id, "pending"))
                .containsExactlyInAnyOrderElementsOf(rows(twin.truth().pending(id)));
        assertThat(
                        house.texts(
                                "select concat_ws('|', provider_beneficiary_id, name, reference,"
                                        + " sort_code, account_number) from"
                                        + of("ledger.beneficiary", connection, id)))
                .containsExactlyInAnyOrderElementsOf(
                        twin.truth().beneficiaries(id).stream()
                                .map(
                                        one ->
                                                String.join(
                                                        "|",
                                                        one.id(),
                                                        one.name(),
                                                        one.reference(),
                                                        one.sortCode(),
                                                        one.accountNumber()))
                                .toList());
        assertThat(balance(connection, id))
                .isEqualTo(plain(truth.current()) + "|" + plain(truth.available()));
    }

    /** The balance as current and available. */
    String balance(UUID connection, String id) {
        return house.text(
                "select trim_scale(current_amount) || '|' || trim_scale(available_amount) from"
                        + of("ledger.balance", connection, id));
    }

    List<String> transactions(UUID connection, String id, String status) {
        return house.texts(
                "select concat_ws('|', coalesce(provider_transaction_id, ''), booking_date,"
                        + " trim_scale(amount), currency, direction, description,"
                        + " coalesce(merchant_name, '')) from"
                        + of("ledger.transaction", connection, id)
                        + " and status = '"
                        + status
                        + "'");
    }

    private static List<String> rows(List<Transaction> rows) {
        return rows.stream()
                .map(
                        row ->
                                String.join(
                                        "|",
                                        row.id(),
                                        row.bookingDate().toString(),
                                        plain(row.signedAmount()),
                                        "GBP",
                                        row.signedAmount().signum() < 0 ? "debit" : "credit",
                                        row.description(),
                                        row.merchant()))
                .collect(Collectors.toList());
    }

    private static String plain(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }

    /** The living rows of a view for one account. */
    static String of(String view, UUID connection, String account) {
        return " "
                + view
                + " where removed_at is null and account_id = (select account_id from"
                + " ledger.account where connection_id = '"
                + connection
                + "' and provider_account_id = '"
                + account
                + "' and removed_at is null)";
    }

    @Override
    public void close() {
        house.close();
        twin.close();
    }
}
