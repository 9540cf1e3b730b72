package dev.caravan.windows;

import dev.caravan.store.PageResult;
import java.sql.Connection;
import java.sql.SQLException;
import org.apache.camel.Exchange;

/**
 * A way through a resource that no single answer holds, page by page or window by window. The store
 * moves it in the transaction of each page's rows. For the thread of one exchange.
 */
public sealed interface Walk permits DateWalk, PageWalk {

    /** The walk of an exchange, null where its resource is one answer. */
    static Walk of(Exchange exchange) {
        PageWalk pages = PageWalk.of(exchange);
        return pages != null ? pages : exchange.getProperty("window", DateWalk.class);
    }

    /** Writes how far the walk is with this page, inside the transaction of its rows. */
    void advance(Connection store, PageResult page) throws SQLException;

    /** Whether this page is the walk's last. */
    boolean endsWith(PageResult page);

    /** The page is committed: on to the next, or the end. */
    void stored(PageResult page);

    /** Whether there is something left to ask for. */
    boolean isOpen();

    /**
     * The days that are whole in the store with this page; null where none are yet, or where it is
     * not certain that the provider told all of them.
     */
    Covered covered(PageResult page);

    /** Ends the walk where it is; what is committed stays, and it goes on from there. */
    void stop();
}
