package dev.caravan.faults;

/** Another node holds this connection now: what this one still has is void. */
public final class LeaseFault extends Fault {
    private static final long serialVersionUID = 1L;

    public LeaseFault(Account account) {
        super(account);
    }
}
