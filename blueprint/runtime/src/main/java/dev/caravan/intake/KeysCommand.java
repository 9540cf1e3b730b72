package dev.caravan.intake;

import dev.caravan.desk.Answer;
import dev.caravan.desk.Arguments;
import dev.caravan.desk.Command;
import dev.caravan.desk.Usage;
import dev.caravan.vault.KeyRotation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code keys}: which keys there are and what they seal, and new ones. No key is ever shown. */
public final class KeysCommand implements Command {
    private final KeyRotation vault;
    private final AdminKey admin;

    public KeysCommand(KeyRotation vault, AdminKey admin) {
        this.vault = vault;
        this.admin = admin;
    }

    @Override
    public Usage usage() {
        return Usage.of(
                "keys [what] [--finish] [--admin]: the keys of the vault and how much each seals;"
                        + " keys rotate brings a new one, with --finish takes away what seals"
                        + " nothing any more, with --admin draws the admin listener's key anew");
    }

    @Override
    public Answer run(Arguments arguments) {
        boolean rotates = "rotate".equals(arguments.get("what"));
        boolean odd =
                arguments.has("what") != rotates
                        || !rotates && (arguments.has("finish") || arguments.has("admin"))
                        || arguments.has("finish") && arguments.has("admin");
        if (odd) {
            return Answer.said(
                    Answer.USAGE, "expected keys, or keys rotate with --finish or --admin or none");
        }
        if (!rotates) {
            return shown();
        }
        if (arguments.has("admin")) {
            admin.rotate();
            return Answer.said(
                    Answer.GOOD,
                    "etc/caravan.admin.key holds a new key, and the old one is refused from now"
                            + " on, on this node; whoever was signed in to the console signs in"
                            + " again");
        }
        return arguments.has("finish") ? finished() : rotated();
    }

    private Answer shown() {
        List<List<Object>> rows = new ArrayList<>();
        boolean missing = false;
        for (KeyRotation.Shown key : vault.shown()) {
            rows.add(
                    Arrays.asList(
                            key.id(),
                            key.is(),
                            key.since(),
                            key.values(),
                            key.nodes(),
                            key.here()));
            missing |= !key.here() && key.values() > 0;
        }
        return new Answer(
                missing ? Answer.TROUBLE : Answer.GOOD,
                List.of("key", "is", "since", "seals", "nodes", "here"),
                rows,
                missing ? "a key that seals values is missing here: put it into the key file" : "");
    }

    private Answer rotated() {
        List<String> lacking = vault.rotate();
        return lacking.isEmpty()
                ? Answer.said(
                        Answer.GOOD,
                        "a new key seals from now on; what is there is sealed anew in the"
                                + " background. Back the key file up, look at keys, and when the"
                                + " old one seals nothing: keys rotate --finish")
                : Answer.said(
                        Answer.TROUBLE,
                        "a new key is in the key file here and seals nothing yet, since these nodes"
                                + " do not have it: "
                                + String.join(", ", lacking)
                                + "; copy the file there, mode 0600, then say it again");
    }

    private Answer finished() {
        return vault.finish()
                .map(why -> Answer.said(Answer.TROUBLE, "nothing was taken away: " + why))
                .orElseGet(
                        () ->
                                Answer.said(
                                        Answer.GOOD,
                                        "the old keys are out of the key file here, and go on"
                                                + " every node; they still open backups of their"
                                                + " time"));
    }

    @Override
    public List<String> choices(String name) {
        return name.equals("what") ? List.of("rotate") : List.of();
    }
}
