package dev.caravan.sandbox.trac;

/**
 * A purse of a member. Its id is its own within the member only. Immutable.
 *
 * @param balanceMinor pence; may be negative
 * @param balanceAsText whether {@code balanceAsInteger} goes out as a numeric string
 */
public record Purse(
        String id, String title, String type, long balanceMinor, boolean balanceAsText) {

    public Purse balance(long pence) {
        return new Purse(id, title, type, pence, balanceAsText);
    }
}
