package dev.caravan.faults;

/** The answer is not what the contract says: reject the page whole. */
public final class BodyFault extends Fault {
    private static final long serialVersionUID = 1L;

    public BodyFault(Account account) {
        super(account);
    }
}
