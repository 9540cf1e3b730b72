package dev.caravan.desk;

import java.util.List;

/** One thing that an operator can ask for or have done. Safe for any number of threads. */
public interface Command {

    /** How it is called, in full. */
    Usage usage();

    /** Does it; what goes wrong is part of the answer. */
    Answer run(Arguments arguments);

    /** What may stand for an argument or option of this name; empty where anything may. */
    default List<String> choices(String name) {
        return List.of();
    }
}
