package dev.caravan.faults;

/** The resource needs a fresh login of the user: skip it until then, keep the connection. */
public final class LoginFault extends Fault {
    private static final long serialVersionUID = 1L;

    public LoginFault(Account account) {
        super(account);
    }
}
