package dev.caravan.sandbox.pliance;

/**
 * An answer with {@code success:false}, raised wherever the twin notices; carries no stack trace.
 * Immutable.
 */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;

    public Failure(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    static Failure missing(String what, String id) {
        return new Failure(400, what + " " + id + " does not exist");
    }

    public int status() {
        return status;
    }
}
