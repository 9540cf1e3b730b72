package dev.caravan.store;

import dev.caravan.connections.Pull;
import dev.caravan.connections.Readings;
import dev.caravan.faults.BodyFault;
import dev.caravan.faults.Fault;
import dev.caravan.windows.Covered;
import dev.caravan.windows.DateWalk;
import dev.caravan.windows.PageWalk;
import dev.caravan.windows.Walk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;

/**
 * Writes one page inside one transaction: lease, rows of every mapping, cursor, mark and run
 * record. Where a record is refused it is set aside and the others go in. Immutable.
 */
final class PageWriter {
    private static final String SEARCH_MASKED =
            "with page as (select convert_from(?, 'UTF8')::jsonb as item, 1 as position, ?::jsonb"
                    + " as context) select mapped.raw::text from (%s) mapped";

    private static final String MAPPED =
            """
            with body as materialized (select convert_from(?, 'UTF8')::jsonb as whole),
            listed as (
              select found as items from body, unnest(?::text[]) with ordinality p(path, nth)
                cross join lateral (select whole #> string_to_array(path, '.') as found offset 0) f
              where jsonb_typeof(found) in ('array', 'object') order by nth limit 1),
            page as (
              select e.item, e.position::int as position, ?::jsonb as context
              from listed, jsonb_array_elements(
                case jsonb_typeof(items) when 'array' then items else jsonb_build_array(items) end)
                with ordinality e(item, position))
            select (to_jsonb(mapped) - 'raw' - 'content')::text from (%s) mapped
            order by mapped.position limit ?
            """;
    private static final String SEARCH_KEY =
            "with page as (select convert_from(?, 'UTF8')::jsonb as item, 1 as position, ?::jsonb"
                    + " as context) select (%s)::text from (%s) mapped";

    private static final String EQUAL = "select (convert_from(?, 'UTF8')::jsonb = ?::jsonb)::text";

    private final String provider;
    private final Envelope envelope;
    private final StoreContext context;
    private final String route;

    /**
     * @param route the version of the provider's routes
     */
    PageWriter(String provider, Envelope envelope, StoreContext context, String route) {
        this.route = route;
        this.provider = provider;
        this.envelope = envelope;
        this.context = context;
    }

    /**
     * What became of a page.
     *
     * @param elsewhere how many transactions changed by its further mappings
     */
    private record Told(PageResult result, int elsewhere) {}

    /** A further mapping of a page. */
    record Further(Store.Deployed deployed, Companion asked) {}

    /**
     * A page as it is to be stored.
     *
     * @param whole whether records that it does not name are gone
     */
    record Page(
            Store.Deployed deployed,
            List<Further> further,
            boolean whole,
            String part,
            byte[] body,
            Exchange exchange) {
        Pull pull() {
            return Pull.of(exchange);
        }

        Walk walk() {
            return Walk.of(exchange);
        }

        PageWalk pages() {
            return PageWalk.of(exchange);
        }

        /** Whether it may have changed rows that its result does not count. */
        boolean mayChangeMore() {
            return !further.isEmpty() || deployed.match() != null;
        }

        /** The kinds that its records are of, once it is the last of its answer. */
        List<Readings.Told> told() {
            List<Readings.Told> told = new ArrayList<>();
            told.add(told(deployed, true));
            for (Further each : further) {
                if (!each.asked().stub()) {
                    told.add(told(each));
                }
            }
            return told;
        }

        /** A further mapping of no set of its own may find nothing where nothing is told. */
        Readings.Told told(Further each) {
            return told(each.deployed(), !each.asked().part().isEmpty());
        }

        private Readings.Told told(Store.Deployed of, boolean sure) {
            String part = of.part().fixed();
            return new Readings.Told(
                    of.table().name(),
                    part.isEmpty() ? exchange.getProperty("kind", "", String.class) : part,
                    of.table().scope().equals("account_id"),
                    sure);
        }

        /** Whether a further mapping is of a set that the pages of this walk tell together. */
        boolean toldInPages(Further further) {
            return pages() != null
                    && !further.asked().stub()
                    && !further.asked().part().isEmpty()
                    && !further.deployed().part().each();
        }
    }

    /** What the mappings of a page make of it, by table; nothing is written. */
    Map<String, List<String>> mapped(Connection store, Page page, int most) throws SQLException {
        Map<String, List<String>> mapped = new LinkedHashMap<>();
        mapped.put(
                page.deployed().table().name(),
                mapped(store, page, page.deployed(), page.part(), most));
        for (Further also : page.further()) {
            if (!also.asked().stub()) {
                mapped.computeIfAbsent(also.deployed().table().name(), first -> new ArrayList<>())
                        .addAll(mapped(store, page, also.deployed(), also.asked().part(), most));
            }
        }
        return mapped;
    }

    private List<String> mapped(
            Connection store, Page page, Store.Deployed deployed, String part, int most)
            throws SQLException {
        return Database.query(
                store,
                MAPPED.formatted(deployed.mapping().select()),
                row -> row.getString(1),
                page.body(),
                store.createArrayOf("text", envelope.items(page.exchange())),
                context.of(page.exchange(), part),
                most);
    }

    PageResult commit(Connection store, Page page, boolean apart) throws SQLException {
        page.pull().hold(store);
        byte[] digest = digest(page);
        PageMark last = page.pages() == null ? PageMark.last(store, page.exchange()) : null;
        boolean known = last != null && Arrays.equals(last.digest(), digest);
        Told told = known ? new Told(last.again(), 0) : rows(store, page, apart);
        PageResult result = told.result();
        Walk walk = page.walk();
        if (walk != null) {
            walk.advance(store, result);
            Covered days = walk.covered(result);
            if (days != null && page.deployed().table().name().equals(Settlement.KIND)) {
                Coverage.keep(store, page.exchange(), days);
            }
        }
        boolean ends = walk == null || walk.endsWith(result);
        if (ends && page.whole() && page.pages() != null) {
            result = result.removing(gone(store, page, result));
        }
        int goneElsewhere = ends ? goneOfFurther(store, page) : 0;
        PageMark.keep(store, page.exchange(), digest, result, ends);
        // windows of dates go from today backwards: the first one has what is new
        if (ends || walk instanceof DateWalk) {
            page.pull().readings().told(store, page.exchange(), page.told());
        }
        if (page.deployed().table().name().equals(Settlement.KIND)
                && Pull.account(page.exchange()) != null
                && touched(result) + told.elsewhere() + goneElsewhere > 0) {
            Settlement.link(store, Pull.account(page.exchange()).id(), page.pull().id());
        }
        if (touched(result) + goneElsewhere > 0 || !known && page.mayChangeMore()) {
            StoredPage.of(page, route).keep(store);
        }
        page.pull().count(store, Pull.kind(page.exchange()), result);
        return result;
    }

    private static int touched(PageResult result) {
        return result.inserted() + result.changed() + result.removed();
    }

    private byte[] digest(Page page) {
        long seed = page.deployed().mapping().seed();
        for (Further further : page.further()) {
            seed = seed * 31 + further.deployed().mapping().seed();
        }
        return PageMark.digest(seed, context.of(page.exchange(), page.part()), page.body());
    }

    /** What a walk through a whole set did not name is gone, unless it may have missed some. */
    private int gone(Connection store, Page page, PageResult result) throws SQLException {
        if (result.rejected() > 0) {
            page.pages().incomplete();
        }
        Set<String> before = page.pages().wholeSet();
        if (before == null) {
            return 0;
        }
        Set<String> named = new LinkedHashSet<>(before);
        named.addAll(result.identities());
        return page.deployed()
                .statement()
                .gone(store, scope(store, page, page.deployed(), page.part(), false), named);
    }

    /** The same for the sets that further mappings of the walk's pages told. */
    private int goneOfFurther(Connection store, Page page) throws SQLException {
        int gone = 0;
        for (Further further : page.further()) {
            Set<String> named =
                    page.toldInPages(further) ? page.pages().wholeSet(further.asked()) : null;
            if (named != null) {
                PageStatement.Scope scope =
                        scope(store, page, further.deployed(), further.asked().part(), false);
                gone += further.deployed().statement().gone(store, scope, named);
            }
        }
        return gone;
    }

    private Told rows(Connection store, Page page, boolean apart) throws SQLException {
        if (!apart) {
            found(store, page, page.body(), envelope.items(page.exchange()));
            return run(store, page, page.body(), true);
        }
        if (page.pages() != null) {
            page.pages().incomplete();
        }
        return apart(store, page);
    }

    /** Accounts that come back under other ids are known before the page is looked at. */
    private void found(Connection store, Page page, byte[] body, String[] items)
            throws SQLException {
        AccountMatch match = page.deployed().match();
        if (match != null) {
            match.find(
                    store,
                    body,
                    items,
                    context.of(page.exchange(), page.part()),
                    page.pull().connection(),
                    page.pages() == null || page.pages().isAlone(),
                    page.pull().id());
        }
    }

    /** Every mapping of the page: stubs first, then the page's own, then what else it tells. */
    private Told run(Connection store, Page page, byte[] body, boolean enveloped)
            throws SQLException {
        for (Further further : page.further()) {
            if (further.asked().stub()) {
                further(store, page, further, body, enveloped, PageStatement.Mode.STUB);
            }
        }
        PageStatement.Mode mode =
                page.pages() != null
                        ? PageStatement.Mode.PAGE
                        : page.whole() && enveloped
                                ? PageStatement.Mode.REPLACE
                                : PageStatement.Mode.MERGE;
        PageResult result =
                page.deployed()
                        .statement()
                        .run(
                                store,
                                body,
                                scope(store, page, page.deployed(), page.part(), enveloped),
                                mode);
        if (enveloped) {
            whole(page, result);
        }
        int elsewhere = 0;
        for (Further further : page.further()) {
            if (!further.asked().stub()) {
                PageStatement.Mode how = mode(page, further, enveloped);
                PageResult told = further(store, page, further, body, enveloped, how);
                result = result.counting(told.counts());
                elsewhere +=
                        further.deployed().table().name().equals(Settlement.KIND)
                                ? touched(told)
                                : 0;
            }
        }
        return new Told(result, elsewhere);
    }

    private static PageStatement.Mode mode(Page page, Further further, boolean enveloped) {
        if (page.toldInPages(further)) {
            return PageStatement.Mode.PAGE;
        }
        return enveloped && !further.asked().part().isEmpty()
                ? PageStatement.Mode.REPLACE
                : PageStatement.Mode.MERGE;
    }

    private PageResult further(
            Connection store,
            Page page,
            Further further,
            byte[] body,
            boolean enveloped,
            PageStatement.Mode mode)
            throws SQLException {
        PageResult result =
                further.deployed()
                        .statement()
                        .run(
                                store,
                                body,
                                scope(
                                        store,
                                        page,
                                        further.deployed(),
                                        further.asked().part(),
                                        enveloped),
                                mode);
        if (mode == PageStatement.Mode.PAGE) {
            page.pages().met(further.asked(), result.identities());
        }
        if (mode != PageStatement.Mode.STUB && result.seen() > 0) {
            page.pull().readings().saw(page.exchange(), page.told(further));
        }
        if (mode != PageStatement.Mode.STUB && enveloped) {
            page.pull().count(store, further.deployed().table().name(), result);
        }
        return result;
    }

    private PageStatement.Scope scope(
            Connection store, Page page, Store.Deployed deployed, String part, boolean enveloped)
            throws SQLException {
        return new PageStatement.Scope(
                scope(deployed.table(), page.exchange()),
                page.pull().connection(),
                context.of(page.exchange(), part),
                enveloped ? envelope.items(page.exchange()) : new String[] {""},
                envelope.status(),
                deployed.part().of(page.exchange()),
                page.pages() == null ? "{}" : page.pages().before(store),
                page.pull().id());
    }

    /** What identities of a table are unique in; null where each record names its account. */
    Object scope(Table table, Exchange exchange) {
        return table.scope().equals("account_id")
                ? Pull.accountId(exchange)
                : Pull.of(exchange).connection();
    }

    /**
     * A page with refused records: they are set aside, the others go in, and nothing counts as
     * gone.
     */
    private Told apart(Connection store, Page page) throws SQLException {
        List<byte[]> items;
        try {
            items = JsonItems.atFirst(envelope.items(page.exchange()), page.body());
        } catch (IOException e) {
            throw broken(page, "no JSON: " + page.body().length + " bytes that do not parse");
        }
        List<Rejects.Reject> rejects =
                Rejects.among(store, items, some -> run(store, page, JsonItems.array(some), false));
        Set<byte[]> refused = new HashSet<>();
        for (Rejects.Reject reject : rejects) {
            refused.add(reject.item());
            keep(store, page, reject);
        }
        List<byte[]> good = new ArrayList<>(items);
        good.removeIf(refused::contains);
        found(store, page, JsonItems.array(good), new String[] {""});
        Told told = run(store, page, JsonItems.array(good), false);
        return new Told(told.result().rejecting(items.size(), rejects.size()), told.elsewhere());
    }

    private void keep(Connection store, Page page, Rejects.Reject reject) throws SQLException {
        Masked masked = masked(store, page, reject);
        Database.update(
                store,
                """
                insert into caravan.rejected_record as r (provider, connection_id, account_id, kind, pull_id, page,
                  position, reason, sqlstate, payload, payload_cut, way, payload_hash)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, sha256(?))
                on conflict (connection_id, coalesce(account_id, 0), kind, payload_hash) do update
                  set last_seen_at = caravan.now(), times = r.times + 1, pull_id = excluded.pull_id,
                    page = excluded.page, position = excluded.position, reason = excluded.reason,
                    payload = excluded.payload, payload_cut = excluded.payload_cut, way = excluded.way,
                    settled_at = null, settled_how = null, settled_by = null
                """,
                provider,
                page.pull().connection(),
                Pull.accountId(page.exchange()),
                Pull.kind(page.exchange()),
                page.pull().id(),
                String.valueOf(page.exchange().getProperty("request")),
                reject.position(),
                reject.reason(),
                reject.state(),
                masked.payload(),
                masked.cut(),
                Way.of(page, context.of(page.exchange(), page.part())).json(),
                reject.item());
    }

    /**
     * A payload as it may be kept.
     *
     * @param cut whether something may be masked that its identity hangs on
     */
    private record Masked(String payload, boolean cut) {}

    /**
     * The payload as the mapping masks it; where not even that works, with every long number cut.
     */
    private Masked masked(Connection store, Page page, Rejects.Reject reject) throws SQLException {
        byte[] item = Rejects.storable(reject.item());
        String knows = context.of(page.exchange(), page.part());
        List<String> masked =
                tried(
                        store,
                        SEARCH_MASKED.formatted(page.deployed().mapping().select()),
                        item,
                        knows);
        // a mapping may leave a record to another one of its page
        if (masked.size() == 1 && masked.get(0) != null) {
            return new Masked(masked.get(0), !sameKey(store, page, item, masked.get(0), knows));
        }
        String text = JsonItems.text(reject.item());
        String cut = text.replaceAll("\\d{9,15}(?=\\d{4})", "************");
        return new Masked(cut, !cut.equals(text));
    }

    private static List<String> tried(Connection store, String sql, byte[] item, String knows)
            throws SQLException {
        Savepoint before = store.setSavepoint();
        try {
            return Database.query(store, sql, row -> row.getString(1), item, knows);
        } catch (SQLException e) {
            store.rollback(before);
            return List.of();
        }
    }

    /** Whether a masked payload is known by the same key; a key that does not work out may not. */
    private static boolean sameKey(
            Connection store, Page page, byte[] item, String masked, String knows)
            throws SQLException {
        if (tried(store, EQUAL, item, masked).contains("true")) {
            return true;
        }
        byte[] other = masked.getBytes(StandardCharsets.UTF_8);
        String sql =
                SEARCH_KEY.formatted(
                        page.deployed().mapping().key(), page.deployed().mapping().select());
        List<String> key = tried(store, sql, item, knows);
        return key.size() == 1 && key.get(0) != null && key.equals(tried(store, sql, other, knows));
    }

    private void whole(Page page, PageResult result) {
        if (!"array".equals(result.shape()) && !"object".equals(result.shape())) {
            throw broken(
                    page, "no records at " + String.join(" or ", envelope.items(page.exchange())));
        }
        if (result.envelope() != null && !result.envelope().equals(envelope.complete())) {
            throw broken(page, "status " + result.envelope() + ", not " + envelope.complete());
        }
    }

    private BodyFault broken(Page page, String found) {
        return new BodyFault(
                new Fault.Account(
                        "CARAVAN-BODY",
                        provider,
                        String.valueOf(page.exchange().getProperty("request")),
                        "answered with " + found,
                        "nothing of the page was stored; it is asked again",
                        null));
    }
}
