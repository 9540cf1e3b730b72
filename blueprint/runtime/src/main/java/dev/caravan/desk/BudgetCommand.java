package dev.caravan.desk;

import dev.caravan.store.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * {@code budget}: calls that count, beside what the running provider's settings allow in 24 hours.
 * Stateless.
 */
final class BudgetCommand implements Command {
    private static final String ALLOWED = "calls.unattended";
    private static final String USED = "used";

    private final Question calls;
    private final Function<String, Map<String, String>> settings;

    /**
     * @param settings what a running provider runs with, empty where it does not
     */
    BudgetCommand(Database database, Function<String, Map<String, String>> settings) {
        this.calls = Question.of(database, "budget");
        this.settings = settings;
    }

    @Override
    public Usage usage() {
        return calls.usage();
    }

    @Override
    public Answer run(Arguments arguments) {
        Answer used = calls.run(arguments);
        if (used.rows().isEmpty()) {
            return used;
        }
        int at = used.columns().indexOf(USED) + 1;
        int provider = used.columns().indexOf("provider");
        List<String> columns = new ArrayList<>(used.columns());
        columns.add(at, "of");
        List<List<Object>> rows = new ArrayList<>();
        for (List<Object> row : used.rows()) {
            List<Object> with = new ArrayList<>(row);
            with.add(at, allowed(String.valueOf(row.get(provider))));
            rows.add(java.util.Collections.unmodifiableList(with));
        }
        return Answer.table(columns, rows);
    }

    /** Null where nothing is known or no limit is set. */
    private Long allowed(String provider) {
        String written = settings.apply(provider).getOrDefault(ALLOWED, "0").strip();
        long most = written.matches("\\d{1,9}") ? Long.parseLong(written) : 0;
        return most == 0 ? null : most;
    }

    @Override
    public List<String> choices(String name) {
        return calls.choices(name);
    }
}
