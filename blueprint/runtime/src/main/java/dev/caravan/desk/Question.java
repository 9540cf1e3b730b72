package dev.caravan.desk;

import dev.caravan.store.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A command that is a question to the store: a file {@code desk/NAME.sql} whose first line is how
 * it is called and in which {@code :name} is an argument, null where it was not given. Further
 * queries behind lines {@code -- part: NAME} are parts of the answer. Safe for any number of
 * threads.
 */
final class Question implements Command {
    private static final Pattern NAME = Pattern.compile("(?<!:):([a-z]+)");
    private static final Pattern NUMBER = Pattern.compile("(?<!:):([a-z]+)::(?:bigint|int)\\b");
    private static final Pattern PART = Pattern.compile("(?m)^-- part: (.+)$");

    private final Database database;
    private final Usage usage;
    private final Query whole;
    private final Map<String, Query> parts;

    /** One SELECT and the arguments that it names, in their order. */
    private record Query(String sql, List<String> names, List<String> numbers) {
        static Query of(String written) {
            return new Query(
                    NAME.matcher(written).replaceAll(Matcher.quoteReplacement("?::text")),
                    NAME.matcher(written).results().map(found -> found.group(1)).toList(),
                    NUMBER.matcher(written).results().map(found -> found.group(1)).toList());
        }

        Answer ask(Connection store, Arguments arguments) throws SQLException {
            List<String> columns = new ArrayList<>();
            List<List<Object>> rows =
                    Database.query(
                            store,
                            sql,
                            row -> row(row, columns),
                            names.stream().map(arguments::get).toArray());
            return Answer.table(columns, rows);
        }
    }

    private Question(Database database, Usage usage, Query whole, Map<String, Query> parts) {
        this.database = database;
        this.usage = usage;
        this.whole = whole;
        this.parts = parts;
    }

    static Question of(Database database, String name) {
        String text = read(name);
        int end = text.indexOf('\n');
        String[] queries = PART.split(text.substring(end + 1));
        List<String> names = PART.matcher(text).results().map(found -> found.group(1)).toList();
        Map<String, Query> parts = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            parts.put(names.get(i), Query.of(queries[i + 1]));
        }
        return new Question(
                database, Usage.of(text.substring(3, end)), Query.of(queries[0]), parts);
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
        // PostgreSQL looks at a cast only where there is a row to compare with
        Optional<String> word =
                whole.numbers().stream()
                        .filter(arguments::has)
                        .map(arguments::get)
                        .filter(given -> !given.matches("\\d{1,18}"))
                        .findFirst();
        if (word.isPresent()) {
            return Answer.said(
                    Answer.USAGE,
                    "expected "
                            + usage.line()
                            + ", found "
                            + word.get()
                            + " where a number belongs");
        }
        Answer answer =
                database.inTransaction(
                        store -> {
                            Database.update(store, "set transaction read only");
                            return ask(store, arguments);
                        });
        boolean named =
                Stream.concat(usage.needed().stream(), usage.wanted().stream())
                        .anyMatch(arguments::has);
        return named && answer.rows().isEmpty()
                ? Answer.said(Answer.NOTHING, "nothing of that name")
                : answer;
    }

    private Answer ask(Connection store, Arguments arguments) throws SQLException {
        Answer found = whole.ask(store, arguments);
        if (parts.isEmpty() || found.rows().isEmpty()) {
            return found;
        }
        Map<String, Answer> all = new LinkedHashMap<>();
        for (Map.Entry<String, Query> part : parts.entrySet()) {
            all.put(part.getKey(), part.getValue().ask(store, arguments));
        }
        return new Answer(found.code(), found.columns(), found.rows(), found.remark(), all);
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
