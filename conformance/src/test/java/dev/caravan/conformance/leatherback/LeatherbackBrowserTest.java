package dev.caravan.conformance.leatherback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.Chromium;
import dev.caravan.conformance.FrontDesk;
import dev.caravan.conformance.House;
import dev.caravan.connections.Journeys;
import dev.caravan.sandbox.leatherback.ResponseMode;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;

/** The trip in a real browser, to a bank that is another site (localhost) than ours (127.0.0.1). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("dev.caravan.conformance.Chromium#isThere")
class LeatherbackBrowserTest {
    private static int customers = 20;

    private final int port = FrontDesk.freePort();
    private final String back = "http://127.0.0.1:" + port + "/callback/leatherback";
    private final Leatherback bank =
            Leatherback.of(
                    Leatherback.small(), Map.of("redirect.url", back, "code.redirect", back));
    private final FrontDesk desk = FrontDesk.before(bank.house, port);
    private ChromeDriver browser;

    private void answersBy(ResponseMode mode) {
        bank.manners(now -> now.responseMode(mode));
    }

    @BeforeAll
    void open() {
        String elsewhere = bank.twin.authorizeUrl().toString().replace("127.0.0.1", "localhost");
        bank.house.set("auth.url", elsewhere);
        House.until(
                () ->
                        elsewhere.equals(
                                bank.house.deployer().settings("leatherback").get("auth.url")));
        browser = Chromium.open();
    }

    @AfterAll
    void close() {
        browser.quit();
        desk.close();
        bank.twin.close();
    }

    private Journeys.Begun goes(String decision) {
        String login = "customer" + ++customers;
        Journeys.Begun begun = bank.house.journeys.begin("leatherback", login);
        browser.get(desk.front("/connect/" + begun.link()).toString());
        assertThat(browser.getCurrentUrl()).contains("localhost");
        browser.findElement(By.name("username")).sendKeys(login);
        browser.findElement(By.name("password")).sendKeys(login.replace("customer", "pass"));
        browser.findElement(By.cssSelector("button[value=" + decision + "]")).click();
        Chromium.shows(
                browser, By.tagName("h1"), decision.equals("allow") ? "Connected" : "Declined");
        return begun;
    }

    @ParameterizedTest
    @EnumSource(ResponseMode.class)
    void aUserComesBackConnectedWhicheverWayTheAnswerTravels(ResponseMode mode) {
        answersBy(mode);

        Journeys.Begun begun = goes("allow");

        assertThat(bank.house.state(begun.connection())).isEqualTo("active");
        assertThat(browser.getCurrentUrl())
                .as("where the answer came behind a # nothing of it stays in the address")
                .doesNotContain("#");
        assertThat(browser.getPageSource())
                .doesNotContain("state")
                .doesNotContain(begun.connection().toString());
    }

    @Test
    void aUserWhoDeclinesReadsThatNothingWasConnected() {
        Journeys.Begun begun = goes("decline");

        assertThat(bank.house.state(begun.connection())).isEqualTo("declined");
    }

    @Test
    void theWayBackIsShutToAnotherBrowser() {
        answersBy(ResponseMode.FRAGMENT);
        String login = "customer" + ++customers;
        Journeys.Begun begun = bank.house.journeys.begin("leatherback", login);
        browser.get(desk.front("/connect/" + begun.link()).toString());
        String atTheBank = browser.getCurrentUrl();
        ChromeDriver other = Chromium.open();
        try {
            other.get(atTheBank);
            other.findElement(By.name("username")).sendKeys(login);
            other.findElement(By.name("password")).sendKeys(login.replace("customer", "pass"));
            other.findElement(By.cssSelector("button[value=allow]")).click();
            Chromium.shows(other, By.tagName("h1"), "Invalid");
        } finally {
            other.quit();
        }
        assertThat(bank.house.state(begun.connection())).isEqualTo("pending");
    }
}
