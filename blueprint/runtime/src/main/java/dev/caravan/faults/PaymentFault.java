package dev.caravan.faults;

/** A payment does not go on: it is not where this step belongs, or paying is switched off. */
public final class PaymentFault extends Fault {
    private static final long serialVersionUID = 1L;

    public PaymentFault(Account account) {
        super(account);
    }
}
