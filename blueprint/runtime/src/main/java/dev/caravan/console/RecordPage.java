package dev.caravan.console;

import java.util.List;

/** A page that lists records of one kind, or shows one of them by {@code ?id=}. Stateless. */
interface RecordPage extends Page {
    /** So many rows fill a page of the list. */
    int FULL = 50;

    /** The desk's question, which lists them and, with an id behind it, tells of one. */
    String question();

    /** All of them, filtered and by pages, as markup. */
    String list(Look look);

    /** One of them, as markup. */
    String one(Look look, Table.Row row);

    @Override
    default String body(Look look) {
        String id = look.get("id");
        if (id.isEmpty()) {
            return list(look);
        }
        List<Table.Row> found = Table.rows(look.ask(question(), id));
        if (look.trouble() != null) {
            return "";
        }
        return found.size() == 1 ? one(look, found.get(0)) : null;
    }
}
