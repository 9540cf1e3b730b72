package dev.caravan.deploy;

/**
 * A file of this installation that stands in for a shipped one. Immutable.
 *
 * @param base the shipped text that it was laid out from; null where nobody knows
 * @param shipped the text that is shipped now; null where none is
 */
public record LocalFile(String name, String text, String base, String shipped) {

    /** Whether the shipped file changed since this one was laid out. */
    public boolean behind() {
        return base != null && shipped != null && !base.equals(shipped) && !text.equals(shipped);
    }

    /** Whether somebody changed it since it was laid out, or may have. */
    public boolean edited() {
        return !text.equals(base);
    }

    /** What it is, in a few words. */
    public String says() {
        if (shipped == null) {
            return "not shipped, this installation's own";
        }
        if (text.equals(shipped)) {
            return "the same as shipped";
        }
        if (!behind()) {
            return base == null ? "differs, laid out by hand" : "edited";
        }
        return edited() ? "edited against an older version" : "a plain copy of an older version";
    }
}
