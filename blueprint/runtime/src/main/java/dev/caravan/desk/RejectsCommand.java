package dev.caravan.desk;

import dev.caravan.deploy.Deployer;
import dev.caravan.store.Database;
import dev.caravan.store.Replayed;
import dev.caravan.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code rejects}: records that the store refused, and trying them again. Stateless. */
final class RejectsCommand implements Command {
    private static final int AT_ONCE = 10_000;

    private final Question records;
    private final Database database;
    private final Deployer deployer;

    RejectsCommand(Database database, Deployer deployer) {
        this.records = Question.of(database, "rejects");
        this.database = database;
        this.deployer = deployer;
    }

    @Override
    public Usage usage() {
        return records.usage();
    }

    @Override
    public Answer run(Arguments arguments) {
        if (!arguments.has("replay")) {
            return records.run(arguments);
        }
        boolean all = arguments.has("provider") && arguments.has("kind");
        if (all == arguments.has("id")) {
            return Answer.said(
                    Answer.USAGE,
                    "expected an id, or --provider NAME and --kind KIND, with --replay");
        }
        return all ? all(arguments) : one(arguments);
    }

    private Answer one(Arguments arguments) {
        long id =
                arguments.get("id").matches("\\d{1,18}") ? Long.parseLong(arguments.get("id")) : -1;
        Optional<String> provider =
                database.first(
                        "select provider from caravan.rejected_record where id = ?",
                        row -> row.getString(1),
                        id);
        if (provider.isEmpty()) {
            return Answer.said(Answer.NOTHING, "no such record");
        }
        Optional<Store> store = store(provider.get());
        if (store.isEmpty()) {
            return idle(provider.get());
        }
        Replayed replayed = store.get().replay(id, arguments.who());
        return new Answer(
                replayed.how() == Replayed.How.REFUSED ? Answer.TROUBLE : Answer.GOOD,
                List.of("id", "how", "why"),
                List.of(List.of(id, replayed.how().word(), replayed.why())),
                replayed.why());
    }

    private Answer all(Arguments arguments) {
        String provider = arguments.get("provider");
        List<Long> ids =
                database.query(
                        "select id from caravan.rejected_record where provider = ? and kind = ? and"
                                + " settled_at is null order by replays, id limit ?",
                        row -> row.getLong(1),
                        provider,
                        arguments.get("kind"),
                        AT_ONCE);
        if (ids.isEmpty()) {
            return Answer.said(Answer.NOTHING, "no open record of that provider and kind");
        }
        Optional<Store> store = store(provider);
        if (store.isEmpty()) {
            return idle(provider);
        }
        Map<String, Long> counted = new TreeMap<>();
        for (long id : ids) {
            Replayed replayed = store.get().replay(id, arguments.who());
            counted.merge(replayed.how().word() + "\n" + replayed.why(), 1L, Long::sum);
        }
        return told(counted, ids.size() == AT_ONCE);
    }

    private static Answer told(Map<String, Long> counted, boolean more) {
        List<List<Object>> rows = new ArrayList<>();
        boolean refused = false;
        for (Map.Entry<String, Long> each : counted.entrySet()) {
            String[] words = each.getKey().split("\n", 2);
            rows.add(List.of(words[0], each.getValue(), words[1]));
            refused |= words[0].equals(Replayed.How.REFUSED.word());
        }
        return new Answer(
                refused ? Answer.TROUBLE : Answer.GOOD,
                List.of("how", "records", "why"),
                rows,
                more ? AT_ONCE + " were tried, there are more: say it again" : "");
    }

    private Optional<Store> store(String provider) {
        return deployer.camel(provider)
                .map(camel -> camel.getRegistry().lookupByNameAndType("store", Store.class));
    }

    private static Answer idle(String provider) {
        return Answer.said(Answer.TROUBLE, provider + " does not run: its mappings are not there");
    }

    @Override
    public List<String> choices(String name) {
        return name.equals("kind")
                ? database.query(
                        "select distinct kind from caravan.rejected_record where settled_at is"
                                + " null",
                        row -> row.getString(1))
                : records.choices(name);
    }
}
