package dev.caravan.faults;

/** The institution does not offer this: skip it and remember. */
public final class AbsentFault extends Fault {
    private static final long serialVersionUID = 1L;

    public AbsentFault(Account account) {
        super(account);
    }
}
