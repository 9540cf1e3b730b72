package dev.caravan.windows;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a link to the next page may lead: below the base it came from, nowhere else. */
class LinksTest {
    private static final String BASE = "https://api.bank.example/open-banking/v1";

    @ParameterizedTest
    @CsvSource({
        "https://api.bank.example/open-banking/v1/accounts?page=2, accounts?page=2",
        "HTTPS://API.bank.example/open-banking/v1/accounts?page=2, accounts?page=2",
        "/open-banking/v1/accounts/9/transactions?cursor=a%2Fb%3D,"
                + " accounts/9/transactions?cursor=a%2Fb%3D",
        "accounts?page=3, accounts?page=3"
    })
    void aLinkBelowTheBaseIsFollowedAsItIsWritten(String link, String path) {
        assertThat(PageWalks.below(BASE, link)).isEqualToIgnoringCase(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.com",
                "http://api.bank.example/open-banking/v1/accounts?page=2",
                "https://api.bank.example:8443/open-banking/v1/accounts",
                "https://api.bank.example.evil.example/open-banking/v1/accounts",
                "https://user@api.bank.example/open-banking/v1/accounts",
                "//evil.example/open-banking/v1/accounts",
                "https://api.bank.example/open-banking/v1/../admin",
                "https://api.bank.example/open-banking/v10/accounts",
                "javascript:alert(1)",
                "https://api.bank.example/open-banking/v1/acc ounts"
            })
    void aLinkThatLeadsElsewhereIsRefused(String link) {
        assertThat(PageWalks.below(BASE, link)).isNull();
    }
}
