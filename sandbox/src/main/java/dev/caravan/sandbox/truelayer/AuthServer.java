package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.UserPages;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The dialogue with the user, from the link to the code (contract 2.1 and 2.2). A link and a code
 * are good once each. Safe for use by many threads.
 */
final class AuthServer {
    /** What a code stands for until it is exchanged. */
    record Code(AuthLink link, MockUser user, Instant issuedAt) {}

    private final Supplier<TwinSettings> settings;
    private final Supplier<URI> base;
    private final Clock clock;
    private final Secrets secrets;
    private final Map<String, AuthLink> links = new ConcurrentHashMap<>();
    private final Map<String, Code> codes = new ConcurrentHashMap<>();
    private final Set<String> used = ConcurrentHashMap.newKeySet();

    AuthServer(Supplier<TwinSettings> settings, Supplier<URI> base, Clock clock, Secrets secrets) {
        this.settings = settings;
        this.base = base;
        this.clock = clock;
        this.secrets = secrets;
    }

    /** {@code GET /}: the page behind the authorise URL. */
    Reply authorise(Request request) {
        int mark = request.target().indexOf('?');
        String query = mark < 0 ? "" : request.target().substring(mark + 1);
        refuseUsed(AuthLink.parse(query, settings.get()));
        return LoginPage.ask(200, "request", query, false, "");
    }

    /** {@code GET /dialogue/<id>}: the page behind a link that this twin gave out. */
    Reply dialogue(String id) {
        AuthLink link = known(id);
        return LoginPage.ask(200, "link", id, link.confirmOnly(), "");
    }

    /** {@code POST /login}: the decision of the user. */
    Reply login(Request request) {
        Map<String, String> fields = request.fields();
        String hidden = fields.containsKey("link") ? "link" : "request";
        String value = fields.getOrDefault(hidden, "");
        AuthLink link =
                hidden.equals("link") ? known(value) : AuthLink.parse(value, settings.get());
        refuseUsed(link);
        if ("decline".equals(fields.get("decision"))) {
            spend(link);
            return callback(link, Map.of("error", "access_denied"));
        }
        Optional<MockUser> user = authenticated(link, fields);
        if (user.isEmpty()) {
            return LoginPage.ask(401, hidden, value, false, "Wrong username or password.");
        }
        spend(link);
        String code = secrets.code();
        codes.put(code, new Code(link, user.get(), clock.instant()));
        return callback(link, Map.of("code", code, "scope", String.join(" ", link.scopes())));
    }

    /** Gives out a link that leads an existing user back. */
    String link(Connection connection, Map<String, String> fields, boolean confirmOnly) {
        AuthLink.checkMethod(fields);
        String id = secrets.linkId();
        links.put(
                id,
                new AuthLink(
                        id,
                        fields.get("redirect_uri"),
                        connection.scopes(),
                        fields.getOrDefault("state", ""),
                        fields.getOrDefault("code_challenge", ""),
                        "form_post".equals(fields.get("response_mode")),
                        Optional.of(connection),
                        confirmOnly));
        return base.get() + "/dialogue/" + id;
    }

    /** Takes the code out of the world; whoever asks second gets nothing. */
    Optional<Code> redeem(String code) {
        return Optional.ofNullable(codes.remove(code));
    }

    boolean issued(String code) {
        return secrets.issued().contains(code);
    }

    /** {@code GET /api/providers}: a bare array with the one provider of the sandbox. */
    Reply providers(Request request) {
        ArrayNode all = Json.object().putArray("providers");
        String countries = request.query().getOrDefault("country", "uk");
        if (List.of(countries.split(" ")).contains("uk")) {
            ObjectNode mock = all.addObject().put("provider_id", "mock");
            mock.put("display_name", "Mock").put("country", "uk");
            mock.put("logo_url", base.get() + "/logo.svg");
            List.of("info", "accounts", "balance", "cards", "transactions", "direct_debits")
                    .forEach(mock.withArray("scopes")::add);
            mock.withArray("scopes").add("standing_orders").add("offline_access");
            mock.putObject("availability")
                    .put("recommended_status", "healthy")
                    .put("updated_at", clock.instant().toString());
        }
        return Reply.json(200, all);
    }

    private Optional<MockUser> authenticated(AuthLink link, Map<String, String> fields) {
        if (link.confirmOnly()) {
            return link.existing().map(Connection::mockUser);
        }
        return MockUser.login(
                        fields.getOrDefault("username", ""),
                        fields.getOrDefault("password", ""),
                        settings.get().users())
                .filter(
                        user ->
                                link.existing().isEmpty()
                                        || link.existing().get().user().equals(user.key()));
    }

    private AuthLink known(String id) {
        AuthLink link = links.get(id);
        if (link == null) {
            throw ApiError.page(401, "unauthorized_client", "this link is unknown");
        }
        refuseUsed(link);
        return link;
    }

    private void refuseUsed(AuthLink link) {
        if (used.contains(link.id())) {
            throw usedUp();
        }
    }

    private void spend(AuthLink link) {
        if (!used.add(link.id())) {
            throw usedUp();
        }
    }

    private static ApiError usedUp() {
        return ApiError.page(
                401, "unauthorized_client", "this link has been used; ask for another");
    }

    private static Reply callback(AuthLink link, Map<String, String> outcome) {
        Map<String, String> fields = new LinkedHashMap<>(outcome);
        if (!link.state().isEmpty()) {
            fields.put("state", link.state());
        }
        if (link.formPost()) {
            return UserPages.formPost(link.redirectUri(), fields);
        }
        StringBuilder target = new StringBuilder(link.redirectUri());
        char glue = link.redirectUri().contains("?") ? '&' : '?';
        for (Map.Entry<String, String> field : fields.entrySet()) {
            target.append(glue).append(field.getKey()).append('=').append(encode(field.getValue()));
            glue = '&';
        }
        return Reply.redirect(target.toString());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
