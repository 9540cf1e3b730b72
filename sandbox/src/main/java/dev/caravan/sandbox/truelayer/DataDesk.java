package dev.caravan.sandbox.truelayer;

import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.http.Reply;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Calls of the Data API once bearer, allowance and faults let them pass: answered at once, or
 * accepted to be done later (contract 3 and 5). What a call lacks in itself is refused at once in
 * both modes. Safe for use by many threads.
 */
final class DataDesk {
    private static final Set<String> NEVER_LATER = Set.of("me", "info");
    private final Supplier<TwinSettings> settings;
    private final DataApi data;
    private final Batch batch;
    private final Tasks tasks;
    private final Clock clock;
    private final Allowance allowance = new Allowance();

    DataDesk(Supplier<TwinSettings> settings, DataApi data, Batch batch, Tasks tasks, Clock clock) {
        this.settings = settings;
        this.data = data;
        this.batch = batch;
        this.tasks = tasks;
        this.clock = clock;
    }

    /** Counts the call at the bank, or refuses it because too many came before. */
    void countUnattended(Call call) {
        TwinSettings now = settings.get();
        List<Allowance.Ask> asks =
                call.route().endpoint().equals(Route.BATCH) && now.batchCountsEachAccount()
                        ? batch.asks(call)
                        : Allowance.asks(call);
        if (!allowance.admits(call, asks, clock.instant(), now.unattendedLimit())) {
            throw ApiError.of(
                    429, "provider_request_limit_exceeded", "Unattended calls are used up.");
        }
    }

    Reply answer(Call call, Optional<Effect> effect) {
        Optional<PageFault> fault =
                effect.filter(PageFault.class::isInstance).map(PageFault.class::cast);
        requireConsent(call.connection());
        Route route = call.route();
        if (route == Route.UNKNOWN) {
            throw ApiError.of(404, "not_found", "There is no such endpoint.");
        }
        if (route.endpoint().endsWith("results/{id}")) {
            return tasks.results(call, fault);
        }
        DataApi.requireScopes(route, call.connection().scopes());
        Optional<AcceptanceFault> odd =
                effect.filter(AcceptanceFault.class::isInstance).map(AcceptanceFault.class::cast);
        if (route.endpoint().equals(Route.BATCH)) {
            BatchRequest request = BatchRequest.of(call.request());
            Optional<URI> webhook = request.webhook().map(this::webhook);
            Task.Work work = batch.job(request, fault, () -> requireWillingBank(call));
            return tasks.accept(call, "/data/v1/batch/results/", webhook, odd, work);
        }
        Map<String, String> query = call.request().query();
        if (!"true".equals(query.get("async")) || NEVER_LATER.contains(route.endpoint())) {
            return work(call, fault);
        }
        Windows.requireDates(query);
        Optional<URI> webhook = Optional.ofNullable(query.get("webhook_uri")).map(this::webhook);
        Task.Work work = (task, inside) -> work(call, inside.or(() -> fault));
        return tasks.accept(call, "/data/v1/results/", webhook, odd, work);
    }

    /** What the bank says, now or when the task runs. */
    private Reply work(Call call, Optional<PageFault> fault) {
        requireWillingBank(call);
        return data.answer(call, fault);
    }

    private void requireWillingBank(Call call) {
        requireConsent(call.connection());
        if (!call.route().endpoint().equals("me")) {
            call.connection().mockUser().error().ifPresent(DataDesk::fail);
        }
    }

    private void requireConsent(Connection connection) {
        boolean expired =
                connection.expired(clock.instant()) && !settings.get().honourExpiredConsents();
        if (connection.revoked() || expired) {
            throw ApiError.of(403, "access_denied", "The consent has expired or was revoked.");
        }
    }

    private URI webhook(String text) {
        URI uri = null;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException unreadable) {
            // refused below with the others
        }
        boolean sound =
                uri != null
                        && uri.getHost() != null
                        && ("https".equals(uri.getScheme())
                                || "http".equals(uri.getScheme())
                                        && settings.get().webhooksOverHttp());
        if (!sound) {
            throw ApiError.of(400, "validation_error", "webhook_uri: expected an https URL");
        }
        return uri;
    }

    private static void fail(String code) {
        int status =
                switch (code) {
                    case "internal_error" -> 500;
                    case "provider_error" -> 503;
                    default -> 403;
                };
        throw ApiError.of(status, code, "The mock user fails like this.");
    }
}
