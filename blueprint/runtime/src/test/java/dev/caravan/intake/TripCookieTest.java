package dev.caravan.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TripCookieTest {
    @Test
    void aCookieOverHttpsIsForHttpsAlone() {
        assertThat(new TripCookie("https://caravan.example").set("0123456789"))
                .isEqualTo(
                        "caravan-trip-012345=0123456789; Path=/callback; Max-Age=1800; HttpOnly;"
                                + " SameSite=Lax; Secure");
    }

    @Test
    void aCookieGoesToOurCallbackAlsoBelowAPath() {
        assertThat(new TripCookie("https://example.org/caravan").set("0123456789"))
                .contains("; Path=/caravan/callback;");
    }
}
