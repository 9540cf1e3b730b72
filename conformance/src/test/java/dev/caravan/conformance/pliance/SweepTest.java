package dev.caravan.conformance.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.House;
import dev.caravan.sandbox.pliance.DeliveryFailure;
import dev.caravan.sandbox.pliance.Event;
import dev.caravan.sandbox.pliance.EventType;
import dev.caravan.sandbox.pliance.Subject.Kind;
import dev.caravan.sandbox.pliance.Tenant;
import dev.caravan.sandbox.pliance.Webhook;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What did not arrive by webhook is swept up: kept first, and only then deleted at Pliance. */
class SweepTest {
    private static final String LISTED = "WebhookQuery/DeliveryFailures";
    private static final String SAVED = "WebhookCommand";

    private Office office;

    @BeforeEach
    void open() {
        office = Office.hooked(Office.few().subjects(0, 0, 0), Map.of());
    }

    @AfterEach
    void close() {
        office.close();
    }

    private Tenant twin(String tenant) {
        return office.twin.tenant("acme", tenant);
    }

    /** A pulled connection whose poke is over. */
    private UUID calm(String tenant) {
        UUID connection = office.pulled(tenant);
        office.worked(connection, 1);
        return connection;
    }

    /** Events that do not arrive. */
    private List<Event> lost(String tenant, int count) throws InterruptedException {
        Webhook right = twin(tenant).webhook();
        twin(tenant).webhook(right.url(), "not ours");
        List<String> refs = office.truth(tenant).subjectIds();
        List<Event> events =
                java.util.stream.IntStream.range(0, count)
                        .mapToObj(nth -> sent(tenant, refs.get(nth % refs.size())))
                        .toList();
        assertThat(office.twin.webhooksSettled(Duration.ofSeconds(10))).isTrue();
        twin(tenant).webhook(right.url(), right.secret());
        return events;
    }

    private Event sent(String tenant, String ref) {
        office.house.clock.advance(Duration.ofMillis(1));
        return twin(tenant).send(EventType.PersonSanctionMatched, ref);
    }

    private List<String> swept(UUID connection) {
        return office.house.texts(
                "select state from ledger.inbox where source = 'offer' and connection_id = '"
                        + connection
                        + "'");
    }

    @Test
    void whatDidNotArriveIsSweptUpWorkedOnAndDeletedThere() throws InterruptedException {
        String tenant = office.tenant(3, 0, 0);
        UUID connection = calm(tenant);
        lost(tenant, 11);
        assertThat(twin(tenant).failures()).hasSize(11);
        int views = office.calls(tenant, "PersonQuery").size();
        office.pull(connection, "deliveries");
        assertThat(twin(tenant).failures()).isEmpty();
        assertThat(swept(connection)).hasSize(11);
        office.worked(connection, 12);
        assertThat(swept(connection)).hasSize(11).containsOnly("done");
        assertThat(office.calls(tenant, "PersonQuery")).hasSize(views + 11);
        assertThat(office.calls(tenant, LISTED))
                .as("the first page until it is empty")
                .extracting(call -> call.query().get("Page.No"))
                .containsOnly("0");
        assertThat(office.run(connection, "deliveries")).isEqualTo("complete ");
    }

    @Test
    void theSweepComesEveryTenMinutesByItself() throws InterruptedException {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = calm(tenant);
        lost(tenant, 1);
        String before = office.house.lastEnd(connection);
        office.house.advance(Duration.ofMinutes(12));
        office.house.tick("pull");
        office.house.awaitPull(connection, before);
        assertThat(twin(tenant).failures()).isEmpty();
        assertThat(swept(connection)).hasSize(1);
        assertThat(office.calls(tenant, "PersonQuery/List")).as("nothing else").hasSize(1);
    }

    @Test
    void anEventThatCameByWebhookAndBySweepIsOneEvent() throws InterruptedException {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = calm(tenant);
        Event sweptFirst = lost(tenant, 1).get(0);
        office.pull(connection, "deliveries");
        twin(tenant).resend(sweptFirst);
        Event toldFirst = sent(tenant, office.truth(tenant).subjectIds().get(0));
        assertThat(office.twin.webhooksSettled(Duration.ofSeconds(10))).isTrue();
        assertThat(twin(tenant).failures()).isEmpty();
        Webhook right = twin(tenant).webhook();
        twin(tenant).webhook(right.url(), "not ours");
        twin(tenant).resend(toldFirst);
        assertThat(office.twin.webhooksSettled(Duration.ofSeconds(10))).isTrue();
        twin(tenant).webhook(right.url(), right.secret());
        assertThat(twin(tenant).failures()).hasSize(1);
        office.pull(connection, "deliveries");
        assertThat(twin(tenant).failures()).isEmpty();
        assertThat(office.inbox(connection, "source"))
                .containsExactly("webhook", "offer", "webhook");
        office.worked(connection, 3);
    }

    @Test
    void howMuchTheSweepLearnedFirstIsCountedAndCanBeRead() throws InterruptedException {
        String tenant = office.tenant(2, 0, 0);
        UUID connection = calm(tenant);
        sent(tenant, office.truth(tenant).subjectIds().get(0));
        lost(tenant, 2);
        office.pull(connection, "deliveries");
        office.pull(connection, "deliveries");
        assertThat(office.learned("webhook")).as("the poke too").isEqualTo(2);
        assertThat(office.learned("offer")).isEqualTo(2);
        assertThat(
                        office.house.texts(
                                "select concat_ws(' ', provider, events, by_webhook, by_sweep,"
                                        + " swept_share) from ledger.inbox_day"))
                .containsExactly("pliance 4 2 2 0.5000");
        assertThat(
                        office.house.text(
                                "select last_swept_at >= last_told_at from ledger.webhook where"
                                        + " connection_id = '"
                                        + connection
                                        + "'"))
                .isEqualTo("t");
    }

    @Test
    void aKillBetweenKeepingAndDeletingLosesAndDoublesNothing() throws InterruptedException {
        String tenant = office.tenant(3, 0, 0);
        UUID connection = calm(tenant);
        lost(tenant, 6);
        office.twin.faults().on(SAVED).stalls(Duration.ofSeconds(3)).afterCalls(2).times(1);
        office.house.journeys.pull(connection, "deliveries");
        office.house.tick("pull");
        House.until(
                () ->
                        office.calls(tenant, SAVED).stream()
                                                .filter(call -> call.method().equals("DELETE"))
                                                .count()
                                        >= 2
                                && swept(connection).size() >= 4);
        office.house.crash();
        office.twin.faults().clear();
        assertThat(twin(tenant).failures()).isNotEmpty();
        office.house.start();
        House.until(() -> twin(tenant).failures().isEmpty() && office.house.idle(connection));
        office.worked(connection, 7);
        assertThat(swept(connection)).hasSize(6).containsOnly("done");
    }

    @Test
    void oneThatCannotBeDeletedIsTakenOnceAndCostsNoOther() throws InterruptedException {
        String tenant = office.tenant(2, 0, 0);
        UUID connection = calm(tenant);
        lost(tenant, 6);
        office.twin.faults().on(SAVED).status(400).times(1);
        office.pull(connection, "deliveries");
        assertThat(twin(tenant).failures()).hasSize(1);
        assertThat(swept(connection)).hasSize(6);
        assertThat(office.run(connection, "deliveries")).startsWith("partial CARAVAN-REQUEST");
        office.pull(connection, "deliveries");
        assertThat(twin(tenant).failures()).isEmpty();
        assertThat(swept(connection)).hasSize(6);
    }

    @Test
    void whatIsNoEventDoesNotStandInTheWayOfTheOthers() throws InterruptedException {
        String tenant = office.tenant(2, 0, 0);
        UUID connection = calm(tenant);
        lost(tenant, 5);
        List<DeliveryFailure> real = twin(tenant).failures();
        List<Object> items =
                Arrays.asList(
                        "not an object",
                        null,
                        Map.of("type", "PersonSanctionMatched"),
                        Map.of("id", "unknown-there", "type", 7, "body", "{not json"));
        office.twin
                .faults()
                .on(LISTED)
                .error(
                        200,
                        Map.of(
                                "status",
                                "Success",
                                "success",
                                true,
                                "data",
                                Map.of("items", items)))
                .times(2);
        office.pull(connection, "deliveries");
        assertThat(twin(tenant).failures())
                .as("the second page was read, past the first that nothing can be deleted of")
                .containsExactlyElementsOf(real.subList(0, 4));
        assertThat(office.run(connection, "deliveries"))
                .startsWith("partial ")
                .contains("listed an item without id");
        assertThat(swept(connection)).hasSize(2);

        office.pull(connection, "deliveries");
        assertThat(twin(tenant).failures()).isEmpty();
        office.worked(connection, 7);
        assertThat(Collections.frequency(swept(connection), "done")).isEqualTo(5);
        assertThat(swept(connection)).hasSize(6).contains("ignored");
    }

    @Test
    void anAnswerThatIsNoListIsNotedAndThePullGoesOn() {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = calm(tenant);
        office.twin.faults().on(LISTED).html(200).times(1);
        office.house.pull(connection);
        assertThat(office.run(connection, "deliveries")).startsWith("partial CARAVAN-BODY");
        office.twin.faults().on(LISTED).withoutData().times(1);
        office.house.pull(connection);
        assertThat(office.run(connection, "deliveries")).startsWith("partial CARAVAN-BODY");
        assertThat(office.run(connection, "person")).isEqualTo("complete ");
    }

    @Test
    void whatAnErasedSubjectWasToldByGoesWithIt() throws InterruptedException {
        String tenant = office.tenant(2, 0, 0);
        UUID connection = calm(tenant);
        String gone = office.truth(tenant).subjectIds().get(0);
        String stays = office.truth(tenant).subjectIds().get(1);
        office.twin.faults().on("PersonQuery").unreadableTimestamp().times(2);
        sent(tenant, gone);
        sent(tenant, stays);
        assertThat(office.twin.webhooksSettled(Duration.ofSeconds(10))).isTrue();
        office.worked(connection, 3);
        assertThat(rejected()).hasSize(2);

        twin(tenant).delete(Kind.PERSON, gone);
        office.house.pull(connection);
        assertThat(office.stored(connection, "provider_party_id", "party")).containsExactly(stays);
        assertThat(
                        office.house.texts(
                                "select entity || ' ' || state || ' ' || (body = '') from"
                                        + " caravan.inbox where entity not like 'poke-%'"))
                .containsExactlyInAnyOrder(gone + " done true", stays + " done false");
        assertThat(rejected()).singleElement().asString().contains(stays);
        assertThat(
                        office.house.texts(
                                "select raw::text from ledger.party where removed_at is not null"))
                .as("the tombstone")
                .containsExactly("{}");
    }

    private List<String> rejected() {
        return office.house.texts("select payload from caravan.rejected_record");
    }
}
