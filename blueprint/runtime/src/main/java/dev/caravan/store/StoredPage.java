package dev.caravan.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.caravan.connections.Pull;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.Exchange;

/**
 * Writes down a page that changed something, beside its changes: what was asked, and by which
 * versions it was read. A page without a change leaves nothing. Immutable.
 */
record StoredPage(Exchange exchange, Set<Read> reads, String route) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A mapping that read it. */
    record Read(String kind, String file, String version) {
        static Read of(Store.Deployed deployed) {
            return new Read(
                    deployed.table().name(),
                    deployed.mapping().file(),
                    deployed.mapping().version());
        }
    }

    static StoredPage of(PageWriter.Page page, String route) {
        Set<Read> reads = new LinkedHashSet<>();
        reads.add(Read.of(page.deployed()));
        page.further().forEach(further -> reads.add(Read.of(further.deployed())));
        return new StoredPage(page.exchange(), reads, route);
    }

    /** What was asked, of whom and by which pull. */
    record Asked(
            UUID connection,
            long pull,
            String kind,
            String endpoint,
            String account,
            String request) {}

    /** Keeps it where this transaction has changed a row. */
    void keep(Connection store) throws SQLException {
        Pull pull = Pull.of(exchange);
        keep(
                store,
                new Asked(
                        pull.connection(),
                        pull.id(),
                        Pull.kind(exchange),
                        Pull.endpoint(exchange),
                        Pull.accountKey(exchange),
                        exchange.getProperty("request", String.class)),
                correlation(),
                pull.attended(),
                mappings(reads),
                route);
    }

    /** The same for a record of a page of long ago that was sent through its mapping again. */
    static void keepReplayed(Connection store, Asked asked, Read read, String route)
            throws SQLException {
        keep(store, asked, null, false, mappings(Set.of(read)), route);
    }

    private static void keep(
            Connection store,
            Asked asked,
            UUID correlation,
            boolean attended,
            String mappings,
            String route)
            throws SQLException {
        Database.update(
                store,
                """
                insert into caravan.stored_page (connection_id, pull_id, kind, endpoint, account, request, correlation_id,
                  attended, mappings, route, software)
                select ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?
                where exists (select from caravan.change c where c.at = caravan.now() and c.era = caravan.current_era()
                  and c.xid = pg_current_xact_id())
                """,
                asked.connection(),
                asked.pull(),
                asked.kind(),
                asked.endpoint(),
                asked.account(),
                asked.request(),
                correlation,
                attended,
                mappings,
                route,
                Version.software());
    }

    private UUID correlation() {
        String told = exchange.getProperty("correlation", String.class);
        return told == null ? null : UUID.fromString(told);
    }

    private static String mappings(Set<Read> reads) {
        ArrayNode list = JSON.createArrayNode();
        for (Read read : reads) {
            list.addObject()
                    .put("kind", read.kind())
                    .put("file", read.file())
                    .put("version", read.version());
        }
        return list.toString();
    }
}
