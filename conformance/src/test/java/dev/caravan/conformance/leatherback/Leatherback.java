package dev.caravan.conformance.leatherback;

import dev.caravan.conformance.House;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.leatherback.BankAccount;
import dev.caravan.sandbox.leatherback.Beneficiary;
import dev.caravan.sandbox.leatherback.Callback;
import dev.caravan.sandbox.leatherback.Connected;
import dev.caravan.sandbox.leatherback.LeatherbackSettings;
import dev.caravan.sandbox.leatherback.LeatherbackTwin;
import dev.caravan.sandbox.leatherback.RequestObjectProfile;
import dev.caravan.sandbox.leatherback.Transaction;
import java.math.BigDecimal;
import java.net.URI;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Leatherback as shipped, against its twin. Not thread-safe. */
final class Leatherback implements AutoCloseable {
    private static final KeyPair KEYS = keys();
    static final String PASSWORD = "correct@horse+battery&staple=32 characters";
    static final String CLIENT = "5A4DB0C0FFEE4F0E9A6B3C2D1E0F9A8B";
    static final String CALLBACK = "http://127.0.0.1:8480/callback/leatherback";

    static final String TRANSACTIONS = "accounts/{id}/transactions";

    final House house;
    final LeatherbackTwin twin;
    private final LeatherbackSettings first;

    private Leatherback(LeatherbackSettings manners, Map<String, String> changed) {
        house = House.of("leatherback", changed);
        first = manners;
        twin =
                LeatherbackTwin.start(
                        manners.clientId(CLIENT)
                                .certificate(PASSWORD)
                                .callbackUrl(house.setting("redirect.url"))
                                .clientJwk(jwk()),
                        house.clock);
        house.set("api.url", base())
                .set("base.path", manners.basePath())
                .set("auth.url", twin.authorizeUrl().toString())
                .set("register.name", "Caravan Ltd")
                .set("register.address", "1 Silk Road, London")
                .set("register.email", "ops@caravan.example")
                .set("request.audience", twin.issuer())
                .set("sign.idtoken.iss", twin.issuer())
                .set("sign.idtoken.jwks", base() + "/jwks")
                .secret("leatherback.client.id", CLIENT)
                .secret("leatherback.password", PASSWORD)
                .secret("leatherback.key", pem());
        changed.forEach(house::set);
        house.start();
    }

    private String base() {
        return twin.base().toString().replaceAll("/$", "");
    }

    static LeatherbackSettings small() {
        return LeatherbackSettings.defaults()
                .requestObjectProfile(RequestObjectProfile.SEED)
                .users(40)
                .transactionsPerAccount(120)
                .pageSize(25)
                .pendingPerAccount(3)
                .beneficiariesPerAccount(4);
    }

    static Leatherback of(LeatherbackSettings manners, Map<String, String> changed) {
        return new Leatherback(manners, changed);
    }

    static Leatherback of(LeatherbackSettings manners) {
        return of(manners, Map.of());
    }

    static Leatherback asShipped() {
        return of(small());
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem() {
        return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n"
                .formatted(
                        "PRIVATE KEY",
                        Base64.getMimeEncoder().encodeToString(KEYS.getPrivate().getEncoded()));
    }

    private static String jwk() {
        try {
            return new com.nimbusds.jose.jwk.RSAKey.Builder((RSAPublicKey) KEYS.getPublic())
                    .keyIDFromThumbprint()
                    .build()
                    .toJSONString();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A customer as if the trip had just ended: consent, tokens and permissions are kept. */
    UUID connected(String login, String... permissions) {
        Connected now =
                permissions.length == 0 ? twin.connect(login) : twin.connect(login, permissions);
        UUID id = house.connection(Map.of());
        house.database.update(
                "update caravan.connection set external_id = ?, institution = 'leatherback', scopes"
                        + " = ?, user_ref = ?, authorised_at = caravan.now(), authenticated_at ="
                        + " caravan.now() where id = ?",
                now.consent().id(),
                String.join(" ", now.consent().permissions()),
                login,
                id);
        tokens(id, now, Duration.ofMinutes(5));
        return id;
    }

    /** A trip of a user, told to the provider's routes as the front desk tells it. */
    final class Trip {
        final UUID connection = house.connection(Map.of());
        private final String state = secret();
        private final String nonce = secret();
        String reference;

        /** Out: the link to the bank, or what went wrong. */
        org.apache.camel.Exchange out() {
            org.apache.camel.Exchange asked =
                    ask(
                            "direct:authorise",
                            request -> {
                                request.setProperty("journey.state", state);
                                request.setProperty("journey.nonce", nonce);
                                request.setProperty("journey.challenge", secret());
                            });
            reference = asked.getProperty("journey.reference", String.class);
            return asked;
        }

        URI link() {
            org.apache.camel.Exchange asked = out();
            if (asked.getException() != null) {
                throw new IllegalStateException(asked.getException());
            }
            return URI.create(asked.getMessage().getBody(String.class));
        }

        /** And back, with what the bank gave. */
        Exception back(Callback callback) {
            Exception failed =
                    ask(
                                    "direct:callback",
                                    request -> {
                                        request.setProperty("journey.state", state);
                                        request.setProperty("journey.nonce", nonce);
                                        request.setProperty("journey.reference", reference);
                                        request.setProperty("journey.code", callback.get("code"));
                                        callback.parameters()
                                                .forEach(
                                                        (name, value) ->
                                                                request.setProperty(
                                                                        "journey.param." + name,
                                                                        value));
                                    })
                            .getException();
            return failed != null ? failed : ask("direct:granted", request -> {}).getException();
        }

        org.apache.camel.Exchange ask(String route, org.apache.camel.Processor more) {
            return house.camel()
                    .createProducerTemplate()
                    .request(
                            route,
                            request -> {
                                request.setProperty("connection", connection);
                                more.process(request);
                            });
        }

        private String secret() {
            return UUID.randomUUID().toString().replace("-", "");
        }
    }

    /** The customer has come again: new tokens, and the connection is as after a trip. */
    void again(UUID id, String login) {
        Connected now = twin.connect(login);
        house.database.update("delete from caravan.token_set where connection_id = ?", id);
        house.database.update(
                "update caravan.connection set state = 'active', external_id = ?, last_fault ="
                        + " null where id = ?",
                now.consent().id(),
                id);
        tokens(id, now, Duration.ofMinutes(5));
    }

    private void tokens(UUID id, Connected now, Duration life) {
        house.database.update(
                "insert into caravan.token_set (connection_id, generation, access_sealed,"
                        + " refresh_sealed, access_expires_at, refreshed_at) values (?, 1, ?, ?,"
                        + " caravan.now() + make_interval(secs => ?), caravan.now())",
                id,
                house.sealer.seal(now.accessToken()),
                now.refreshToken().isEmpty() ? null : house.sealer.seal(now.refreshToken()),
                (double) life.toSeconds());
    }

    /** A pull with the user present. */
    void attended(UUID connection) {
        String before = house.lastEnd(connection);
        house.journeys.pull(connection, "203.0.113.7", Duration.ofMinutes(5));
        house.tick("pull");
        house.awaitPull(connection, before);
    }

    String consent(UUID connection) {
        return house.text(
                "select external_id from ledger.connection where connection_id = '"
                        + connection
                        + "'");
    }

    /** What the store holds of a connection's transactions of a status, a line each, sorted. */
    List<String> stored(UUID connection, String status) {
        return sorted(
                house
                        .texts(
                                "select provider_account_id || ' ' ||"
                                    + " coalesce(provider_transaction_id, '-') || ' ' ||"
                                    + " trim_scale(amount) || ' ' || t.currency || ' ' ||"
                                    + " booking_date || ' ' || direction || ' ' || is_mutable || '"
                                    + " ' || coalesce(description, '') from ledger.transaction t"
                                    + " join ledger.account a using (account_id) where t.removed_at"
                                    + " is null and t.status = '"
                                        + status
                                        + "' and t.connection_id = '"
                                        + connection
                                        + "'")
                        .stream());
    }

    /** The same as the twin knows it. */
    List<String> truth(String login, String status) {
        return truth(login, row -> row.status().toLowerCase().equals(status));
    }

    List<String> truth(String login, Predicate<Transaction> which) {
        return sorted(
                twin.accounts(login).stream()
                        .flatMap(
                                account ->
                                        twin.truth().transactions(account.id()).stream()
                                                .filter(which)
                                                .map(row -> line(account, row))));
    }

    private static String line(BankAccount account, Transaction row) {
        return String.join(
                " ",
                account.id(),
                row.id().isEmpty() ? "-" : row.id(),
                plain(row.amount()),
                account.currency(),
                row.bookingDate(),
                row.credit() ? "credit" : "debit",
                String.valueOf(row.mutable()),
                row.information().isEmpty() ? row.reference() : row.information());
    }

    static String plain(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }

    private static List<String> sorted(Stream<String> lines) {
        return lines.sorted().toList();
    }

    TreeSet<String> rows(UUID connection, String table, String columns) {
        return new TreeSet<>(
                house.texts(
                        "select "
                                + columns
                                + " from ledger."
                                + table
                                + " where connection_id = '"
                                + connection
                                + "' and removed_at is null"));
    }

    static <T> TreeSet<String> told(List<T> all, Function<T, String> line) {
        TreeSet<String> lines = new TreeSet<>();
        all.forEach(each -> lines.add(line.apply(each)));
        return lines;
    }

    List<Exchange> asked(String endpoint) {
        return twin.journal().on(endpoint);
    }

    /** What a connection asked of an endpoint; its consent is in the journal. */
    List<Exchange> asked(String login, String endpoint) {
        return twin.journal()
                .where(one -> one.endpoint().equals(endpoint) && one.user().equals(login));
    }

    /** The twin as it was at the start, and nothing of it remembered. */
    void peace() {
        twin.faults().clear();
        twin.journal().clear();
        twin.change(
                first.clientId(CLIENT)
                        .certificate(PASSWORD)
                        .callbackUrl(house.setting("redirect.url"))
                        .clientJwk(jwk()));
        house.database.update("delete from caravan.absence");
    }

    static String payee(Beneficiary each) {
        return Stream.of(
                        each.id(),
                        each.name(),
                        each.reference(),
                        each.type(),
                        each.identification(),
                        each.identification())
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("|"));
    }

    /** What the twin answers until somebody changes it, without a restart. */
    void manners(UnaryOperator<LeatherbackSettings> change) {
        twin.change(change.apply(twin.settings()));
    }

    String value(UUID connection, String table, String expression) {
        return house.text(
                "select "
                        + expression
                        + " from ledger."
                        + table
                        + " where connection_id = '"
                        + connection
                        + "'");
    }

    String outcome(UUID connection, String kind) {
        return house.text(
                "select outcome from ledger.pull_run where connection_id = '"
                        + connection
                        + "' and kind = '"
                        + kind
                        + "' order by pull_id desc limit 1");
    }

    @Override
    public void close() {
        house.close();
        twin.close();
    }
}
