package dev.caravan.faults;

/** The user's agreement is gone: stop and ask the user to connect again. */
public final class ConsentFault extends Fault {
    private static final long serialVersionUID = 1L;

    public ConsentFault(Account account) {
        super(account);
    }
}
