package dev.caravan.sandbox.trac;

import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.http.Reply;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The transactions of an organization in two passes, till sales and top-ups (contract T9). A parent
 * repeats the rows of all below it. Safe for use by many threads.
 */
final class TransactionList {
    private static final Set<String> PARAMETERS =
            Set.of("per_page", "start_key", "member_txns", "member_txns_sales");
    private final Supplier<TracSettings> settings;
    private final Clock clock;
    private final World world;
    private final Pager pager;

    TransactionList(Supplier<TracSettings> settings, Clock clock, World world, Pager pager) {
        this.settings = settings;
        this.clock = clock;
        this.world = world;
        this.pager = pager;
    }

    Reply page(Organization asked, Query query, Installation caller, Optional<Effect> own) {
        TracSettings now = settings.get();
        Shown shown = new Shown(now.extraFields(), now.slug(), clock.instant());
        if (now.strictQuery()) {
            query.only(PARAMETERS);
        }
        // rows without a member, which is all that is left without member_txns, do not exist here
        boolean members = query.flag("member_txns");
        boolean sales = query.flag("member_txns_sales");
        Predicate<Transaction> pass = row -> members && row.sale() == sales;
        return pager.page(
                new Pager.Listing<>(
                        "transactions",
                        caller.id() + "/transactions/" + asked.id(),
                        world.lists(
                                asked, caller, now.parentsRepeat(), Organization::transactionSlots),
                        pass.and(fields(shown).wanted(query, now.strictQuery())),
                        row -> shown.transaction(row, world.member(row)),
                        false),
                query,
                own);
    }

    private static Fields<Transaction> fields(Shown shown) {
        return new Fields<Transaction>()
                .text("core.state", shown::state)
                .text("meta.transactionId", Transaction::id)
                .text("meta.memberId", Transaction::memberId)
                .text("meta.purseId", Transaction::purseId)
                .moment("meta.createdAt", Transaction::createdMillis);
    }
}
