package dev.caravan.karaf;

import dev.caravan.sandbox.pliance.EventType;
import dev.caravan.sandbox.pliance.PlianceCustomer;
import dev.caravan.sandbox.pliance.PlianceSettings;
import dev.caravan.sandbox.pliance.PlianceTwin;
import dev.caravan.sandbox.pliance.Tenant;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Pliance with its twin, the provider that is not to notice: it is pulled and sends webhooks
 * without a break. Safe for its own traffic and one test beside it.
 */
final class Screenings implements AutoCloseable {
    private static final String SECRET = "canary-0123456789abcdef0123456789abcdef";

    final PlianceTwin twin =
            PlianceTwin.start(
                    PlianceSettings.defaults()
                            .subjects(6, 2, 2)
                            .listMovesEvery(0)
                            .secretOverHttp(true)
                            .customers(PlianceCustomer.multitenant("acme", SECRET, "north")),
                    Clock.systemUTC());

    private final AtomicLong sent = new AtomicLong();
    private String connection;

    void settle(Installed installed) throws IOException {
        var pid = "caravan.provider.pliance";
        installed.set(pid, "url.form", "http://127.0.0.1:[0-9]+");
        installed.set(
                pid,
                "webhook.url",
                "http://127.0.0.1:" + installed.ports().of("CARAVAN_PUBLIC_PORT"));
        installed.set(pid, "webhook.http", "loopback");
        installed.set(pid, "page.size", "4");
        installed.set(pid, "calls.second", "1000");
        installed.set(pid, "calls.provider.second", "1000");
        installed.set(pid, "ping.every", "2s");
    }

    void connect(Installed installed) throws IOException, InterruptedException {
        connection =
                installed.connect(
                        """
                        {"provider":"pliance","user":"north","settings":{"url":"%s","company":"acme","multitenant":"on",
                         "tenant":"north","user":"caravan"},"secrets":{"secret":"%s"}}\
                        """
                                .formatted(twin.base(), SECRET));
    }

    private Tenant tenant() {
        return twin.tenant("acme", "north");
    }

    boolean registered() {
        return tenant().webhook().url() != null && !tenant().webhook().url().isEmpty();
    }

    /** One event, told by webhook, and a pull. */
    void news(Installed installed) throws IOException, InterruptedException {
        var persons = tenant().persons();
        var person = persons.get((int) (sent.getAndIncrement() % persons.size()));
        tenant().send(EventType.PersonSanctionMatched, person.ref());
        installed.admin("/connections/" + connection + "/pull?kinds=persons,companies", "");
    }

    long sent() {
        return sent.get();
    }

    static long pulls(Installed installed) throws IOException, SQLException {
        return Booked.number(
                installed,
                "select count(*) from ledger.pull_run where provider = 'pliance' and outcome ="
                        + " 'complete'");
    }

    static long worked(Installed installed) throws IOException, SQLException {
        return Booked.number(
                installed,
                "select count(*) from ledger.inbox where provider = 'pliance' and state = 'done'");
    }

    /** Every exchange with it that did not go as it should, in either direction. */
    List<String> disturbed(Installed installed) throws IOException, SQLException {
        var all = new ArrayList<String>();
        twin.journal()
                .where(call -> call.status() >= 400 || call.status() == 0)
                .forEach(call -> all.add("call " + call.path() + " answered " + call.status()));
        tenant().deliveries().stream()
                .filter(delivery -> !delivery.arrived())
                .forEach(
                        delivery ->
                                all.add("webhook " + delivery.status() + " " + delivery.error()));
        all.addAll(
                Booked.texts(
                        installed,
                        "select 'pull ' || kind || ' ' || outcome || ' ' || coalesce(message, '')"
                            + " from ledger.pull_run where provider = 'pliance' and outcome not in"
                            + " ('complete', 'running')"));
        all.addAll(
                Booked.texts(
                        installed,
                        "select 'event ' || state || ' after ' || attempts from ledger.inbox where"
                                + " provider = 'pliance' and (attempts > 1 or state in ('dead',"
                                + " 'failed'))"));
        return all;
    }

    @Override
    public void close() {
        twin.close();
    }
}
