package dev.caravan.faults;

/**
 * The two sides of a TLS handshake do not accept each other: no repeat helps, an operator looks at
 * the certificates.
 */
public final class HandshakeFault extends Fault {
    private static final long serialVersionUID = 1L;

    public HandshakeFault(Account account) {
        super(account);
    }
}
