package dev.caravan.faults;

/** A route, mapping or setting cannot work as written: it was not deployed. */
public final class SetupFault extends Fault {
    private static final long serialVersionUID = 1L;

    public SetupFault(Account account) {
        super(account);
    }
}
