package dev.caravan.sandbox.trac;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Answers one page of any list (contract 5): finds the place, scans, lets a fault spoil the page,
 * and wraps it. Safe for use by many threads.
 */
final class Pager {
    /**
     * What is listed.
     *
     * @param name the key of the array in the envelope
     * @param path what a start_key is bound to
     * @param bareAtEnd whether the last page is a bare array
     */
    record Listing<T>(
            String name,
            String path,
            Map<String, Slots<T>> lists,
            Predicate<T> wanted,
            Function<T, ObjectNode> show,
            boolean bareAtEnd) {}

    private final Supplier<TracSettings> settings;
    private final StartKey keys;

    Pager(Supplier<TracSettings> settings, StartKey keys) {
        this.settings = settings;
        this.keys = keys;
    }

    <T> Reply page(Listing<T> listing, Query query, Optional<Effect> own) {
        TracSettings now = settings.get();
        int perPage = query.perPage(now.perPageDefault(), now.perPageMaximum());
        Scan<T> scan = new Scan<>(listing.lists(), listing.wanted(), perPage, now.emptyPages());
        StartKey.Opened from = opened(listing.path(), query, scan);
        Scan.Page<T> page = scan.page(from.place());
        List<T> rows = new ArrayList<>(scan.before(from.place(), now.repeatedRows()));
        rows.addAll(page.items());
        Optional<StartKey.Opened> next =
                page.next().map(place -> new StartKey.Opened(place, Optional.empty(), 0));
        List<ObjectNode> shown = new ArrayList<>();
        rows.forEach(row -> shown.add(listing.show().apply(row)));
        if (own.orElse(null) instanceof PageFault fault) {
            next = Spoiler.next(fault, from, next);
            Spoiler.spoil(fault, shown, () -> any(listing));
        }
        return wrapped(listing, shown, next.map(key -> keys.seal(listing.path(), key)), own);
    }

    private <T> StartKey.Opened opened(String path, Query query, Scan<T> scan) {
        if (query.startKey().isEmpty()) {
            return new StartKey.Opened(scan.start(), Optional.empty(), 0);
        }
        Optional<StartKey.Opened> key =
                keys.open(path, query.startKey().get()).filter(one -> scan.knows(one.place()));
        query.check(key.isPresent(), "start_key is not one that was given for this list");
        return key.get();
    }

    private static <T> Optional<ObjectNode> any(Listing<T> listing) {
        return listing.lists().values().stream()
                .flatMap(list -> list.find(row -> true).stream())
                .findFirst()
                .map(listing.show());
    }

    private <T> Reply wrapped(
            Listing<T> listing,
            List<ObjectNode> rows,
            Optional<String> lastKey,
            Optional<Effect> own) {
        ArrayNode array = Json.object().putArray("rows");
        rows.forEach(array::add);
        boolean forced = own.orElse(null) instanceof PageFault.BareArray;
        if (forced || listing.bareAtEnd() && lastKey.isEmpty()) {
            return Reply.json(200, array);
        }
        ObjectNode envelope = Json.object();
        String name =
                own.orElse(null) instanceof PageFault.Renamed other ? other.name() : listing.name();
        envelope.set(name, array);
        String end = settings.get().lastKeyAtEnd();
        if (lastKey.isPresent() || end.equals("empty")) {
            envelope.put("lastKey", lastKey.orElse(""));
        } else if (end.equals("null")) {
            envelope.putNull("lastKey");
        }
        if (settings.get().extraFields()) {
            envelope.put("scannedUntil", rows.size());
        }
        return Reply.json(200, envelope);
    }
}
