package dev.caravan.rehearsal;

import dev.caravan.connections.Tryout;
import java.util.List;
import java.util.UUID;

/**
 * What a try saw. Nothing in it is secret. Immutable.
 *
 * @param fault what kept the pull, or a part of it, from being complete; null where nothing did
 * @param seconds how long it took
 * @param spent how many calls the provider's real budget lost
 * @param renewed whether the connection has new tokens now, which are kept
 * @param cut whether its bounds kept something from being read
 */
public record Report(
        String provider,
        UUID connection,
        String fault,
        double seconds,
        int spent,
        boolean renewed,
        boolean cut,
        List<Call> calls,
        List<Tryout.Page> pages,
        List<Row> rows,
        List<Refused> refused) {

    /**
     * One call.
     *
     * @param status null where no answer came
     * @param found why none came, else empty
     */
    public record Call(
            String method, String url, Integer status, long millis, int bytes, String found) {}

    /** A row that would be new, changed or gone, and what would change of it. */
    public record Row(String table, String what, String identity, String changes) {}

    /** A record that the store would set aside. */
    public record Refused(String kind, String page, int position, String reason) {}

    /** The same with a fault. */
    Report because(String why) {
        return new Report(
                provider,
                connection,
                why,
                seconds,
                spent,
                renewed,
                cut,
                calls,
                pages,
                rows,
                refused);
    }
}
