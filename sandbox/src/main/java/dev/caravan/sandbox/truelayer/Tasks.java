package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.FaultTable;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.Timetable;
import dev.caravan.sandbox.http.Reply;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Accepts asynchronous calls, does them when the clock says so and keeps what they came to
 * (contract 5). An error of the bank arises inside the task; a task begins only after its
 * acceptance was answered. Safe for use by many threads.
 */
final class Tasks implements AutoCloseable {
    private static final int KEPT = 100_000;
    private final Supplier<TwinSettings> settings;
    private final Supplier<URI> base;
    private final Clock clock;
    private final FaultTable faults;
    private final Callbacks callbacks;
    private final Timetable timetable;
    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private final Map<Long, Task> unanswered = new ConcurrentHashMap<>();
    private final List<Task> parked = new ArrayList<>();
    private boolean held;

    Tasks(
            Supplier<TwinSettings> settings,
            Supplier<URI> base,
            Clock clock,
            FaultTable faults,
            Callbacks callbacks,
            Timetable timetable) {
        this.settings = settings;
        this.base = base;
        this.clock = clock;
        this.faults = faults;
        this.callbacks = callbacks;
        this.timetable = timetable;
    }

    /**
     * The answer that accepts a call.
     *
     * @param path where the result will be, such as {@code /data/v1/results/}
     */
    Reply accept(
            Call call,
            String path,
            Optional<URI> webhook,
            Optional<AcceptanceFault> fault,
            Task.Work work) {
        String id = UUID.randomUUID().toString();
        Task task = new Task(id, call, URI.create(base.get() + path + id), webhook, work);
        synchronized (tasks) {
            if (tasks.size() == KEPT) {
                tasks.remove(tasks.keySet().iterator().next());
            }
            tasks.put(id, task);
        }
        if (fault.orElse(null) instanceof AcceptanceFault.ToldBefore) {
            task.ends(outcome(task), clock.instant());
            callbacks.tellNow(task, callbacks.fault(task));
        } else {
            unanswered.put(call.number(), task);
        }
        String place =
                fault.orElse(null) instanceof AcceptanceFault.ResultsUri odd
                        ? odd.uri()
                        : task.resultsUri().toString();
        ObjectNode body = Json.object().put("results_uri", place);
        body.put("status", Task.Status.Queued.name()).put("task_id", id);
        return Reply.json(settings.get().asyncAnswerStatus(), body);
    }

    /** The answer to this call has left; what it accepted may begin. */
    void answered(Call call) {
        Task task = unanswered.remove(call.number());
        if (task != null) {
            Instant begin = call.startedAt().plusSeconds(settings.get().taskQueuedSeconds());
            timetable.at(begin, () -> begin(task));
        }
    }

    /** Keeps every task that would begin from now on in its queue. */
    void hold() {
        synchronized (parked) {
            held = true;
        }
    }

    void release() {
        List<Task> freed;
        synchronized (parked) {
            held = false;
            freed = List.copyOf(parked);
            parked.clear();
        }
        freed.forEach(task -> timetable.at(clock.instant(), () -> begin(task)));
        timetable.runDue();
    }

    List<Task> all() {
        synchronized (tasks) {
            return List.copyOf(tasks.values());
        }
    }

    /** {@code GET .../results/<id>} by the bearer of a connection. */
    Reply results(Call call, Optional<PageFault> fault) {
        timetable.runDue();
        Task task = known(call);
        if (task.call().connection() != call.connection()) {
            throw ApiError.of(403, "access_denied", "The task is of another connection.");
        }
        PageFault forced = fault.orElse(null);
        if (forced instanceof PageFault.Status said) {
            return task.work().without(task, said.status());
        }
        if (forced instanceof PageFault.Empty) {
            return task.work().without(task, Task.Status.Succeeded.name());
        }
        if (!task.ended()) {
            return task.work().without(task, task.status().name());
        }
        Task.Outcome outcome = task.read();
        return outcome.answer().orElseGet(() -> failed(task, outcome));
    }

    private Reply failed(Task task, Task.Outcome outcome) {
        ObjectNode body = Json.object().put("status", task.status().name());
        body.setAll((ObjectNode) outcome.error());
        return Reply.json(
                settings.get().failedResultsKeepStatus() ? outcome.httpStatus() : 200, body);
    }

    private Task known(Call call) {
        Task task;
        synchronized (tasks) {
            task = tasks.get(call.route().id());
        }
        boolean here = task != null && task.resultsUri().getPath().equals(call.request().path());
        boolean gone =
                here
                        && task.ended()
                        && !clock.instant()
                                .isBefore(
                                        task.endedAt()
                                                .plusSeconds(settings.get().resultsSeconds()));
        if (!here || gone) {
            throw ApiError.of(404, "not_found", "There is no such result, or no more.");
        }
        return task;
    }

    private void begin(Task task) {
        synchronized (parked) {
            if (held) {
                parked.add(task);
                return;
            }
        }
        task.runs();
        Instant end = clock.instant().plusSeconds(settings.get().taskRunningSeconds());
        timetable.at(end, () -> end(task));
    }

    private void end(Task task) {
        Optional<WebhookFault> fault = callbacks.fault(task);
        if (fault.orElse(null) instanceof WebhookFault.FailedFirst failed) {
            Reply refusal = ApiError.envelope(503, "provider_error", "The bank is away for now.");
            task.ends(Task.Outcome.failed(refusal), clock.instant());
            callbacks.tell(task, Optional.empty());
            Instant again = clock.instant().plus(failed.then());
            timetable.at(again, () -> end(task, Optional.empty()));
        } else {
            end(task, fault);
        }
    }

    private void end(Task task, Optional<WebhookFault> fault) {
        task.ends(outcome(task), clock.instant());
        callbacks.tell(task, fault);
    }

    private Task.Outcome outcome(Task task) {
        Optional<Effect> effect = faults.strike(task.endpoint(), task.user(), task.accountId());
        if (effect.orElse(null) instanceof Effect.Answer forced) {
            return Task.Outcome.failed(forced.reply());
        }
        try {
            Reply reply =
                    task.work()
                            .answer(
                                    task,
                                    effect.filter(PageFault.class::isInstance)
                                            .map(PageFault.class::cast));
            return Task.Outcome.of(
                    effect.orElse(null) instanceof Effect.Spoil spoil
                            ? reply.damaged(spoil.damage())
                            : reply);
        } catch (ApiError refusal) {
            return Task.Outcome.failed(refusal.reply());
        } catch (RuntimeException bug) {
            System.getLogger("sandbox").log(System.Logger.Level.ERROR, "task", bug);
            return Task.Outcome.failed(ApiError.envelope(500, "twin_bug", bug.toString()));
        }
    }

    @Override
    public void close() {
        timetable.close();
    }
}
