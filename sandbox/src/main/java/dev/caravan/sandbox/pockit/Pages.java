package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.http.Request;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Cuts a list into pages and names the next one. A cursor carries the number of the page, the rows
 * before it and the last row that the first page knew, so that rows which come later shift nothing
 * unless that is asked for. Safe for use by many threads.
 */
final class Pages {
    static final String CURSOR = "cursor";

    /** One entry of a list with its number inside the twin; the body is made when it is sent. */
    record Item(long seq, Supplier<ObjectNode> body) {
        /**
         * A view: an entry is made when it is looked at, because most pages are never asked for.
         */
        static <T> List<Item> of(List<T> all, ToLongFunction<T> seq, Function<T, ObjectNode> body) {
            return new AbstractList<>() {
                @Override
                public Item get(int at) {
                    T one = all.get(at);
                    return new Item(seq.applyAsLong(one), () -> body.apply(one));
                }

                @Override
                public int size() {
                    return all.size();
                }
            };
        }
    }

    /** A list in the order of its sending, and the highest number in it. */
    record Listing(List<Item> items, long lastSeq) {
        static <T> Listing of(List<T> all, Function<T, ObjectNode> body) {
            return new Listing(Item.of(all, one -> 0, body), 0);
        }
    }

    /** A page: what is on it, how many there are, and where the next one is. */
    record Page(List<Item> items, int totalPages, Optional<String> next) {}

    private record Cursor(int page, int offset, long asOf) {
        String text() {
            return page + "/" + offset + "/" + asOf;
        }
    }

    private final Supplier<PockitSettings> settings;
    private final Supplier<URI> base;
    private final Refusals refusals;

    Pages(Supplier<PockitSettings> settings, Supplier<URI> base, Refusals refusals) {
        this.settings = settings;
        this.base = base;
        this.refusals = refusals;
    }

    /** The page that the request asks for. */
    Page of(Request request, Listing all, Optional<Effect> own) {
        Answers answers = settings.get().answers();
        Cursor cursor = cursor(request, all, answers);
        boolean grown = cursor.asOf() > 0 && cursor.asOf() < all.lastSeq();
        List<Item> seen =
                grown
                        ? all.items().stream().filter(one -> one.seq() <= cursor.asOf()).toList()
                        : all.items();
        int size = answers.pageSize() > 0 ? answers.pageSize() : Math.max(1, seen.size());
        int from = Math.min(cursor.offset(), seen.size());
        boolean empty =
                from < seen.size()
                        && (cursor.page() == answers.emptyPage()
                                || own.orElse(null) instanceof PageFault.Empty);
        int until = empty ? from : Math.min(seen.size(), from + size);
        Optional<Cursor> next =
                until < seen.size()
                        ? Optional.of(new Cursor(cursor.page() + 1, until, cursor.asOf()))
                        : Optional.empty();
        int totalPages = Math.max(1, (seen.size() + size - 1) / size);
        return new Page(
                seen.subList(from, until),
                own.orElse(null) instanceof PageFault.TotalPages lie ? lie.said() : totalPages,
                astray(request, own).or(() -> next.map(one -> address(request, one.text()))));
    }

    String self(Request request) {
        return base.get() + request.target();
    }

    private Optional<String> astray(Request request, Optional<Effect> own) {
        Effect effect = own.orElse(null);
        if (effect instanceof PageFault.Next wrong) {
            return Optional.of(
                    wrong.address()
                            .replace("{base}", base.get().toString())
                            .replace("{self}", self(request)));
        }
        return Optional.empty();
    }

    /** The address of the first page of the same list. */
    String first(Request request) {
        return base.get() + request.path() + query(request, "");
    }

    private String address(Request request, String cursor) {
        String encoded = URLEncoder.encode(cursor, StandardCharsets.UTF_8);
        return base.get() + request.path() + query(request, CURSOR + "=" + encoded);
    }

    /** The query as it came, with this cursor instead of its own. */
    private static String query(Request request, String cursor) {
        String came = request.target().substring(request.path().length()).replace("?", "");
        String kept =
                Arrays.stream(came.split("&"))
                        .filter(pair -> !pair.isEmpty() && !pair.startsWith(CURSOR + "="))
                        .collect(Collectors.joining("&"));
        String all = kept.isEmpty() || cursor.isEmpty() ? kept + cursor : kept + "&" + cursor;
        return all.isEmpty() ? "" : "?" + all;
    }

    private Cursor cursor(Request request, Listing all, Answers answers) {
        String text = request.query().get(CURSOR);
        if (text == null) {
            return new Cursor(1, 0, answers.pageShift() ? 0 : all.lastSeq());
        }
        if (!text.matches("\\d{1,6}/\\d{1,9}/\\d{1,18}")) {
            throw refusals.resource(400, "Field.Invalid", "cursor: this is none of ours: " + text);
        }
        String[] parts = text.split("/");
        return new Cursor(
                Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
    }
}
