package dev.caravan.sandbox.trac;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What an organization group has enabled: the app's way to a set of organizations. Whatever is done
 * to it holds from the next request on. Safe for use by many threads.
 */
public final class Installation {
    /** Whether it can be used, and what a caller is told if not. */
    public enum State {
        ACTIVE,
        DISABLED,
        REMOVED
    }

    private final String id;
    private final String title;
    private final Instant createdAt;
    private final boolean ours;
    private final Runnable changed;
    private final Set<String> granted = new LinkedHashSet<>();
    private final Set<String> dropped = new LinkedHashSet<>();
    private State state = State.ACTIVE;

    Installation(String id, String title, Instant createdAt, boolean ours, Runnable changed) {
        this.id = id;
        this.title = title;
        this.createdAt = createdAt;
        this.ours = ours;
        this.changed = changed;
    }

    /** {@code meta.installationId}. */
    public String id() {
        return id;
    }

    public String title() {
        return title;
    }

    Instant createdAt() {
        return createdAt;
    }

    /** False for the one installation that belongs to another app. */
    public boolean ours() {
        return ours;
    }

    public synchronized State state() {
        return state;
    }

    /** Listed as inactive; no new token, and every token answers 403. */
    public void disable() {
        become(State.DISABLED);
    }

    /** No longer listed; 404 for a new token, 403 for an old one. */
    public void remove() {
        become(State.REMOVED);
    }

    /** As if nothing had happened. */
    public void enable() {
        become(State.ACTIVE);
    }

    /** The ids of the organizations that it covers. */
    public synchronized List<String> granted() {
        return List.copyOf(granted);
    }

    /** The organization is there no more for this installation: not listed, and 403 when asked. */
    public void drop(String organizationId) {
        synchronized (this) {
            granted.remove(organizationId);
            dropped.add(organizationId);
        }
        changed.run();
    }

    /** One organization more; it may belong to another installation too. */
    public void grant(String organizationId) {
        synchronized (this) {
            restore(state, List.of(organizationId), List.of());
        }
        changed.run();
    }

    synchronized List<String> dropped() {
        return List.copyOf(dropped);
    }

    /** What was granted or dropped before, on top of what the installation began with. */
    synchronized void restore(State was, List<String> added, List<String> taken) {
        state = was;
        granted.addAll(added);
        dropped.removeAll(added);
        taken.forEach(granted::remove);
        dropped.addAll(taken);
    }

    private void become(State now) {
        synchronized (this) {
            state = now;
        }
        changed.run();
    }
}
