package dev.caravan.connections;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * What bounds a pull that is only tried, and what it was seen to do. The verbs ask and tell it;
 * nothing of it is stored. Safe for any number of threads.
 */
public final class Tryout {
    private final Bounds bounds;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger counted = new AtomicInteger();
    private final AtomicInteger renewing = new AtomicInteger();
    private final Map<String, AtomicInteger> pages = new ConcurrentHashMap<>();
    private final List<Page> seen = new CopyOnWriteArrayList<>();
    private volatile boolean cut;
    private volatile boolean ended;
    private volatile String why;

    public Tryout(Bounds bounds) {
        this.bounds = bounds;
    }

    /**
     * How far it goes.
     *
     * @param kinds the kinds that are due; empty is all that have a schedule
     * @param since where walks and windows begin, null where the cursors say so
     * @param pages how many pages of each resource at most
     * @param calls how many calls at most in all
     * @param rows how many rows of each page are kept to be shown
     * @param posts whether calls may leave that could change something at the provider
     */
    public record Bounds(
            List<String> kinds, LocalDate since, int pages, int calls, int rows, boolean posts) {}

    /**
     * A page as the store took it.
     *
     * @param more whether the walk would go on behind it
     * @param mapped the first rows of each mapping by its table, a JSON object each
     */
    public record Page(
            String kind,
            String request,
            int seen,
            int inserted,
            int changed,
            int removed,
            int rejected,
            boolean more,
            Map<String, List<String>> mapped) {

        /** The same with every text as it may be shown. */
        public Page shown(UnaryOperator<String> as) {
            Map<String, List<String>> rows = new LinkedHashMap<>();
            mapped.forEach((table, each) -> rows.put(table, each.stream().map(as).toList()));
            return new Page(
                    kind,
                    as.apply(request),
                    seen,
                    inserted,
                    changed,
                    removed,
                    rejected,
                    more,
                    rows);
        }
    }

    public Bounds bounds() {
        return bounds;
    }

    /** Takes one call of those that are left. */
    public boolean call() {
        boolean left = calls.incrementAndGet() <= bounds.calls();
        cut |= !left;
        return left;
    }

    /** A call was written down in the provider's real budget. */
    public void spent() {
        counted.incrementAndGet();
    }

    /** How many calls the budget really lost. */
    public int spentCalls() {
        return counted.get();
    }

    /** A token is being asked for, or no longer. */
    public void renewing(boolean now) {
        renewing.addAndGet(now ? 1 : -1);
    }

    /** Whether a call of this method may leave: one that only reads, or one for a token. */
    public boolean lets(String method) {
        return bounds.posts() || method.matches("GET|HEAD|OPTIONS") || renewing.get() > 0;
    }

    /** Takes one page of a resource and says whether there may be another. */
    public boolean page(String resource) {
        return pages.computeIfAbsent(resource, first -> new AtomicInteger()).incrementAndGet()
                < bounds.pages();
    }

    /** The walk was stopped where more was to come. */
    public void cut() {
        cut = true;
    }

    /** Whether its bounds kept something from being read. */
    public boolean wasCut() {
        return cut;
    }

    public void saw(Page page) {
        seen.add(page);
    }

    /** The pages in the order in which they were stored. */
    public List<Page> pages() {
        return List.copyOf(seen);
    }

    /** The pull came to its end; null where all of it was good. */
    void ended(String fault) {
        why = fault;
        ended = true;
    }

    public boolean hasEnded() {
        return ended;
    }

    /** What kept it, or a part of it, from being complete; null where nothing did. */
    public String fault() {
        return why;
    }
}
