package dev.caravan.connections;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.faults.StoreFault;
import dev.caravan.store.Database;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts reminders to a program of ours, signed as Standard Webhooks has it; off without an address.
 * Each is posted until it is taken, five times at most, so the receiver may see one twice. Safe for
 * any number of nodes.
 */
public final class ReminderPost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReminderPost.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LOOK_SECONDS = 30;
    private static final int OK = 200;
    private static final int REDIRECT = 300;
    private static final String SECRET_PREFIX = "whsec_";

    private final Database database;
    private final URI address;
    private final Path secret;
    private final Clock clock;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "caravan-remind"));

    /**
     * @param url where to, https; plain http to this host alone; empty is off
     * @param secret the file with the key, {@code whsec_} and base64
     */
    public ReminderPost(Database database, String url, Path secret, Clock clock) {
        this.database = database;
        this.secret = secret;
        this.clock = clock;
        URI wanted = url.isBlank() ? null : URI.create(url.strip());
        boolean safe =
                wanted != null
                        && ("https".equals(wanted.getScheme())
                                || "http".equals(wanted.getScheme())
                                        && "127.0.0.1".equals(wanted.getHost()));
        this.address = safe ? wanted : null;
        if (wanted != null && !safe) {
            LOG.error(
                    "CARAVAN-REMIND remind.url of etc/caravan.http.cfg is no https address;"
                            + " reminders stay rows until it is one");
        }
    }

    /** Starts to look for reminders that nobody took yet. */
    public void start() {
        if (address != null) {
            thread.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void look() {
        try {
            post();
        } catch (StoreFault e) {
            // said once where the outage began; the next look goes on
            return;
        } catch (RuntimeException e) {
            LOG.error("CARAVAN-UNEXPECTED a reminder stumbled; it is posted again later", e);
        }
    }

    private record Due(long id, String body) {}

    /** Posts what is due. */
    public void post() {
        if (address == null) {
            return;
        }
        List<Due> due =
                database.query(
                        """
                        with due as (
                          update caravan.consent_reminder set attempts = attempts + 1,
                            next_at = caravan.now() + (array['1 minute', '10 minutes', '1 hour', '6 hours', 'infinity'])[attempts + 1]::interval
                          where id in (
                            select r.id from caravan.consent_reminder r where r.told_at is null and r.attempts < 5 and r.next_at <= caravan.now()
                            order by r.id limit 50 for update skip locked)
                          returning *)
                        select d.id, c.provider, c.user_ref, d.connection_id, d.days, d.consent_expires_at
                        from due d join caravan.connection c on c.id = d.connection_id order by d.id
                        """,
                        row -> {
                            ObjectNode body =
                                    JSON.createObjectNode().put("type", "consent.reminder");
                            body.put("timestamp", clock.instant().toString())
                                    .putObject("data")
                                    .put("connection", row.getString("connection_id"))
                                    .put("provider", row.getString("provider"))
                                    .put("user", row.getString("user_ref"))
                                    .put("days", row.getInt("days"))
                                    .put(
                                            "consent_expires_at",
                                            row.getObject(
                                                            "consent_expires_at",
                                                            java.time.OffsetDateTime.class)
                                                    .toInstant()
                                                    .toString());
                            return new Due(row.getLong("id"), text(body));
                        });
        for (Due one : due) {
            String fault = posted(one);
            database.update(
                    "update caravan.consent_reminder set told_at = case when ?::text is null then"
                            + " caravan.now() end, last_fault = ? where id = ?",
                    fault,
                    fault,
                    one.id());
        }
    }

    private static String text(ObjectNode body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private String posted(Due due) {
        String id = "reminder_" + due.id();
        long now = clock.instant().getEpochSecond();
        try {
            HttpResponse<Void> answer =
                    http.send(
                            HttpRequest.newBuilder(address)
                                    .timeout(PATIENCE)
                                    .header("Content-Type", "application/json")
                                    .header("webhook-id", id)
                                    .header("webhook-timestamp", String.valueOf(now))
                                    .header("webhook-signature", signed(id, now, due.body()))
                                    .POST(HttpRequest.BodyPublishers.ofString(due.body()))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            return answer.statusCode() >= OK && answer.statusCode() < REDIRECT
                    ? null
                    : "answered " + answer.statusCode();
        } catch (IOException e) {
            return "failed with " + e.getClass().getSimpleName();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "was interrupted";
        }
    }

    private String signed(String id, long now, String body) throws IOException {
        String written = Files.readString(secret).strip();
        byte[] key =
                Base64.getDecoder()
                        .decode(
                                written.startsWith(SECRET_PREFIX)
                                        ? written.substring(SECRET_PREFIX.length())
                                        : written);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            byte[] sum =
                    mac.doFinal((id + "." + now + "." + body).getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(sum);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
