package dev.caravan.sandbox.pockit;

import java.util.List;

/**
 * How consents are asked for, given and lost (contract 2). Immutable.
 *
 * @param authoriseStatus The 2xx under which an intent is answered; none is published.
 * @param locationBase Replaces the twin's own address in {@code location}, such as {@code
 *     https://auth.tell.money/v1}; empty leaves it.
 * @param autoUser Whom {@code sandbox_sca} approves for; empty takes the next user each time.
 * @param nullCode The form in which a code that is null arrives.
 * @param intentSeconds How long an intent stays open.
 * @param codeSeconds Life of a code; 0 means 60 in production and 600 in the sandbox.
 * @param accessTokenSeconds Life of an access token.
 * @param saidExpiresIn The expires_in that is told, true or not; -1 leaves it out.
 * @param scopes What an aisp consent permits; the seed's sample has no transactions:read.
 * @param paymentScopes What a pisp consent permits, as words; none is published.
 * @param scopeSeparator What stands between two scopes.
 * @param refreshTokenDays Life of each refresh token from its issue.
 * @param rotationGraceSeconds How long a used refresh token still brings the same new pair.
 * @param reuseRevokes Whether a used refresh token that comes again revokes the consent.
 * @param refreshOmitsToken Whether the answer to a refresh has no refresh_token; then the old one
 *     stays good.
 * @param invalidGrantStatus 400 or 401.
 * @param consentDays Life of a consent from the moment the user allowed; a refresh never moves it.
 * @param honourExpiredConsents Whether all goes on after that, so that only the caller stops
 *     itself.
 * @param revocation How a revoked consent shows.
 * @param accountIdsChange Whether a new consent of a user who had one sees other account ids.
 */
public record Granting(
        int authoriseStatus,
        String locationBase,
        String autoUser,
        NullCode nullCode,
        long intentSeconds,
        long codeSeconds,
        long accessTokenSeconds,
        long saidExpiresIn,
        List<String> scopes,
        List<String> paymentScopes,
        String scopeSeparator,
        int refreshTokenDays,
        long rotationGraceSeconds,
        boolean reuseRevokes,
        boolean refreshOmitsToken,
        int invalidGrantStatus,
        int consentDays,
        boolean honourExpiredConsents,
        Revocation revocation,
        boolean accountIdsChange) {

    /** The scopes of the seed's sample. */
    public static final List<String> SEED_SCOPES =
            List.of("balance:read", "product:read", "accounts:read", "beneficiaries:read");

    /** The spellings of null in a URL. */
    public enum NullCode {
        /** No parameter. */
        ABSENT,
        /** {@code authorisation_code=} */
        EMPTY,
        /** {@code authorisation_code=null} */
        WORD
    }

    /** What a caller meets after the user has revoked; nobody tells it. */
    public enum Revocation {
        /** Refresh is invalid_grant, resources are 403. */
        FORBIDDEN,
        /** Refresh is invalid_grant, resources are 401. */
        UNAUTHORIZED,
        /** Refresh goes on and brings tokens with which resources are 401. */
        REFRESH_WORKS
    }

    public Granting {
        scopes = List.copyOf(scopes);
        paymentScopes = List.copyOf(paymentScopes);
    }

    static Granting defaults() {
        return new Granting(
                200,
                "",
                "user1",
                NullCode.WORD,
                1800,
                0,
                3600,
                3600,
                List.of(
                        "balance:read",
                        "product:read",
                        "accounts:read",
                        "beneficiaries:read",
                        "transactions:read"),
                List.of("payments:write"),
                ",",
                90,
                0,
                false,
                false,
                400,
                90,
                false,
                Revocation.FORBIDDEN,
                false);
    }

    long codeSeconds(Application application) {
        return codeSeconds > 0 ? codeSeconds : application.production() ? 60 : 600;
    }
}
