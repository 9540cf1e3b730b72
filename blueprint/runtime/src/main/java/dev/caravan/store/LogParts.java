package dev.caravan.store;

import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the log of changes in parts by month, makes those to come, and drops those, and what else
 * is history, that are older than the settings allow. What cannot be done now is done a minute
 * later. For one thread.
 */
public final class LogParts {
    private static final Logger LOG = LoggerFactory.getLogger(LogParts.class);

    private final Database database;
    private final int months;
    private final int history;
    private final OnceAMinute minute;

    /**
     * @param months how many whole months of changes are kept beside the one at hand
     * @param history how many months runs of pulls and refused records are kept
     */
    public LogParts(Database database, int months, int history, Clock clock) {
        this.database = database;
        this.months = months;
        this.history = history;
        this.minute = new OnceAMinute(clock);
    }

    /** Before any route starts: an era for a server that counts transactions from the start. */
    void settle() {
        ask("select caravan.settle_era()");
    }

    void keep() {
        minute.run(
                first -> {
                    try {
                        ask("select caravan.keep_parts(?)", months);
                        ask("select caravan.keep_history(?)", history);
                    } catch (SqlFault e) {
                        LOG.warn(
                                "CARAVAN-STORE-PARTS store: the parts of the change log could not"
                                        + " be kept: {}; tried again in a minute, entries go into"
                                        + " caravan.change_rest until then",
                                e.getMessage());
                    }
                });
    }

    private void ask(String sql, Object... arguments) {
        database.query(sql, row -> null, arguments);
    }
}
