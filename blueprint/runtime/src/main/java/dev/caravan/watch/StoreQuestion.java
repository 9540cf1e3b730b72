package dev.caravan.watch;

import dev.caravan.store.Database;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file {@code watch/NAME.sql}: how often it is asked, what each of its gauges is, and a SELECT
 * whose columns without a dot are labels and whose others are the gauges. Not thread-safe.
 */
final class StoreQuestion {
    private static final Pattern EVERY = Pattern.compile("-- every (\\d+)");
    private static final Pattern GAUGE = Pattern.compile("-- (caravan\\.[a-z.]+): (.+)");

    private static final String SECONDS = ".seconds";

    private final String sql;
    private final Duration every;
    private final Map<String, MultiGauge> gauges = new LinkedHashMap<>();

    private StoreQuestion(String text, MeterRegistry metrics) {
        this.sql = text;
        Matcher often = EVERY.matcher(text);
        this.every = Duration.ofSeconds(often.find() ? Long.parseLong(often.group(1)) : 60);
        Matcher gauge = GAUGE.matcher(text);
        while (gauge.find()) {
            String name = gauge.group(1);
            boolean seconds = name.endsWith(SECONDS);
            gauges.put(
                    name,
                    MultiGauge.builder(
                                    seconds
                                            ? name.substring(0, name.length() - SECONDS.length())
                                            : name)
                            .baseUnit(seconds ? "seconds" : null)
                            .description(gauge.group(2))
                            .register(metrics));
        }
    }

    static StoreQuestion of(String name, MeterRegistry metrics) {
        try (InputStream file =
                StoreQuestion.class.getResourceAsStream("/watch/" + name + ".sql")) {
            return new StoreQuestion(
                    new String(file.readAllBytes(), StandardCharsets.UTF_8), metrics);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Duration every() {
        return every;
    }

    void ask(Database database) {
        Map<String, List<MultiGauge.Row<?>>> rows = new HashMap<>();
        database.query(sql, row -> read(row, rows));
        gauges.forEach((name, gauge) -> gauge.register(rows.getOrDefault(name, List.of()), true));
    }

    private static Void read(ResultSet row, Map<String, List<MultiGauge.Row<?>>> rows)
            throws SQLException {
        ResultSetMetaData meta = row.getMetaData();
        Tags tags = Tags.empty();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            String column = meta.getColumnLabel(i);
            if (!column.contains(".")) {
                tags = tags.and(column, row.getString(i));
            } else if (row.getObject(i) != null) {
                rows.computeIfAbsent(column, name -> new ArrayList<>())
                        .add(MultiGauge.Row.of(tags, row.getDouble(i)));
            }
        }
        return null;
    }
}
