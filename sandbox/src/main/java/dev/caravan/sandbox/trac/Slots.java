package dev.caravan.sandbox.trac;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A list that only grows: what is taken out leaves a hole, so that a place in a scan stays valid
 * whatever happens around it. Safe for use by many threads.
 */
final class Slots<T> {
    private final List<T> items = new ArrayList<>();

    static <T> Slots<T> of(List<T> items) {
        Slots<T> slots = new Slots<>();
        items.forEach(slots::add);
        return slots;
    }

    synchronized void add(T item) {
        items.add(item);
    }

    /** Holes count. */
    synchronized int size() {
        return items.size();
    }

    /** Null where there is a hole. */
    synchronized T at(int slot) {
        return items.get(slot);
    }

    synchronized List<T> all() {
        List<T> all = new ArrayList<>(items);
        all.removeIf(item -> item == null);
        return all;
    }

    synchronized Optional<T> find(Predicate<T> wanted) {
        return items.stream().filter(item -> item != null && wanted.test(item)).findFirst();
    }

    /** Changes what fits, or makes a hole where the change answers null; says how many fitted. */
    synchronized int change(Predicate<T> wanted, UnaryOperator<T> change) {
        int changed = 0;
        for (int slot = 0; slot < items.size(); slot++) {
            T item = items.get(slot);
            if (item != null && wanted.test(item)) {
                items.set(slot, change.apply(item));
                changed++;
            }
        }
        return changed;
    }
}
