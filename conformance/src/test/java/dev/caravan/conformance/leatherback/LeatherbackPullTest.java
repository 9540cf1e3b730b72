package dev.caravan.conformance.leatherback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a pull of one customer brings, and how it asks. */
class LeatherbackPullTest {
    private final Leatherback bank = Leatherback.asShipped();

    @AfterEach
    void close() {
        bank.close();
    }

    @Test
    void everythingThatTheCustomerAgreedToIsInTheStoreOnce() {
        UUID one = bank.connected("customer1");

        bank.house.pull(one);

        assertThat(bank.house.fault(one)).isNull();
        assertThat(bank.stored(one, "booked"))
                .isEqualTo(bank.truth("customer1", "booked"))
                .isNotEmpty();
        assertThat(bank.stored(one, "pending"))
                .isEqualTo(bank.truth("customer1", "pending"))
                .isNotEmpty();
    }
}
