package dev.caravan.faults;

/** A person has paused the connection or its provider: the pull ends behind the page it stored. */
public final class HeldFault extends Fault {
    private static final long serialVersionUID = 1L;

    public HeldFault(Account account) {
        super(account);
    }
}
