package dev.caravan.faults;

/** A new version of the provider waits for this work to stop: it goes on there, where it was. */
public final class SwapFault extends Fault {
    private static final long serialVersionUID = 1L;

    public SwapFault(Account account) {
        super(account);
    }
}
