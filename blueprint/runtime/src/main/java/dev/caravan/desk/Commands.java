package dev.caravan.desk;

import java.util.Collection;
import java.util.List;

/** What operators can ask for and have done. Safe for any number of threads. */
public interface Commands {

    Collection<Command> commands();

    /**
     * Runs one; whatever goes wrong is part of the answer.
     *
     * @param words the command's name and what follows it
     */
    Answer run(List<String> words);
}
