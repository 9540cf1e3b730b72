package dev.caravan.faults;

/** The provider or the way to it failed for a moment: repeat, with patience. */
public final class TransientFault extends Fault {
    private static final long serialVersionUID = 1L;

    public TransientFault(Account account) {
        super(account);
    }
}
