package dev.caravan.desk;

import java.util.Collection;
import java.util.List;

/** What operators can ask for and have done. Safe for any number of threads. */
public interface Commands {

    Collection<Command> commands();

    /** The same for whoever the door does not know by a name. */
    default Answer run(List<String> words) {
        return run(words, "operator");
    }

    /**
     * Runs one; whatever goes wrong is part of the answer.
     *
     * @param words the command's name and what follows it
     * @param who who asks: what is done is written down under this name
     */
    Answer run(List<String> words, String who);
}
