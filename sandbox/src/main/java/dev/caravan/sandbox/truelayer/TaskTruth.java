package dev.caravan.sandbox.truelayer;

import java.util.List;

/**
 * All asynchronous calls in numbers, to compare with what a client believes. Immutable.
 *
 * @param read tasks whose result was fetched after their end, however often
 * @param webhooks attempts to deliver one
 * @param arrived those that were answered 2xx
 */
public record TaskTruth(
        long accepted,
        long queued,
        long running,
        long succeeded,
        long failed,
        long read,
        long webhooks,
        long arrived) {

    static TaskTruth of(List<Task> tasks, List<WebhookDelivery> deliveries) {
        return new TaskTruth(
                tasks.size(),
                count(tasks, Task.Status.Queued),
                count(tasks, Task.Status.Running),
                count(tasks, Task.Status.Succeeded),
                count(tasks, Task.Status.Failed),
                tasks.stream().filter(task -> task.reads() > 0).count(),
                deliveries.size(),
                deliveries.stream().filter(WebhookDelivery::arrived).count());
    }

    private static long count(List<Task> tasks, Task.Status status) {
        return tasks.stream().filter(task -> task.status() == status).count();
    }
}
