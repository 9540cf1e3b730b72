package dev.caravan.faults;

/**
 * Something a route expects to go wrong, said in one line: code, provider, what was attempted, what
 * was found, what happens next. The subclass is the class of the error, on which a route decides;
 * no fault carries a stack trace, a token or a body.
 */
public abstract class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Account account;

    protected Fault(Account account) {
        super(account.sentence(), null, false, false);
        this.account = account;
    }

    /** The code of {@code docs/errors.md}, for example {@code CARAVAN-QUOTA}. */
    public final String code() {
        return account.code();
    }

    final Account account() {
        return account;
    }

    /** Until when the same attempt is useless; null where nobody knows. */
    public final java.time.Instant until() {
        return account.until();
    }

    /**
     * What happened.
     *
     * @param code the code of {@code docs/errors.md}
     * @param provider the provider, or {@code store}
     * @param attempted what was tried, for example {@code GET /accounts}
     * @param found what came of it
     * @param next what happens now
     * @param until until when the same attempt is useless, or null
     */
    public record Account(
            String code,
            String provider,
            String attempted,
            String found,
            String next,
            java.time.Instant until) {
        Account also(String others) {
            return new Account(code, provider, attempted, found, next + " | " + others, until);
        }

        String sentence() {
            String end = until == null ? next : next + " (until " + until + ")";
            return code + " " + provider + ": " + attempted + " " + found + "; " + end;
        }
    }
}
