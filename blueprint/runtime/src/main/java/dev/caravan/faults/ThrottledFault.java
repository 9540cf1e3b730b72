package dev.caravan.faults;

/** The provider asked for a pause: nothing more for this connection until then. */
public final class ThrottledFault extends Fault {
    private static final long serialVersionUID = 1L;

    public ThrottledFault(Account account) {
        super(account);
    }
}
