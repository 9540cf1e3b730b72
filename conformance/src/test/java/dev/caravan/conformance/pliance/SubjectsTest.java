package dev.caravan.conformance.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.pliance.PlianceTruth;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Persons and companies are listed, read one by one, and what screening found is in its views. */
class SubjectsTest {
    private static Office office;
    private static UUID north;

    @BeforeAll
    static void open() {
        office = Office.of(Office.few());
        north = office.pulled("north");
    }

    @AfterAll
    static void close() {
        office.close();
    }

    private static PlianceTruth truth() {
        return office.twin.tenant("acme", "north").truth();
    }

    private static List<String> stored(String sql) {
        return office.house.texts(
                sql + " where removed_at is null and connection_id = '" + north + "'");
    }

    @Test
    void theFirstPullHoldsWhatPlianceHolds() {
        assertThat(stored("select provider_party_id from ledger.party"))
                .containsExactlyInAnyOrderElementsOf(truth().subjectIds());
        assertThat(
                        stored(
                                "select concat_ws('/', provider_party_id, provider_link_id,"
                                        + " match_id, alias_id) from ledger.screening_match"))
                .containsExactlyInAnyOrderElementsOf(truth().matchIds());
        assertThat(
                        stored(
                                "select concat_ws('/', provider_party_id, value, coalesce(country,"
                                        + " '')) from ledger.party_identifier"))
                .containsExactlyInAnyOrderElementsOf(truth().identifierIds());
        assertThat(
                        stored(
                                "select concat_ws('/', provider_party_id, provider_link_id,"
                                        + " relation) from ledger.party_relation"))
                .containsExactlyInAnyOrderElementsOf(truth().relationIds());
        assertThat(stored("select concat_ws('/', match_id, list_id) from ledger.watchlist_entry"))
                .containsExactlyInAnyOrderElementsOf(truth().entryIds());
        assertThat(stored("select provider_party_id from ledger.screening_event"))
                .hasSameSizeAs(Set.copyOf(truth().activities()));
    }
}
