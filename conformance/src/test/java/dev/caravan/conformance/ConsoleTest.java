package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.console.ConsoleIntake;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.desk.Desk;
import dev.caravan.intake.AdminKey;
import dev.caravan.intake.DeskIntake;
import dev.caravan.intake.Listener;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;

class ConsoleTest {
    private static final Path HOME = Scratch.folder("console");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static World world;
    private static UUID connection;
    private static Listener listener;
    private static String base;
    private static String key;

    @BeforeAll
    static void open() throws IOException {
        world = World.of(World.smallBank());
        connection = world.connected("john1");
        AdminKey adminKey = new AdminKey(HOME.resolve("caravan.admin.key"));
        key = Files.readString(HOME.resolve("caravan.admin.key")).strip();
        Desk desk =
                new Desk(
                        world.database,
                        world.deployer(),
                        new ProviderFolders(World.ROUTES),
                        world.journeys,
                        HOME,
                        HOME,
                        Clock.systemUTC(),
                        List.of());
        int port = World.freePort();
        base = "http://127.0.0.1:" + port;
        listener =
                new Listener(
                        "admin",
                        "127.0.0.1",
                        port,
                        null,
                        Map.of(
                                "desk",
                                new DeskIntake(adminKey, desk),
                                "console",
                                new ConsoleIntake(adminKey, desk, Clock.systemUTC())));
        listener.start();
    }

    @AfterAll
    static void close() {
        listener.close();
        world.close();
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create(base + path));
    }

    private static HttpRequest.Builder form(String path, String body, String origin) {
        return at(path).header("Content-Type", "application/x-www-form-urlencoded")
                .header("Origin", origin)
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static String session() {
        HttpResponse<String> in = send(form("/console/login", "key=" + key, base));
        assertThat(in.statusCode()).isEqualTo(303);
        String cookie = in.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict");
        return cookie.substring(0, cookie.indexOf(';'));
    }

    @Test
    void withoutTheKeyNothingIsShown() {
        assertThat(send(at("/console")).body()).contains("Sign in").doesNotContain("john1");
        assertThat(
                        send(at("/console/connections").header("Cookie", "caravan-console=guess"))
                                .body())
                .contains("Sign in")
                .doesNotContain("john1");
        assertThat(send(form("/console/login", "key=wrong", base)).statusCode()).isEqualTo(403);
        assertThat(send(form("/console/login", "key=" + key, "http://evil.example")).statusCode())
                .isEqualTo(403);
    }

    @Test
    void everyPageOfTheMenuShowsWhatTheDeskSays() {
        String session = session();
        for (String page :
                new String[] {
                    "overview", "connections", "consents", "runs", "budget", "rejects", "inbox"
                }) {
            HttpResponse<String> shown = send(at("/console/" + page).header("Cookie", session));
            assertThat(shown.statusCode()).as(page).isEqualTo(200);
            assertThat(shown.body()).contains("aria-current=\"page\"").contains("<main");
            assertThat(shown.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .startsWith("default-src 'none'");
        }
        assertThat(send(at("/console/connections").header("Cookie", session)).body())
                .contains("john1")
                .contains("/console/connections?id=" + connection);
        assertThat(
                        send(at("/console/connections?id=" + connection).header("Cookie", session))
                                .body())
                .contains("Its pulls")
                .contains("transactions");
        assertThat(send(at("/console/nosuch").header("Cookie", session)).statusCode())
                .isEqualTo(404);
    }

    @Test
    @EnabledIf("dev.caravan.conformance.Chromium#isThere")
    void aPersonWithABrowserSignsInLooksAroundAndReplaysAnEvent() {
        ChromeDriver browser = Chromium.open();
        try {
            browser.get(base + "/console");
            browser.findElement(By.id("key")).sendKeys("wrong\n");
            Chromium.shows(browser, By.cssSelector("[role=alert]"), "That is not the key.");
            browser.findElement(By.id("key")).sendKeys(key + "\n");
            Chromium.shows(browser, By.tagName("h1"), "Overview");
            browser.findElement(By.linkText("Connections")).click();
            Chromium.shows(browser, By.tagName("h1"), "Connections");
            browser.findElement(By.partialLinkText(connection.toString().substring(0, 8))).click();
            Chromium.shows(browser, By.tagName("main"), "Its pulls");
            assertThat(browser.findElement(By.tagName("main")).getText())
                    .contains("Its budget", "transactions");
            browser.findElement(By.linkText("Inbox")).click();
            Chromium.shows(browser, By.tagName("h1"), "Inbox");
            browser.findElement(By.id("event")).sendKeys("1\n");
            Chromium.shows(browser, By.cssSelector("[role=status]"), "no such event");
            browser.findElement(By.cssSelector("header button")).click();
            Chromium.shows(browser, By.tagName("h1"), "Sign in");
            browser.get(base + "/console/runs");
            Chromium.shows(browser, By.tagName("h1"), "Sign in");
            assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
                    .as("nothing that the browser complains of but the refused key")
                    .allMatch(line -> line.getMessage().contains("403"));
        } finally {
            browser.quit();
        }
    }

    @Test
    void whatAUserIsCalledCannotBecomeMarkup() {
        world.database.update(
                "update caravan.connection set user_ref = '<script>x</script>' where id = ?",
                connection);
        assertThat(send(at("/console/connections").header("Cookie", session())).body())
                .contains("&lt;script&gt;")
                .doesNotContain("<script>");
        world.database.update(
                "update caravan.connection set user_ref = 'john1' where id = ?", connection);
    }

    @Test
    void aSessionEndsWithItsSignOut() {
        String session = session();
        send(form("/console/logout", "", base).header("Cookie", session));
        assertThat(send(at("/console/runs").header("Cookie", session)).body()).contains("Sign in");
    }

    @Test
    void theDeskAnswersOverHttpWithItsExitCode() {
        HttpRequest.Builder asked =
                at("/desk")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"words\":[\"why\",\"0\"]}"));
        assertThat(send(asked).statusCode()).isEqualTo(401);
        HttpResponse<String> answer = send(asked.header("Authorization", "Bearer " + key));
        assertThat(answer.headers().firstValue("Caravan-Code")).contains("1");
        assertThat(answer.body()).isEqualTo("nothing of that name\n");
    }
}
