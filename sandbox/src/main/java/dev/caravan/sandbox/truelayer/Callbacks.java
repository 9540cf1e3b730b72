package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.FaultTable;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.Timetable;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells the caller that a task has ended (contract 7.1): where and how it was, never the data. The
 * body says how the task stood when it was told, however late it arrives. Safe for use by many
 * threads.
 */
final class Callbacks {
    private static final String ZERO_DATE = "0001-01-01T00:00:00Z";
    private final Supplier<URI> base;
    private final Clock clock;
    private final FaultTable faults;
    private final Webhooks webhooks;
    private final Timetable timetable;

    Callbacks(
            Supplier<URI> base,
            Clock clock,
            FaultTable faults,
            Webhooks webhooks,
            Timetable timetable) {
        this.base = base;
        this.clock = clock;
        this.faults = faults;
        this.webhooks = webhooks;
        this.timetable = timetable;
    }

    /** The fault that strikes the telling of this task, which counts as a strike. */
    Optional<WebhookFault> fault(Task task) {
        if (task.webhook().isEmpty()) {
            return Optional.empty();
        }
        return faults.strike(task.endpoint(), task.user(), task.accountId())
                .map(WebhookFault.class::cast);
    }

    void tell(Task task, Optional<WebhookFault> fault) {
        task.webhook().ifPresent(to -> tell(task, fault, body -> webhooks.send(to, body)));
    }

    /** The same, and the telling is over when this answers. */
    void tellNow(Task task, Optional<WebhookFault> fault) {
        task.webhook().ifPresent(to -> tell(task, fault, body -> webhooks.post(to, body)));
    }

    private void tell(Task task, Optional<WebhookFault> fault, Consumer<ObjectNode> sender) {
        ObjectNode body = body(task);
        WebhookFault how = fault.orElse(null);
        if (how instanceof WebhookFault.Never) {
            return;
        }
        if (how instanceof WebhookFault.Late late) {
            timetable.at(clock.instant().plus(late.by()), () -> sender.accept(body));
            return;
        }
        if (how instanceof WebhookFault.Says says) {
            body.put(says.member(), says.text());
        }
        sender.accept(body);
        if (how instanceof WebhookFault.Twice) {
            sender.accept(body);
        }
        if (how instanceof WebhookFault.FailedAfterwards) {
            ObjectNode failed = body.deepCopy().put("status", Task.Status.Failed.name());
            failed.put("error", "provider_error");
            sender.accept(failed.put("error_description", "Set as a fault of the twin."));
        }
    }

    private ObjectNode body(Task task) {
        ObjectNode body = Json.object().put("request_timestamp", ZERO_DATE);
        body.put("request_uri", base.get() + task.call().request().target());
        body.put("results_uri", task.resultsUri().toString());
        body.put("credentials_id", task.call().connection().credentialsId());
        body.put("task_id", task.id()).put("status", task.status().name());
        if (task.status() == Task.Status.Failed) {
            body.put("error", task.error());
            body.put(
                    "error_description", task.outcome().error().path("error_description").asText());
        }
        return body;
    }
}
