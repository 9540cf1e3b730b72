package dev.caravan.sandbox.leatherback;

import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Refusal;
import dev.caravan.sandbox.UserPages;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The authorization app: shows the login for a request object that holds and sends the customer
 * back. A request object is used up by a decision, not by looking at it. Safe for use by many
 * threads.
 */
final class AuthApp {
    private final Supplier<LeatherbackSettings> settings;
    private final Clock clock;
    private final Register register;
    private final Tokens tokens;
    private final IdTokens idTokens;
    private final RequestObjects requests;
    private final Map<String, RequestObject> open = new ConcurrentHashMap<>();
    private final Set<String> used = ConcurrentHashMap.newKeySet();

    AuthApp(
            Supplier<LeatherbackSettings> settings,
            Clock clock,
            Register register,
            Tokens tokens,
            IdTokens idTokens,
            RequestObjects requests) {
        this.settings = settings;
        this.clock = clock;
        this.register = register;
        this.tokens = tokens;
        this.idTokens = idTokens;
        this.requests = requests;
    }

    Reply page(Request request) {
        RequestObject asked = requests.check(request.query());
        refuseUsed(asked);
        String link = tokens.random("oa_link_");
        open.put(link, asked);
        return ask(200, link, asked, "");
    }

    /** The form's answer: allow with a login, or decline. */
    Reply decide(Request request, Optional<Effect> effect) {
        Map<String, String> form = request.fields();
        String link = form.getOrDefault("link", "");
        RequestObject asked = open.get(link);
        if (asked == null) {
            throw refused("this page is over");
        }
        if (form.getOrDefault("decision", "").equals("decline")) {
            useUp(link, asked);
            register.change(
                    asked.consentId(),
                    before ->
                            before.status().equals(Consent.AWAITING)
                                    ? before.decided(Consent.REJECTED, clock.instant(), "")
                                    : before);
            return back(asked, Map.of("error", "access_denied"), effect);
        }
        Optional<String> login =
                Customer.login(
                        form.getOrDefault("username", ""),
                        form.getOrDefault("password", ""),
                        settings.get().users());
        if (login.isEmpty()) {
            return ask(401, link, asked, "Unknown username or password");
        }
        Consent before = consent(asked);
        if (!before.owner().isEmpty() && !before.owner().equals(login.get())) {
            return ask(403, link, asked, "This consent belongs to somebody else");
        }
        useUp(link, asked);
        return allowed(asked, login.get(), effect);
    }

    private Reply allowed(RequestObject asked, String login, Optional<Effect> effect) {
        if (effect.orElse(null) instanceof OwnEffect.CallbackError) {
            return back(asked, Map.of(), effect);
        }
        String id = asked.consentId();
        Consent consent = register.decide(id, Consent.AUTHORISED, clock.instant(), login);
        Map<String, String> answer = new LinkedHashMap<>();
        String code = tokens.code(asked).value();
        answer.put("code", code);
        Optional<IdTokenFlaw> flaw =
                effect.filter(OwnEffect.SpoiltIdToken.class::isInstance)
                        .map(spoilt -> ((OwnEffect.SpoiltIdToken) spoilt).flaw());
        IdTokenForm form = settings.get().idToken();
        if (form == IdTokenForm.OPAQUE) {
            answer.put("id_token", tokens.random("oa_stg_"));
        } else if (form == IdTokenForm.SIGNED && flaw.orElse(null) != IdTokenFlaw.MISSING) {
            answer.put("id_token", idTokens.front(asked, code, consent, flaw));
        }
        return back(asked, answer, effect);
    }

    private Reply back(RequestObject asked, Map<String, String> answer, Optional<Effect> effect) {
        Map<String, String> all = new LinkedHashMap<>(answer);
        String state = asked.state();
        if (effect.orElse(null) instanceof OwnEffect.CallbackError failed) {
            all.clear();
            all.put("error", failed.error());
        } else if (effect.orElse(null) instanceof OwnEffect.OtherState other) {
            state = other.state();
        }
        if (all.containsKey("error")) {
            all.put("error_description", "the authorization ended with " + all.get("error"));
        }
        if (!state.isEmpty()) {
            all.put("state", state);
        }
        Callback callback =
                new Callback(settings.get().responseMode(), URI.create(asked.redirectUri()), all);
        return callback.mode() == ResponseMode.FORM_POST
                ? UserPages.formPost(asked.redirectUri(), all)
                : Reply.redirect(callback.location().toString())
                        .header("Cache-Control", "no-store");
    }

    private Consent consent(RequestObject asked) {
        return register.consent(asked.consentId(), asked.clientId())
                .orElseThrow(() -> refused("the consent is gone"));
    }

    private Reply ask(int status, String link, RequestObject asked, String complaint) {
        String action = settings.get().authorizePath() + "/decision";
        return LoginPage.ask(status, action, link, consent(asked), complaint);
    }

    private void useUp(String link, RequestObject asked) {
        refuseUsed(asked);
        open.remove(link);
        if (!used.add(asked.once())) {
            throw refused("the request object was used before");
        }
    }

    private void refuseUsed(RequestObject asked) {
        if (used.contains(asked.once())) {
            throw refused("the request object was used before");
        }
    }

    private static Refusal refused(String reason) {
        return new Refusal(LoginPage.refusal(400, "invalid_request_object", reason));
    }
}
