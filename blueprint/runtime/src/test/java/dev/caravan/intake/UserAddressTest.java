package dev.caravan.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserAddressTest {
    private final UserAddress behindAProxy = new UserAddress(List.of("127.0.0.1", "10.0.0.5"));

    @Test
    void theProxysWordCountsAndNobodyElses() {
        assertThat(behindAProxy.of("127.0.0.1:55000", "203.0.113.7")).isEqualTo("203.0.113.7");
        assertThat(new UserAddress(List.of()).of("198.51.100.9:1", "203.0.113.7"))
                .isEqualTo("198.51.100.9");
    }

    @Test
    void theLastAddressBeforeTheProxiesIsTheUsersWhateverStandsBeforeIt() {
        assertThat(behindAProxy.of("127.0.0.1:1", "8.8.8.8, 203.0.113.7, 10.0.0.5"))
                .isEqualTo("203.0.113.7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "192.168.0.4",
                "169.254.1.1",
                "0.0.0.0",
                "224.0.0.1",
                "::1",
                "fe80::1",
                "fd00::1",
                "evil.example",
                "203.0.113.7\r\nX: y",
                ""
            })
    void whatCannotBeAUsersAddressIsNone(String address) {
        assertThat(behindAProxy.of("127.0.0.1:1", address)).isNull();
    }

    @Test
    void anIpv6UserIsAUser() {
        assertThat(behindAProxy.of("127.0.0.1:1", "2001:db8::7")).isEqualTo("2001:db8::7");
    }
}
