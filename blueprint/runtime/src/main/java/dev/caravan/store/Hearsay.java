package dev.caravan.store;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/**
 * What is kept of a thing beside its rows: the bodies of its events, records of it that were
 * refused, and the requests for it. An event stays as a line without a body, a page as a line
 * without its request, a refused record goes. Stateless.
 */
final class Hearsay {
    private Hearsay() {}

    /**
     * @param key what the provider calls the thing: the entity of its events; a refused record
     *     names it as a JSON string, or was asked for by it
     */
    static void erase(Connection store, UUID connection, String key) throws SQLException {
        Database.update(
                store,
                "update caravan.inbox set body = '', headers = '{}', body_hash = '' where"
                        + " connection_id = ? and entity = ? and body <> ''",
                connection,
                key);
        String quoted = '"' + new String(JsonStringEncoder.getInstance().quoteAsString(key)) + '"';
        String asked = '=' + URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
        Database.update(
                store,
                """
                delete from caravan.rejected_record where connection_id = ? and (position(? in payload) > 0
                  or right(page, length(?)) = ? or position(? in page) > 0)
                """,
                connection,
                quoted,
                asked,
                asked,
                asked + "&");
        Database.update(
                store,
                """
                delete from caravan.derivation where connection_id = ?
                  and (part_value = ? or exists (select from jsonb_each_text(context -> 'about') a where a.value = ?))
                """,
                connection,
                key,
                key);
        Database.update(
                store,
                """
                update caravan.stored_page set request = null, account = '-' where connection_id = ?
                  and (? = any (string_to_array(account, '/')) or position(? in request) > 0 or position(? in request) > 0)
                """,
                connection,
                key,
                key,
                asked);
    }
}
