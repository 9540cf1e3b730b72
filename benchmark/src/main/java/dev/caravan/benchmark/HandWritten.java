package dev.caravan.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.truelayer.Browser;
import dev.caravan.sandbox.truelayer.TwinSettings;
import dev.caravan.store.Database;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Side b: the same bytes into the same table, written by hand for this one job. No retries, no
 * budget, no lease, no cursor, no run record, no live edit: it is the limit, not a product. Prints
 * one line of figures a phase.
 */
final class HandWritten {
    private static final int FIRST_DAYS = 730;
    private static final int AGAIN_DAYS = 89;

    private final Job job;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Database watcher;

    private HandWritten(Job job) {
        this.job = job;
        this.watcher = new Database(job.login(), 1);
    }

    public static void main(String[] arguments) throws Exception {
        new HandWritten(Job.of(arguments)).run();
        System.exit(0);
    }

    private record Login(UUID connection, String token) {}

    private void run() throws Exception {
        List<Login> logins = new ArrayList<>();
        for (int user = 1; user <= Job.CONNECTIONS; user++) {
            logins.add(login(user));
        }
        Meter meter = new Meter(job.postmaster(), watcher);
        for (String phase : List.of("first", "again", "again", "same")) {
            meter.start();
            long began = System.nanoTime();
            long rows = load(logins, phase.equals("first"));
            double seconds = (System.nanoTime() - began) / 1e9;
            Figures figures = meter.stop("handwritten", phase, rows, seconds);
            if (rows != job.rows()) {
                throw new IllegalStateException("expected " + job.rows() + " rows, found " + rows);
            }
            System.out.println(new String(Json.bytes(figures), StandardCharsets.UTF_8));
        }
    }

    /** One thread a connection. */
    private long load(List<Login> logins, boolean first) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(logins.size());
        try {
            List<Future<Long>> loads = new ArrayList<>();
            for (Login login : logins) {
                loads.add(threads.submit(() -> load(login, first)));
            }
            long rows = 0;
            for (Future<Long> load : loads) {
                rows += load.get();
            }
            return rows;
        } finally {
            threads.shutdown();
        }
    }

    private long load(Login login, boolean first) throws Exception {
        LocalDate today = LocalDate.now();
        String window =
                "?from=" + today.minusDays(first ? FIRST_DAYS : AGAIN_DAYS) + "&to=" + today;
        long rows = 0;
        try (Connection store =
                        DriverManager.getConnection(
                                job.login().url() + "?options=-c%20TimeZone=UTC%20-c%20jit=off",
                                job.login().user(),
                                job.login().password());
                Loader loader = Loader.into(store, first)) {
            byte[] accounts = get(login, "/data/v1/accounts");
            for (JsonNode account : Json.parse(accounts).path("results")) {
                String external = account.path("account_id").asText();
                long id = loader.account(login.connection(), account);
                rows +=
                        loader.page(
                                id,
                                get(
                                        login,
                                        "/data/v1/accounts/"
                                                + external
                                                + "/transactions"
                                                + window));
            }
            loader.flush();
        }
        return rows;
    }

    private byte[] get(Login login, String path) throws Exception {
        HttpResponse<byte[]> answer =
                http.send(
                        HttpRequest.newBuilder(URI.create(job.bank() + path))
                                .header("Authorization", "Bearer " + login.token())
                                .header("X-PSU-IP", "203.0.113.7")
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(answer.statusCode() + " " + path);
        }
        return answer.body();
    }

    private Login login(int user) throws Exception {
        TwinSettings bank = TwinSettings.defaults();
        String link =
                job.bank()
                        + "/?"
                        + form(
                                Map.of(
                                        "response_type",
                                        "code",
                                        "client_id",
                                        bank.clientId(),
                                        "redirect_uri",
                                        job.callback(),
                                        "scope",
                                        "info accounts transactions offline_access",
                                        "providers",
                                        "uk-cs-mock",
                                        "state",
                                        "s" + user));
        URI back = new Browser().allow(URI.create(link), "john" + user, "doe" + user);
        String code = back.getQuery().replaceAll("(?:.*&)?code=([^&]*).*", "$1");
        HttpResponse<byte[]> answer =
                http.send(
                        HttpRequest.newBuilder(URI.create(job.bank() + "/connect/token"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                form(
                                                        Map.of(
                                                                "grant_type",
                                                                "authorization_code",
                                                                "client_id",
                                                                bank.clientId(),
                                                                "client_secret",
                                                                bank.clientSecret(),
                                                                "code",
                                                                code,
                                                                "redirect_uri",
                                                                job.callback()))))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        UUID connection =
                watcher.first(
                                "insert into caravan.connection (provider, user_ref) values"
                                        + " ('truelayer', ?) returning id",
                                row -> row.getObject(1, UUID.class),
                                "john" + user)
                        .orElseThrow();
        String token = Json.parse(answer.body()).path("access_token").asText();
        if (token.isEmpty()) {
            throw new IllegalStateException(new String(answer.body(), StandardCharsets.UTF_8));
        }
        return new Login(connection, token);
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    /** A space is %20 (RFC 3986): the bank refuses a plus. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
