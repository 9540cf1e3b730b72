package dev.caravan.faults;

/** The access token was refused: refresh once, repeat once. */
public final class RefreshFault extends Fault {
    private static final long serialVersionUID = 1L;

    public RefreshFault(Account account) {
        super(account);
    }
}
