package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.Request;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Transactions page by page, the youngest row first, tied together by Links.Next. Every walk that
 * follows Next to its end meets each row of the window at least once. Safe for use by many threads.
 */
final class TransactionPages {
    private final Supplier<LeatherbackSettings> settings;
    private final Supplier<String> base;

    TransactionPages(Supplier<LeatherbackSettings> settings, Supplier<String> base) {
        this.settings = settings;
        this.base = base;
    }

    ObjectNode answer(Request request, BankAccount account, Consent consent, Effect effect) {
        Cursor at = cursor(request, consent);
        int size = settings.get().pageSize();
        Ledger.Slice slice =
                account.ledger().slice(at.from(), at.to(), wanted(consent), at.offset(), size);
        boolean empty = effect instanceof OwnEffect.EmptyPage || emptyBefore(at);
        ObjectNode answer = Json.object();
        ArrayNode rows = answer.putObject("Data").putArray("Transaction");
        if (!empty) {
            slice.rows().forEach(row -> rows.add(shown(account, row, consent)));
        }
        RowFaults.work(rows, effect);
        String self = base.get() + request.target();
        ObjectNode links = answer.putObject("Links").put("Self", self);
        String path = base.get() + request.path() + "?cursor=";
        boolean more = at.offset() + slice.rows().size() < slice.total();
        if (effect instanceof OwnEffect.Next foreign) {
            links.put("Next", foreign.url().isEmpty() ? self : foreign.url());
        } else if (effect instanceof OwnEffect.Cycle && at.page() > 1) {
            links.put("Next", path + at.first().text());
        } else if (empty) {
            links.put("Next", path + at.afterEmpty().text());
        } else if (more) {
            links.put("Next", path + at.next(nextOffset(at, slice.rows())).text());
        }
        meta(answer.putObject("Meta"), account, consent, slice.total());
        return answer;
    }

    private Cursor cursor(Request request, Consent consent) {
        String text = request.query().get("cursor");
        if (text == null) {
            BookingWindow window = BookingWindow.of(request.query(), settings.get(), consent);
            return new Cursor(window.from(), window.to(), 0, 1, 0);
        }
        try {
            return Cursor.read(text);
        } catch (IllegalArgumentException foreign) {
            throw ObieError.badRequest(ObieError.FIELD_INVALID, "cursor: unknown", "cursor");
        }
    }

    private boolean emptyBefore(Cursor at) {
        int every = settings.get().emptyPageEvery();
        return every > 0 && at.page() % every == 0 && at.empties() == 0;
    }

    /** Sometimes the last row comes again, only where its id lets a caller see that. */
    private int nextOffset(Cursor at, List<Transaction> rows) {
        boolean again =
                settings.get().repeatRows()
                        && at.page() % 3 == 1
                        && rows.size() > 1
                        && !rows.get(rows.size() - 1).id().isEmpty();
        return at.offset() + rows.size() - (again ? 1 : 0);
    }

    private static Predicate<Transaction> wanted(Consent consent) {
        boolean in = consent.may("ReadTransactionsCredits");
        boolean out = consent.may("ReadTransactionsDebits");
        return in && out ? Ledger.EVERY : row -> row.credit() ? in : out;
    }

    private ObjectNode shown(BankAccount account, Transaction row, Consent consent) {
        boolean volatileIds = settings.get().volatileTransactionIds() && !row.id().isEmpty();
        Transaction given = volatileIds ? row.withId("LBV" + UUID.randomUUID()) : row;
        return TransactionJson.of(account, given, consent.may("ReadTransactionsDetail"));
    }

    private void meta(ObjectNode meta, BankAccount account, Consent consent, int total) {
        int size = settings.get().pageSize();
        if (settings.get().totalPages()) {
            meta.put("TotalPages", Math.max(1, (total + size - 1) / size));
        }
        meta.put("FirstAvailableDateTime", account.openedOn() + "T00:00:00+00:00");
        meta.put("LastAvailableDateTime", Stamp.ticks(account.now()));
    }
}
