package dev.caravan.faults;

/** The provider no longer knows the account. */
public final class GoneFault extends Fault {
    private static final long serialVersionUID = 1L;

    public GoneFault(Account account) {
        super(account);
    }
}
