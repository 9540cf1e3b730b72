package dev.caravan.faults;

/** The provider refuses us as a client: stop every connection of it and call an operator. */
public final class ClientFault extends Fault {
    private static final long serialVersionUID = 1L;

    public ClientFault(Account account) {
        super(account);
    }
}
