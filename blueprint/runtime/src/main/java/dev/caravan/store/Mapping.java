package dev.caravan.store;

import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;

/**
 * A mapping file: one SELECT over {@code page(item jsonb, position int, context jsonb)} that yields
 * canonical column names. Beside columns of the table it yields {@code position}, and {@code
 * provider_key} (the provider's stable id) or {@code fingerprint} (what tells two records apart
 * where there is no id), and may yield {@code content} (what of the item counts as a change),
 * {@code line} (a number that tells the rows of one item apart), {@code account_key} (the account
 * the record belongs to, as provider_account_id), {@code watermark} (the instant that a walk
 * remembers), and {@code former_key} and {@code former_fingerprint} (what the record was known by
 * before). Immutable.
 */
final class Mapping {
    private static final Set<String> KEYS =
            Set.of(
                    "position",
                    "line",
                    "provider_key",
                    "fingerprint",
                    "content",
                    "account_key",
                    "watermark",
                    "former_key",
                    "former_fingerprint");

    private static final Pattern AGAIN = Pattern.compile("(?m)^\\s*-- again: (.+)$");

    private final String file;
    private final String version;
    private final String select;
    private final Set<String> columns;
    private final String settings;

    private Mapping(
            String file, String version, String select, Set<String> columns, String settings) {
        this.settings = settings;
        this.file = file;
        this.version = version;
        this.select = select;
        this.columns = columns;
    }

    /**
     * Asks the store what the mapping yields.
     *
     * @param settings what it may know beside its rows, as one text
     * @throws SetupFault with file, line and column where PostgreSQL refuses it
     */
    static Mapping read(
            Connection store, String provider, String file, String text, String settings)
            throws SQLException {
        String select = text.strip().replaceAll(";$", "");
        String head =
                "with page as (select null::jsonb as item, 1 as position, null::jsonb as context"
                        + " where false) select * from (\n";
        try (PreparedStatement probe = store.prepareStatement(head + select + "\n) mapped")) {
            ResultSetMetaData shape = probe.getMetaData();
            Set<String> columns = new LinkedHashSet<>();
            for (int i = 1; i <= shape.getColumnCount(); i++) {
                columns.add(shape.getColumnLabel(i));
            }
            return new Mapping(file, Version.of(text), select, columns, settings).checked(provider);
        } catch (PSQLException e) {
            throw refused(provider, file, place(e, head, select) + " " + reason(e));
        }
    }

    private Mapping checked(String provider) {
        if (!columns.contains("position")) {
            throw refused(provider, file, "yields no column position");
        }
        if (!columns.contains("provider_key") && !columns.contains("fingerprint")) {
            throw refused(provider, file, "yields neither provider_key nor fingerprint");
        }
        return this;
    }

    static SetupFault refused(String provider, String file, String found) {
        return new SetupFault(
                new Fault.Account(
                        "CARAVAN-MAPPING",
                        provider,
                        file,
                        found,
                        "mend the file; what ran before runs on",
                        null));
    }

    private static String reason(PSQLException e) {
        return e.getServerErrorMessage() == null
                ? String.valueOf(e.getMessage())
                : e.getServerErrorMessage().getMessage();
    }

    private static String place(PSQLException e, String head, String select) {
        if (e.getServerErrorMessage() == null || e.getServerErrorMessage().getPosition() == 0) {
            return "line 1:";
        }
        return place(select, e.getServerErrorMessage().getPosition() - head.length() - 1) + ":";
    }

    /** Where a column is named that it yields, with a blank behind; empty where nobody knows. */
    String place(String column) {
        Matcher named = Pattern.compile("\\b" + Pattern.quote(column) + "\\b").matcher(select);
        int offset = -1;
        while (named.find()) {
            offset = named.start();
        }
        return offset < 0 ? "" : place(select, offset) + ": ";
    }

    private static String place(String select, int offset) {
        String before = select.substring(0, Math.max(0, Math.min(offset, select.length())));
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        return "line " + line + ", column " + (before.length() - before.lastIndexOf('\n'));
    }

    String file() {
        return file;
    }

    /** Which text of the file it is. */
    String version() {
        return version;
    }

    String select() {
        return select;
    }

    /**
     * SQL that makes the item of a row again, over its columns; null where the payload is the item.
     */
    String again() {
        Matcher line = AGAIN.matcher(select);
        return line.find() ? line.group(1).strip() : null;
    }

    /** The same reading the clock of {@code context.now}, so that it says what it said then. */
    String selectAsOf() {
        return select.replace(
                "caravan.now()", "(select (context ->> 'now')::timestamptz from page limit 1)");
    }

    /** SQL that names how its rows are read, over {@code g} (connection, part and context). */
    String derivation(String table, Part part) {
        return "caravan.derivation_of(g.connection, '%s', '%s', '%s', %s, '%s', g.part, g.context)"
                .formatted(table, file.replace("'", "''"), version, seed(), part.written());
    }

    boolean yields(String column) {
        return columns.contains(column);
    }

    /** Whether it says what its records were known by before. */
    boolean renames() {
        return yields("former_key") || yields("former_fingerprint");
    }

    /** What tells its records apart, as SQL over what it yields. */
    String key() {
        return yields("provider_key") && yields("fingerprint")
                ? "coalesce(provider_key::text, fingerprint::text)"
                : yields("provider_key") ? "provider_key" : "fingerprint";
    }

    /** The columns that go into the table, in the order of the mapping. */
    Set<String> canonical() {
        Set<String> canonical = new LinkedHashSet<>(columns);
        canonical.removeAll(KEYS);
        return canonical;
    }

    /**
     * Differs for every text of the mapping and the settings it may know, so that one that was
     * edited maps its rows again.
     */
    long seed() {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest((select + settings).getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
