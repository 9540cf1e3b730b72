package dev.caravan.faults;

/** The access token was refused: refresh once, repeat once. */
public final class TokenFault extends Fault {
    private static final long serialVersionUID = 1L;

    public TokenFault(Account account) {
        super(account);
    }
}
