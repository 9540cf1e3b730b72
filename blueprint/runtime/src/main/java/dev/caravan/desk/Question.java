package dev.caravan.desk;

import dev.caravan.store.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A command that is a question to the store: a file {@code desk/NAME.sql} whose first line is how
 * it is called and in which {@code :name} is an argument, null where it was not given. Safe for any
 * number of threads.
 */
final class Question implements Command {
    private static final Pattern NAME = Pattern.compile("(?<!:):([a-z]+)");

    private final Database database;
    private final Usage usage;
    private final String sql;
    private final List<String> names;

    private Question(Database database, Usage usage, String sql, List<String> names) {
        this.database = database;
        this.usage = usage;
        this.sql = sql;
        this.names = names;
    }

    static Question of(Database database, String name) {
        String text = read(name);
        int end = text.indexOf('\n');
        String body = text.substring(end + 1);
        List<String> names = NAME.matcher(body).results().map(found -> found.group(1)).toList();
        return new Question(
                database,
                Usage.of(text.substring(3, end)),
                NAME.matcher(body).replaceAll(Matcher.quoteReplacement("?::text")),
                names);
    }

    private static String read(String name) {
        try (InputStream file = Question.class.getResourceAsStream("/desk/" + name + ".sql")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Usage usage() {
        return usage;
    }

    @Override
    public Answer run(Arguments arguments) {
        List<String> columns = new ArrayList<>();
        List<List<Object>> rows =
                database.inTransaction(
                        store -> {
                            Database.update(store, "set transaction read only");
                            return Database.query(
                                    store,
                                    sql,
                                    row -> row(row, columns),
                                    names.stream().map(arguments::get).toArray());
                        });
        boolean named =
                Stream.concat(usage.needed().stream(), usage.wanted().stream())
                        .anyMatch(arguments::has);
        return named && rows.isEmpty()
                ? Answer.said(Answer.NOTHING, "nothing of that name")
                : Answer.table(columns, rows);
    }

    private static List<Object> row(ResultSet row, List<String> columns) throws SQLException {
        ResultSetMetaData meta = row.getMetaData();
        if (columns.isEmpty()) {
            for (int i = 1; i <= meta.getColumnCount(); i++) {
                columns.add(meta.getColumnLabel(i));
            }
        }
        List<Object> values = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            Object value = row.getObject(i);
            values.add(
                    value instanceof Number || value instanceof Boolean ? value : row.getString(i));
        }
        return java.util.Collections.unmodifiableList(values);
    }

    @Override
    public List<String> choices(String name) {
        String of =
                switch (name) {
                    case "provider" -> "select distinct provider from ledger.connection order by 1";
                    case "connection" ->
                            "select connection_id::text from ledger.connection order by 1 limit"
                                    + " 100";
                    case "account" ->
                            "select account_id::text from ledger.account where removed_at is null"
                                    + " order by account_id limit 100";
                    default -> "";
                };
        return of.isEmpty() ? List.of() : database.query(of, row -> row.getString(1));
    }
}
