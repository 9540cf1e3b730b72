package dev.caravan.faults;

/** The unattended calls of this resource are used up: skip it until the budget frees. */
public final class QuotaFault extends Fault {
    private static final long serialVersionUID = 1L;

    public QuotaFault(Account account) {
        super(account);
    }
}
