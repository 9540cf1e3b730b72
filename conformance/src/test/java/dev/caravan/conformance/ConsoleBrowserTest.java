package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;

/** The console before a person with a browser. */
@EnabledIf("dev.caravan.conformance.Chromium#isThere")
class ConsoleBrowserTest {
    private static ConsoleHouse house;
    private static ChromeDriver browser;
    private static long event;
    private static long reject;

    @BeforeAll
    static void open() {
        house = new ConsoleHouse();
        event = house.event("payment_settled");
        reject = house.reject("{\"amount\": \"12.345\"}");
        house.world.database.update(
                "insert into caravan.pull_run (pull_id, connection_id, kind, started_at, ended_at,"
                        + " outcome, calls, pages, seen, inserted, changed) select -n, ?,"
                        + " 'transactions', now() - make_interval(days => n), now() -"
                        + " make_interval(days => n), case when n = 3 then 'failed' else 'complete'"
                        + " end, 3 * n, n, 100 * n, 40 + 7 * n, n from generate_series(1, 12) n",
                house.connection);
        house.world.database.update(
                "insert into caravan.call_day (day, provider, scope, calls, failed, throttled,"
                    + " refused, millis, most_millis, spread, minutes, minutes_down) select"
                    + " current_date - n, p, '', 200, n, 1, 0, 40000 + 5000 * n, 2000,"
                    + " array[0,0,100,50,30,20,0,0,0,0], 60, n % 2 from generate_series(0, 12) n,"
                    + " unnest(array['truelayer', 'manybank']) p");
        house.world.database.update(
                "update caravan.connection set last_fault = 'CARAVAN-PROVIDER truelayer: GET"
                        + " accounts answered 503; the next slot asks again' where id = ?",
                house.connection);
        house.edit("accounts.sql", "select 'changed'\n");
        browser = Chromium.open();
    }

    @AfterAll
    static void close() {
        browser.quit();
        house.close();
    }

    @BeforeEach
    void signIn() {
        browser.get(house.base + "/console");
        if (!browser.findElements(By.id("key")).isEmpty()) {
            browser.findElement(By.id("key")).sendKeys(house.key + "\n");
        }
        Chromium.shows(browser, By.tagName("h1"), "Overview");
    }

    private static List<String> pages() {
        return List.of(
                "overview",
                "providers",
                "providers?id=truelayer",
                "connections",
                "connections?find=nobody",
                "connections?id=" + house.connection,
                "consents",
                "runs",
                "days",
                "budget",
                "rejects",
                "rejects?show=payload&id=" + reject,
                "inbox",
                "inbox?id=" + event,
                "nosuch");
    }

    @Test
    void aPersonSignsInLooksAroundAndSignsOut() {
        browser.findElement(By.cssSelector("header button")).click();
        Chromium.shows(browser, By.tagName("h1"), "Sign in");
        browser.findElement(By.id("key")).sendKeys("wrong\n");
        Chromium.shows(browser, By.cssSelector("[role=alert]"), "That is not the key.");
        browser.findElement(By.id("key")).sendKeys(house.key + "\n");
        Chromium.shows(browser, By.tagName("h1"), "Overview");
        for (WebElement entry : List.copyOf(browser.findElements(By.cssSelector("nav a")))) {
            assertThat(entry.getText()).isNotBlank();
        }
        for (String entry : List.of("Connections", "Consents", "Pulls", "By day", "Budget")) {
            browser.findElement(By.linkText(entry)).click();
            Chromium.shows(browser, By.tagName("h1"), entry);
        }
        browser.get(house.base + "/console/connections");
        browser.findElement(By.linkText("john1")).click();
        Chromium.shows(browser, By.tagName("main"), "Its pulls");
        assertThat(browser.findElement(By.tagName("main")).getText())
                .contains("Its accounts", "Its budget", "transactions", "john1");
        browser.findElement(By.cssSelector("header button")).click();
        Chromium.shows(browser, By.tagName("h1"), "Sign in");
        browser.get(house.base + "/console/runs");
        Chromium.shows(browser, By.tagName("h1"), "Sign in");
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
                .as(
                        "nothing that the browser complains of but the refused key and the missing"
                                + " page")
                .allMatch(line -> line.getMessage().matches("(?s).*(403|404).*"));
    }

    @Test
    void whoSignsInComesToThePageThatWasAskedFor() {
        browser.manage().deleteAllCookies();
        browser.get(house.base + "/console/connections?find=john");
        browser.findElement(By.id("key")).sendKeys(house.key + "\n");
        Chromium.shows(browser, By.tagName("h1"), "Connections");
        assertThat(browser.getCurrentUrl()).endsWith("/console/connections?find=john");
    }

    @Test
    void anEventIsReplayedByItsButton() {
        browser.get(house.base + "/console/inbox");
        browser.findElement(By.cssSelector("button[aria-label='Replay event " + event + "']"))
                .click();
        Chromium.shows(browser, By.cssSelector("[role=status]"), "1 worked on anew");
        assertThat(
                        house.world.text(
                                "select state || ' ' || attempts from ledger.inbox where event_id ="
                                        + " "
                                        + event))
                .matches("(new|waiting|done|ignored) \\d");
        World.until(
                () ->
                        house.world.number(
                                        "select count(*) from caravan.task where kind = 'webhook'"
                                                + " and connection_id = '"
                                                + house.connection
                                                + "'")
                                == 1);
    }

    @Test
    void aRefusedRecordIsReplayedByItsButton() {
        house.world.database.update(
                "alter table caravan.transaction add constraint nothing_of_some_days check"
                        + " (booking_date not between current_date - 25 and current_date - 15) not"
                        + " valid");
        UUID other = house.world.connected("john2");
        house.world.database.update(
                "alter table caravan.transaction drop constraint nothing_of_some_days");
        String refused =
                house.world.text(
                        "select min(rejected_id)::text from ledger.rejected_record where settled_at"
                                + " is null and connection_id = '"
                                + other
                                + "'");
        String rows =
                "select count(*) from ledger.transaction where connection_id = '" + other + "'";
        long before = house.world.number(rows);
        browser.get(house.base + "/console/rejects?id=" + refused);
        browser.findElement(By.xpath("//button[.='Replay']")).click();
        Chromium.shows(browser, By.cssSelector("main dl"), "stored");
        assertThat(house.world.number(rows)).isEqualTo(before + 1);
        assertThat(browser.findElements(By.xpath("//button[.='Replay']"))).isEmpty();
    }

    @Test
    void aPullIsBegunByItsButton() {
        String before = house.world.lastEnd(house.connection);
        browser.get(house.base + "/console/connections?id=" + house.connection);
        browser.findElement(By.xpath("//button[.='Pull now']")).click();
        Chromium.shows(browser, By.cssSelector("[role=status]"), "due now");
        house.world.awaitPull(house.connection, before);
    }

    @Test
    void aConnectionAndAProviderArePausedAndGoOnByButtons() {
        for (String page :
                List.of("connections?id=" + house.connection, "providers?id=truelayer")) {
            browser.get(house.base + "/console/" + page);
            browser.findElement(By.xpath("//button[.='Pause']")).click();
            Chromium.shows(browser, By.cssSelector("[role=status]"), "stops behind its page");
            assertThat(heldBy()).as(page).isEqualTo("console");
            browser.findElement(By.xpath("//button[.='Resume']")).click();
            World.until(() -> heldBy().equals("null"));
        }
    }

    private static String heldBy() {
        return house.world.text(
                "select held_by from ledger.connection where connection_id = '"
                        + house.connection
                        + "'");
    }

    @Test
    void allOfItIsReachedByTheKeyboardAlone() {
        browser.get(house.base + "/console/connections");
        WebElement first = tab();
        assertThat(first.getText()).isEqualTo("To the content");
        first.sendKeys(Keys.ENTER);
        assertThat(browser.switchTo().activeElement().getDomAttribute("id")).isEqualTo("main");
        List<String> met = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            WebElement at = tab();
            met.add((at.getTagName() + " " + at.getAccessibleName()).strip());
            assertThat(at.getCssValue("outline-style")).as(met.get(i)).isNotEqualTo("none");
            if (at.getText().equals("john1")) {
                at.sendKeys(Keys.ENTER);
                break;
            }
        }
        Chromium.shows(browser, By.tagName("main"), "Its pulls");
        assertThat(met).contains("input User or id", "select Provider", "button Show");
    }

    private static WebElement tab() {
        browser.switchTo().activeElement().sendKeys(Keys.TAB);
        return browser.switchTo().activeElement();
    }

    @Test
    void noPageScrollsSidewaysOnASmallScreenOrWhenItIsZoomed() {
        // 1280 pixels at 400 % are as wide as a small telephone
        for (int width : new int[] {320, 640}) {
            screen(width, false);
            for (String page : pages()) {
                // on a busy machine a page was once measured before its style was there
                await(page)
                        .atMost(Duration.ofSeconds(10))
                        .untilAsserted(() -> assertThat(widthOf(page)).isLessThanOrEqualTo(width));
                shot(page, width, false);
            }
        }
    }

    private static long widthOf(String page) {
        browser.get(house.base + "/console/" + page);
        return (Long) browser.executeScript("return document.documentElement.scrollWidth");
    }

    @Test
    void noPageHasABarrierThatAxeFinds() {
        String axe = axe();
        List<String> barriers = new ArrayList<>();
        for (boolean dark : new boolean[] {false, true}) {
            screen(1280, dark);
            for (String page : pages()) {
                browser.get(house.base + "/console/" + page);
                barriers(axe, page, barriers);
                shot(page, 1280, dark);
            }
        }
        browser.manage().deleteAllCookies();
        browser.get(house.base + "/console");
        barriers(axe, "sign in", barriers);
        shot("signin", 1280, true);
        assertThat(barriers).isEmpty();
    }

    @SuppressWarnings("unchecked")
    private static void barriers(String axe, String page, List<String> barriers) {
        browser.executeScript(axe);
        Map<String, Object> found =
                (Map<String, Object>)
                        browser.executeAsyncScript(
                                "const done = arguments[0]; axe.run().then(r => done({passes:"
                                    + " r.passes.length, violations: r.violations.map(v => v.id +"
                                    + " ': ' + v.help + ' ' + v.nodes.map(n => n.html).join('"
                                    + " '))}), e => done({passes: 0, violations: [String(e)]}))");
        assertThat((Long) found.get("passes")).as(page).isGreaterThan(15);
        ((List<String>) found.get("violations")).forEach(each -> barriers.add(page + ": " + each));
    }

    private static String axe() {
        try (InputStream script = ConsoleBrowserTest.class.getResourceAsStream("/axe.min.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void screen(int width, boolean dark) {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of(
                                        "name",
                                        "prefers-color-scheme",
                                        "value",
                                        dark ? "dark" : "light"))));
    }

    /** For whoever wants to look: -Dconsole.shots=FOLDER. */
    private static void shot(String page, int width, boolean dark) {
        String folder = System.getProperty("console.shots");
        if (folder != null) {
            try {
                Files.write(
                        Files.createDirectories(Path.of(folder))
                                .resolve(
                                        page.replaceAll("[^a-z]+", "-")
                                                + "-"
                                                + width
                                                + (dark ? "-dark" : "")
                                                + ".png"),
                        browser.getScreenshotAs(OutputType.BYTES));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
