package dev.caravan.faults;

/** The span of dates is too wide for this institution: ask for a narrower one. */
public final class WindowFault extends Fault {
    private static final long serialVersionUID = 1L;

    public WindowFault(Account account) {
        super(account);
    }
}
