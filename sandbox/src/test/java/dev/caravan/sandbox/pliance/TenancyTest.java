package dev.caravan.sandbox.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.MovableClock;
import dev.caravan.sandbox.pliance.Subject.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TenancyTest {
    private static final String SECRET = PlianceSettings.NOT_A_SECRET;
    private static final String OTHER = "another-secret-another-secret-another";
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final PlianceTwin twin =
            PlianceTwin.start(
                    PlianceSettings.defaults()
                            .customers(
                                    PlianceCustomer.single("caravan", SECRET),
                                    PlianceCustomer.multitenant("parted", OTHER, "north", "south"))
                            .subjects(5, 2, 2),
                    clock);
    private final Caller single = Caller.of(twin, clock);
    private final Caller parted = single.as("parted", OTHER);

    @AfterEach
    void close() {
        twin.close();
    }

    private int persons(Caller caller) throws Exception {
        return caller.data("PersonQuery/List").path("persons").size();
    }

    @Test
    void withoutMultitenancyTheHeaderIsIgnored() throws Exception {
        single.tenant("a").put("PersonCommand", Caller.person("p-1", "Alma", "Ekvall"));

        assertThat(persons(single)).isEqualTo(6);
        assertThat(persons(single.tenant("b"))).isEqualTo(6);
    }

    @Test
    void withMultitenancyTenantsDoNotSeeEachOther() throws Exception {
        parted.tenant("north").put("PersonCommand", Caller.person("p-1", "Alma", "Ekvall"));

        assertThat(persons(parted.tenant("north"))).isEqualTo(6);
        assertThat(persons(parted.tenant("south"))).isEqualTo(5);
        assertThat(parted.tenant("south").get("PersonQuery?personReferenceId=p-1").statusCode())
                .isEqualTo(400);
        assertThat(twin.tenant("parted", "north").find(Kind.PERSON, "p-1")).isPresent();
    }

    @Test
    void aMissingTenantIsTheEmptyTenantAndAnyWordIsOne() throws Exception {
        assertThat(persons(parted)).isZero();
        parted.put("PersonCommand", Caller.person("p-1", "Alma", "Ekvall"));

        assertThat(persons(parted)).isEqualTo(1);
        assertThat(persons(parted.tenant("Growth Finanical Partner"))).isZero();
        assertThat(parted.tenant("Growth Finanical Partner").ask("Ping").path("message").asText())
                .isEqualTo("Pong");
    }

    @Test
    void customersHaveSubjectsOfTheirOwn() {
        assertThat(twin.tenant("parted", "north").truth().subjectIds())
                .doesNotContainAnyElementsOf(twin.tenant("caravan", "").truth().subjectIds())
                .doesNotContainAnyElementsOf(twin.tenant("parted", "south").truth().subjectIds());
    }

    @Test
    void switchingMultitenancyLosesTheData() throws Exception {
        twin.change(
                twin.settings()
                        .customers(
                                PlianceCustomer.single("caravan", SECRET),
                                PlianceCustomer.single("parted", OTHER)));

        assertThat(persons(parted.tenant("north"))).isZero();
        assertThat(persons(single)).isEqualTo(5);
    }

    @Test
    void eachTenantHasAWebhookOfItsOwn() throws Exception {
        twin.tenant("parted", "north").webhook("http://127.0.0.1:9/north", "hush");

        assertThat(parted.tenant("north").data("WebhookQuery").path("url").asText())
                .isEqualTo("http://127.0.0.1:9/north");
        assertThat(parted.tenant("south").data("WebhookQuery").path("url").isNull()).isTrue();
    }
}
