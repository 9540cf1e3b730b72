package dev.caravan.faults;

/** The provider's statement of who came back is not the one that was asked for: the trip ends. */
public final class IdTokenFault extends Fault {
    private static final long serialVersionUID = 1L;

    public IdTokenFault(Account account) {
        super(account);
    }
}
