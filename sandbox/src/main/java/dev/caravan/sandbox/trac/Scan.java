package dev.caravan.sandbox.trac;

import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Goes over named lists from a place on, as a store does that first takes per_page rows and then
 * throws away what does not fit: pages may be short or empty before the end. Owned by one thread.
 */
final class Scan<T> {
    /** Where a page begins, and how many empty pages came right before. */
    record Place(String list, int slot, int empties) {}

    /** What was found, and where to go on; empty at the end. */
    record Page<T>(List<T> items, Optional<Place> next) {}

    private final Map<String, Slots<T>> lists;
    private final Predicate<T> wanted;
    private final int perPage;
    private final int emptyPages;

    Scan(Map<String, Slots<T>> lists, Predicate<T> wanted, int perPage, int emptyPages) {
        this.lists = lists;
        this.wanted = wanted;
        this.perPage = perPage;
        this.emptyPages = emptyPages;
    }

    Place start() {
        return new Place(lists.keySet().iterator().next(), 0, 0);
    }

    boolean knows(Place place) {
        return lists.containsKey(place.list());
    }

    Page<T> page(Place from) {
        List<T> found = new ArrayList<>();
        int examined = 0;
        boolean reached = false;
        String last = from.list();
        int end = from.slot();
        for (Map.Entry<String, Slots<T>> list : lists.entrySet()) {
            reached |= list.getKey().equals(from.list());
            int slot = list.getKey().equals(from.list()) ? from.slot() : 0;
            for (int size = reached ? list.getValue().size() : 0; slot < size; slot++) {
                if (full(found.size(), examined, from.empties())) {
                    return page(found, from, list.getKey(), slot);
                }
                T item = list.getValue().at(slot);
                examined++;
                if (item != null && wanted.test(item)) {
                    found.add(item);
                }
            }
            last = reached ? list.getKey() : last;
            end = reached ? slot : end;
        }
        // such a store does not know that it stands at the end until it is asked once more
        boolean unaware = emptyPages > 0 && examined > 0 && examined % perPage == 0;
        return unaware && from.empties() < emptyPages
                ? page(found, from, last, end)
                : new Page<>(found, Optional.empty());
    }

    private boolean full(int found, int examined, int empties) {
        boolean hasEnough = emptyPages > 0 && examined >= perPage;
        return found == perPage || hasEnough && (found > 0 || empties < emptyPages);
    }

    private Page<T> page(List<T> found, Place from, String list, int slot) {
        int empties = found.isEmpty() ? from.empties() + 1 : 0;
        return new Page<>(found, Optional.of(new Place(list, slot, empties)));
    }

    /** The last so many fitting rows before a place, within its list. */
    List<T> before(Place place, int count) {
        LinkedList<T> rows = new LinkedList<>();
        Slots<T> list = lists.get(place.list());
        for (int slot = Math.min(place.slot(), list.size()) - 1; slot >= 0; slot--) {
            T item = rows.size() < count ? list.at(slot) : null;
            if (item != null && wanted.test(item)) {
                rows.addFirst(item);
            }
        }
        return rows;
    }
}
