package dev.caravan.faults;

/** This pull has stored the resource already, before it was broken off: go on with the next. */
public final class DoneFault extends Fault {
    private static final long serialVersionUID = 1L;

    public DoneFault(Account account) {
        super(account);
    }
}
