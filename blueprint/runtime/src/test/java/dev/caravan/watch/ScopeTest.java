package dev.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScopeTest {
    @Test
    void isTheEndpointAsRoutesNameItAndNeverAnIdOrAQuery() {
        assertThat(Scope.of("accounts/{id}/balance")).isEqualTo("accounts/{id}/balance");
        assertThat(Scope.of("v1/reauthuri")).isEqualTo("v1/reauthuri");
        assertThat(Scope.of("accounts/8e53d516529bee71e560523747ca5b83/balance"))
                .isEqualTo("accounts/{id}/balance");
        assertThat(Scope.of("orgs/1234567/members?cursor=YWxpY2U")).isEqualTo("orgs/{id}/members");
        assertThat(Scope.of("x/".repeat(200))).hasSize(80);
        assertThat(Scope.of(" ")).isEqualTo("other");
        assertThat(Scope.of(null)).isEqualTo("other");
    }
}
