package dev.caravan.faults;

/**
 * The provider works the answer out on its own time and it is fetched later: go on with the next.
 */
public final class DeferredFault extends Fault {
    private static final long serialVersionUID = 1L;

    public DeferredFault(Account account) {
        super(account);
    }
}
