package dev.caravan.faults;

/** The store is down, full, too old or refuses its login: pulls wait until it is back. */
public final class StoreFault extends Fault {
    private static final long serialVersionUID = 1L;

    public StoreFault(Account account) {
        super(account);
    }
}
