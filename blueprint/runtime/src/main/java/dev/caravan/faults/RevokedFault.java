package dev.caravan.faults;

/** The provider says that the connection is no more; confirmed before it is believed. */
public final class RevokedFault extends Fault {
    private static final long serialVersionUID = 1L;

    public RevokedFault(Account account) {
        super(account);
    }
}
