package dev.caravan.sandbox.pockit;

import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * {@code /authorise/{id}} in the user's browser: login, allow or decline, and back to the redirect
 * URL (contract 2.2). An intent is decided once. Safe for use by many threads.
 */
final class Dialogue {
    private static final int ATTEMPTS = 3;
    private final Supplier<PockitSettings> settings;
    private final Consents consents;
    private final Bank bank;
    private final Secrets secrets;
    private final Clock clock;
    private final AtomicInteger turn = new AtomicInteger();

    Dialogue(
            Supplier<PockitSettings> settings,
            Consents consents,
            Bank bank,
            Secrets secrets,
            Clock clock) {
        this.settings = settings;
        this.consents = consents;
        this.bank = bank;
        this.secrets = secrets;
        this.clock = clock;
    }

    Reply answer(Request request, Spot spot) {
        if (!Set.of("GET", "POST").contains(request.method())) {
            return Reply.empty(405).header("Allow", "GET, POST");
        }
        Intent intent = consents.intent(spot.id()).orElse(null);
        if (intent == null) {
            return LoginPages.refusal(404, "There is no such request.");
        }
        long age = clock.millis() - intent.createdAt();
        if (!intent.open() || age >= settings.get().granting().intentSeconds() * 1000) {
            return LoginPages.refusal(400, "This request was decided, or is too old.");
        }
        if (request.method().equals("POST")) {
            return decided(request, intent);
        }
        return intent.auto()
                ? approved(intent, autoUser())
                : LoginPages.ask(200, intent, request.path(), "");
    }

    private Reply decided(Request request, Intent intent) {
        Map<String, String> fields = request.fields();
        String user = fields.getOrDefault("username", "");
        if (!fields.getOrDefault("decision", "").equals("allow")) {
            return back(intent, "");
        }
        if (bank.login(user, fields.getOrDefault("password", ""))) {
            return allowed(intent, user);
        }
        boolean last =
                consents.change(intent.id(), Intent::failed).orElseThrow().failures() >= ATTEMPTS;
        return last
                ? back(intent, "")
                : LoginPages.ask(401, intent, request.path(), "Wrong username or password.");
    }

    private Reply approved(Intent intent, String user) {
        return bank.known(user)
                ? allowed(intent, user)
                : LoginPages.refusal(500, "The setting autoUser names nobody: " + user);
    }

    private Reply allowed(Intent intent, String user) {
        String code = secrets.code();
        return back(intent, code, () -> consents.add(consent(intent, user, code)));
    }

    private Reply back(Intent intent, String code) {
        return back(intent, code, () -> {});
    }

    private Reply back(Intent intent, String code, Runnable before) {
        if (!consents.close(intent.id())) {
            return LoginPages.refusal(400, "This request was decided a moment ago.");
        }
        before.run();
        return Reply.redirect(callback(intent, code));
    }

    /** What a user who allows now brings about; also for tests that need no browser. */
    Consent consent(Intent intent, String user, String code) {
        PockitSettings now = settings.get();
        Granting granting = now.granting();
        Instant instant = clock.instant();
        int before = consents.of(user, false).size();
        Consent consent =
                new Consent(
                        intent,
                        user,
                        intent.payment() ? granting.paymentScopes() : granting.scopes(),
                        granting.accountIdsChange() ? before : 0,
                        instant.plus(Duration.ofDays(granting.consentDays())));
        consent.issueCode(code, instant.plusSeconds(granting.codeSeconds(now.application())));
        return consent;
    }

    private String autoUser() {
        String named = settings.get().granting().autoUser();
        return named.isEmpty()
                ? "user" + (1 + Math.floorMod(turn.getAndIncrement(), bank.users()))
                : named;
    }

    private String callback(Intent intent, String code) {
        String redirect = settings.get().application().redirectUrl();
        String start =
                redirect
                        + (redirect.contains("?") ? "&" : "?")
                        + "intent-id="
                        + intent.id()
                        + "&uuid="
                        + URLEncoder.encode(intent.uuid(), StandardCharsets.UTF_8);
        if (!code.isEmpty()) {
            return start + "&authorisation_code=" + code;
        }
        return start
                + switch (settings.get().granting().nullCode()) {
                    case ABSENT -> "";
                    case EMPTY -> "&authorisation_code=";
                    case WORD -> "&authorisation_code=null";
                };
    }
}
