package dev.caravan.faults;

/** The provider found our request wrong: no repeat, an operator should know. */
public final class RequestFault extends Fault {
    private static final long serialVersionUID = 1L;

    public RequestFault(Account account) {
        super(account);
    }
}
