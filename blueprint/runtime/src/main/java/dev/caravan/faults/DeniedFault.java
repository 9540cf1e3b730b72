package dev.caravan.faults;

/** Access was denied; whether the consent is gone is to be confirmed with the cheapest call. */
public final class DeniedFault extends Fault {
    private static final long serialVersionUID = 1L;

    public DeniedFault(Account account) {
        super(account);
    }
}
