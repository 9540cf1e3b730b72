package dev.caravan.deferred;

import java.net.URI;
import java.util.regex.Pattern;

/**
 * Where a result is, as a path below the provider's API address. What a provider or a webhook names
 * is believed only where scheme, host and folder are the configured ones, else the path is built
 * from the id: a token can never be led to another host. Stateless.
 */
final class ResultPath {
    /** One plain segment: no way up, no encoding, no query, no user. */
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._~-]{0,127}");

    private ResultPath() {}

    /**
     * @param base the configured API address
     * @param folder the path below it that results are in, for example {@code results/}
     * @param told the address as it was told, or null
     * @param task the id of the work
     * @return the path below the base, null where neither is usable
     */
    static String of(String base, String folder, String told, String task) {
        String root = base.endsWith("/") ? base : base + "/";
        String below = told == null ? null : below(URI.create(root), folder, told);
        return below != null
                ? folder + below
                : task != null && SEGMENT.matcher(task).matches() ? folder + task : null;
    }

    private static String below(URI root, String folder, String told) {
        String start = root + folder;
        if (!told.startsWith(start)) {
            return null;
        }
        // what is left is one segment, so that nothing in it can mean another place
        String rest = told.substring(start.length());
        return SEGMENT.matcher(rest).matches() ? rest : null;
    }
}
