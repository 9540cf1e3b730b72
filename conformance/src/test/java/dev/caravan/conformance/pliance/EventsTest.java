package dev.caravan.conformance.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.caravan.conformance.House;
import dev.caravan.sandbox.pliance.Delivery;
import dev.caravan.sandbox.pliance.Event;
import dev.caravan.sandbox.pliance.EventType;
import dev.caravan.sandbox.pliance.Listed;
import dev.caravan.sandbox.pliance.Subject;
import dev.caravan.sandbox.pliance.Subject.Kind;
import dev.caravan.sandbox.pliance.Tenant;
import dev.caravan.sandbox.pliance.Words.Flag;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A webhook is a hint: what it is about is read again at Pliance. */
class EventsTest {
    private static Office office;
    private static String everybody;
    private static UUID hooked;

    @BeforeAll
    static void open() {
        office =
                Office.of(
                        Office.few().subjects(0, 0, 0).secretOverHttp(true).listMovesEvery(0),
                        Map.of("webhook.http", "loopback"));
    }

    @AfterAll
    static void close() {
        office.close();
    }

    @AfterEach
    void calm() {
        office.twin.faults().clear();
    }

    private static Tenant twin(String tenant) {
        return office.twin.tenant("acme", tenant);
    }

    /** A pulled connection whose tenant sends webhooks. */
    private static UUID hooked(String tenant) {
        UUID connection = office.pulled(tenant);
        twin(tenant).webhook(office.address(connection), Office.HOOK_SECRET);
        return connection;
    }

    private static List<String> inbox(UUID connection) {
        return office.inbox(connection, "state");
    }

    private static void worked(UUID connection, int events) {
        office.worked(connection, events);
    }

    private static void settled() throws InterruptedException {
        assertThat(office.twin.webhooksSettled(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void anEventHasItsSubjectReadAgainAndWhatTheListsSayOfIt() throws InterruptedException {
        String tenant = office.tenant(4, 1, 2);
        UUID connection = hooked(tenant);
        int before = twin(tenant).events().size();
        Subject person = office.truth(tenant).subjects(Kind.PERSON).get(0);
        office.twin.list(
                Listed.person(
                        "L-event", person.name().first(), person.name().last(), Flag.SANCTION));
        settled();
        worked(connection, 1);
        House.until(() -> office.calls(tenant, "WatchlistQuery/v2").size() > 0);
        House.until(() -> office.house.idle(connection));
        office.holds(connection, tenant);

        office.twin.delist("L-event");
        settled();
        worked(connection, twin(tenant).events().size() - before);
        office.holds(connection, tenant);
        assertThat(office.calls(tenant, "PersonQuery/List")).as("and nothing else").hasSize(2);
    }

    @Test
    void theOrderInWhichEventsComeAndHowOftenDoesNotMatter() throws InterruptedException {
        String tenant = office.tenant(3, 0, 1);
        UUID connection = hooked(tenant);
        Subject company = office.truth(tenant).subjects(Kind.COMPANY_V2).get(0);
        int before = twin(tenant).events().size();
        office.twin.holdWebhooks();
        twin(tenant).register(Kind.COMPANY_V2, company.ref(), was -> was.description("first"));
        office.house.clock.advance(Duration.ofMillis(1));
        twin(tenant).register(Kind.COMPANY_V2, company.ref(), was -> was.description("last"));
        Event event = twin(tenant).events().get(before);
        int different = twin(tenant).events().size() - before;
        assertThat(different).isPositive();
        for (int i = 0; i < 5; i++) {
            twin(tenant).resend(event);
        }
        office.twin.releaseWebhooks(true);
        settled();
        worked(connection, different);

        assertThat(inbox(connection)).hasSize(different).containsOnly("done");
        assertThat(
                        office.stored(
                                connection,
                                "raw ->> 'description'",
                                "party where provider_party_id = '" + company.ref() + "'"))
                .containsExactly("last");
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void everyTypeHasItsSubjectReadAgain(EventType type) throws InterruptedException {
        UUID connection = all();
        String ref = subject(type.name());
        int before = views(ref);
        long events = inbox(connection).size();
        twin(everybody).send(type, ref);
        settled();
        worked(connection, (int) events + 1);
        assertThat(views(ref)).isEqualTo(before + 1);
        assertThat(office.inbox(connection, "type")).last().isEqualTo(type.name());
        assertThat(inbox(connection)).containsOnly("done");
    }

    @Test
    void aTypeThatNobodyKnowsIsKeptShownAndTakenForAHintToo() throws InterruptedException {
        UUID connection = all();
        String ref = subject("PersonTeleported");
        int before = views(ref);
        long events = inbox(connection).size();
        twin(everybody).send("PersonTeleported", ref);
        settled();
        assertThat(twin(everybody).deliveries()).last().matches(Delivery::arrived);
        worked(connection, (int) events + 1);
        assertThat(office.inbox(connection, "type")).last().isEqualTo("PersonTeleported");
        assertThat(views(ref)).isEqualTo(before + 1);
    }

    /** One connection for the tests that need no more than a subject of each kind. */
    private static UUID all() {
        if (everybody == null) {
            everybody = office.tenant(1, 1, 1);
            hooked = hooked(everybody);
        }
        return hooked;
    }

    private static String subject(String type) {
        return office.truth(everybody)
                .subjects(
                        type.startsWith("Person")
                                ? Kind.PERSON
                                : type.contains("Sanction") ? Kind.COMPANY : Kind.COMPANY_V2)
                .get(0)
                .ref();
    }

    private static int views(String ref) {
        return (int)
                List.of("PersonQuery", "CompanyQuery", "CompanyV2Query").stream()
                        .flatMap(endpoint -> office.calls(everybody, endpoint).stream())
                        .filter(call -> ref.equals(call.accountId()))
                        .count();
    }

    @Test
    void eventsOfOneSubjectKeepTheirOrderWhileTheFirstWaits() throws InterruptedException {
        String tenant = office.tenant(2, 0, 0);
        UUID connection = hooked(tenant);
        List<String> refs = office.truth(tenant).subjectIds();
        office.twin.faults().on("PersonQuery").status(500).forAccount(refs.get(0)).times(1);
        twin(tenant).send(EventType.PersonSanctionMatched, refs.get(0));
        twin(tenant).send(EventType.PersonSanctionMatchRemoved, refs.get(0));
        twin(tenant).send(EventType.PersonSanctionMatched, refs.get(1));
        settled();
        House.until(
                () -> {
                    office.house.tick("inbox");
                    return inbox(connection).equals(List.of("waiting", "new", "done"))
                            && office.house.idle(connection);
                });
        office.house.advance(Duration.ofSeconds(15));
        worked(connection, 3);
        assertThat(
                        office.house.texts(
                                "select type from ledger.inbox where connection_id = '"
                                        + connection
                                        + "' and entity = '"
                                        + refs.get(0)
                                        + "' order by done_at"))
                .containsExactly("PersonSanctionMatched", "PersonSanctionMatchRemoved");
    }

    @Test
    void anEventThatNamesNobodyIsKeptAndShown() throws InterruptedException {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = hooked(tenant);
        twin(tenant).send("PersonTeleported", "", JsonNodeFactory.instance.objectNode());
        twin(tenant).send(EventType.PersonSanctionMatched, "poke-" + UUID.randomUUID());
        settled();
        worked(connection, 2);
        assertThat(inbox(connection)).containsExactly("ignored", "ignored");
        assertThat(office.stored(connection, "1", "party")).hasSize(1);
    }

    @Test
    void aPostWithAnotherSecretLeavesNothing() throws InterruptedException {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = hooked(tenant);
        twin(tenant).webhook(twin(tenant).webhook().url(), "guessed");
        twin(tenant)
                .send(EventType.PersonSanctionMatched, office.truth(tenant).subjectIds().get(0));
        settled();
        assertThat(twin(tenant).failures()).hasSize(1);
        assertThat(inbox(connection)).isEmpty();
    }

    @Test
    void anEventOfSomebodyUnknownHasTheListsRead() throws InterruptedException {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = hooked(tenant);
        String fresh = twin(tenant).grow(Kind.PERSON, 1).get(0);
        twin(tenant).send(EventType.PersonSanctionMatched, fresh);
        settled();
        House.until(() -> office.stored(connection, "1", "party").size() == 2);
        House.until(() -> office.house.idle(connection));
        office.holds(connection, tenant);
    }

    @Test
    void anEventOfSomebodyWhoIsGoneEndsInATombstone() throws InterruptedException {
        String tenant = office.tenant(2, 0, 0);
        UUID connection = hooked(tenant);
        String gone = office.truth(tenant).subjectIds().get(0);
        twin(tenant).delete(Kind.PERSON, gone);
        twin(tenant).send(EventType.PersonScreeningMatchesRemoved, gone);
        settled();
        House.until(() -> office.stored(connection, "1", "party").size() == 1);
        House.until(() -> office.house.idle(connection));
        office.holds(connection, tenant);
    }

    @Test
    void anEventThatFailsIsTriedAgainLater() throws InterruptedException {
        String tenant = office.tenant(2, 0, 0);
        UUID connection = hooked(tenant);
        String ref = office.truth(tenant).subjectIds().get(0);
        office.twin.faults().on("PersonQuery").status(500).forAccount(ref).times(1);
        twin(tenant).send(EventType.PersonSanctionMatched, ref);
        settled();
        House.until(
                () ->
                        inbox(connection).equals(List.of("waiting"))
                                && office.house.idle(connection));
        office.house.advance(Duration.ofSeconds(15));
        worked(connection, 1);
        assertThat(
                        Arrays.asList(
                                office.calls(tenant, "PersonQuery").stream()
                                        .filter(call -> ref.equals(call.accountId()))
                                        .map(call -> call.status())
                                        .toArray()))
                .containsExactly(200, 500, 200);
    }
}
