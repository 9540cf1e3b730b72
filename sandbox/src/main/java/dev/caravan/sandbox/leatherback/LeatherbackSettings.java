package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.util.List;
import java.util.Map;

/**
 * All that can be set at the twin. A setter answers a changed copy, and an unknown or impossible
 * value is refused with its name. Immutable.
 *
 * @param port The port on 127.0.0.1; 0 takes any free one.
 * @param seed Two twins of one seed and one first day hold the same rows.
 * @param users Customers who can log in: customer1/pass1 to customer&lt;n&gt;/pass&lt;n&gt;.
 * @param accountsPerUser Accounts of each customer; each further one shows other oddities.
 * @param transactionsPerAccount Booked rows of each account when the twin starts.
 * @param pendingPerAccount Pending rows that each account gets every third day, the first day
 *     included.
 * @param beneficiariesPerAccount Beneficiaries of each account.
 * @param historyDays Days before the first day over which the booked rows are spread.
 * @param arrivalsPerDay Further rows that each day after the first one brings to each account.
 * @param pendingLives Pending rows change a day later, and are booked under a new id or vanish on
 *     the second day.
 * @param quirks Zone forms, fractions, trailing zeros, five decimals and missing optional fields
 *     are sprinkled over the data.
 * @param withoutIdPercent Share of booked rows without TransactionId, some of them equal twins;
 *     needs quirks.
 * @param basePath What comes before the resource paths, such as /open-banking/v3.1/aisp;
 *     Leatherback has nothing there.
 * @param publicBase Base URL used in links and as default issuer, for a twin behind a proxy; empty
 *     is the twin's own.
 * @param authorizePath Where the authorization app is.
 * @param issuer The iss of the id_token; empty is the public base.
 * @param clientId The client that is registered at the start; empty registers none.
 * @param certificate The password-like certificate of that client.
 * @param callbackUrl The callback URL of that client, compared exactly with redirect_uri.
 * @param jwksUrl Where the client publishes its JWKS; fetched when a kid is unknown.
 * @param clientJwk A JWK or JWKS of the client as JSON text, instead of or beside jwksUrl.
 * @param requestObjectProfile Which claims a request object must have.
 * @param requestAudience The aud that a request object must name; empty is the issuer.
 * @param requestScopes Scopes accepted in a request object, words in any order.
 * @param thumbprintKids A kid must be the RFC 7638 thumbprint of its key.
 * @param clockSkewSeconds How far the client's clock may be off, in nbf, iat and exp.
 * @param responseMode How the answer of the authorization app travels.
 * @param idToken What the authorization app sends as id_token.
 * @param tokenIdToken What the token endpoint sends as id_token; opaque as published.
 * @param idTokenSeconds Life of an id_token.
 * @param codeSeconds Life of an authorization code.
 * @param redirectUriAtExchange Whether the code exchange names redirect_uri; when it does, it must
 *     be the one of the link.
 * @param tokenScope The scope that the token endpoint demands.
 * @param accessTokenSeconds Life of an access token.
 * @param secondOfDayExpiresIn expires_in is exp mod 86400, as published, and no duration.
 * @param opaqueAccessTokens Access tokens are no JWTs; only expires_in is left to guess by.
 * @param uniqueNameDiffers unique_name in access tokens is another one than the client id, as
 *     between the published samples.
 * @param refreshTokens Whether the code exchange gives a refresh token; no published answer has
 *     one.
 * @param rotateRefreshTokens Whether a refresh token is good once.
 * @param rotationGraceSeconds How long a rotated refresh token still brings its successor.
 * @param refreshTokenDays Life of a refresh token.
 * @param droppedPermissions Permissions that are taken in a consent request and not granted.
 * @param strictConsentDates Born expired or reversed dates in a consent are refused; the published
 *     sample is born expired.
 * @param consentReadStatus What GET of a consent answers; another one than 200 for a bank without
 *     it.
 * @param consentDeleteStatus What DELETE of a consent answers; 404 or 405 delete nothing.
 * @param expiredConsentStatus What data calls answer after ExpirationDateTime.
 * @param scaDays Days after the login when data is refused with UK.OBIE.Reauthenticate; 0 never.
 * @param accountsShape Shape of the account list: OBIE (A), WRAPPER (B around a list) or PAGED (C).
 * @param accountShape Shape of a single account: OBIE (A) or WRAPPER (B).
 * @param accountsPageSize Accounts on a page of shape C.
 * @param pageSize Transactions on a page; OBIE has 25 to 1,000.
 * @param repeatRows The first and every third further page begin again with the last row before
 *     them.
 * @param emptyPageEvery Before every so many pages comes an empty one that has a Next; 0 never.
 * @param totalPages Whether Meta.TotalPages is told.
 * @param bookingDates Which form of from- and toBookingDateTime is taken; the zone is ignored in
 *     any case.
 * @param bankZone The zone that booking dates are meant in.
 * @param absentEndpoints Endpoint templates that answer 404, such as accounts/{id}/transactions.
 * @param volatileTransactionIds TransactionId differs with every request.
 * @param beneficiaryWindowSeconds How long after the login beneficiaries are given, 403 afterwards;
 *     0 is for ever.
 * @param refuseIdempotencyKey x-idempotency-key, which must not be sent here, is refused.
 * @param interactionId What becomes of x-fapi-interaction-id.
 * @param messageSignature What becomes of x-jws-signature.
 * @param unattendedLimit Calls without x-fapi-customer-ip-address per consent, endpoint and account
 *     in 24 h before 429; 0 never.
 * @param gzip Bodies are zipped for a caller that accepts it.
 * @param maxConnections Open TCP connections; one more is hung up on.
 * @param stateFile Where clients, consents, tokens and the first day survive a restart; empty keeps
 *     them in memory only.
 */
public record LeatherbackSettings(
        int port,
        long seed,
        int users,
        int accountsPerUser,
        int transactionsPerAccount,
        int pendingPerAccount,
        int beneficiariesPerAccount,
        int historyDays,
        int arrivalsPerDay,
        boolean pendingLives,
        boolean quirks,
        int withoutIdPercent,
        String basePath,
        String publicBase,
        String authorizePath,
        String issuer,
        String clientId,
        String certificate,
        String callbackUrl,
        String jwksUrl,
        String clientJwk,
        RequestObjectProfile requestObjectProfile,
        String requestAudience,
        List<String> requestScopes,
        boolean thumbprintKids,
        int clockSkewSeconds,
        ResponseMode responseMode,
        IdTokenForm idToken,
        IdTokenForm tokenIdToken,
        int idTokenSeconds,
        int codeSeconds,
        RedirectUriRule redirectUriAtExchange,
        String tokenScope,
        int accessTokenSeconds,
        boolean secondOfDayExpiresIn,
        boolean opaqueAccessTokens,
        boolean uniqueNameDiffers,
        boolean refreshTokens,
        boolean rotateRefreshTokens,
        int rotationGraceSeconds,
        int refreshTokenDays,
        List<String> droppedPermissions,
        boolean strictConsentDates,
        int consentReadStatus,
        int consentDeleteStatus,
        int expiredConsentStatus,
        int scaDays,
        Shape accountsShape,
        Shape accountShape,
        int accountsPageSize,
        int pageSize,
        boolean repeatRows,
        int emptyPageEvery,
        boolean totalPages,
        BookingDates bookingDates,
        String bankZone,
        List<String> absentEndpoints,
        boolean volatileTransactionIds,
        int beneficiaryWindowSeconds,
        boolean refuseIdempotencyKey,
        InteractionId interactionId,
        MessageSignature messageSignature,
        int unattendedLimit,
        boolean gzip,
        int maxConnections,
        String stateFile) {

    public LeatherbackSettings {
        demand(pageSize > 0, "pageSize: expected 1 or more, found " + pageSize);
        demand(accountsPageSize > 0, "accountsPageSize: expected 1 or more");
        demand(
                authorizePath.startsWith("/"),
                "authorizePath: expected /..., found " + authorizePath);
        demand(accountShape != Shape.PAGED, "accountShape: a single account is never PAGED");
        java.time.ZoneId.of(bankZone);
        requestScopes = List.copyOf(requestScopes);
        droppedPermissions = List.copyOf(droppedPermissions);
        absentEndpoints = List.copyOf(absentEndpoints);
    }

    public static LeatherbackSettings defaults() {
        return new LeatherbackSettings(
                0,
                20261121,
                20,
                2,
                60,
                2,
                4,
                60,
                0,
                true,
                true,
                2,
                "",
                "",
                "/authorize-app",
                "",
                "5A4DB0C0FFEE4F0E9A6B3C2D1E0F9A8B",
                "not-a-secret-not-a-secret-not-a-secret",
                "http://127.0.0.1:8080/callback/leatherback",
                "",
                "",
                RequestObjectProfile.OBIE,
                "",
                List.of("accounts", "openid accounts"),
                false,
                60,
                ResponseMode.FRAGMENT,
                IdTokenForm.SIGNED,
                IdTokenForm.OPAQUE,
                300,
                300,
                RedirectUriRule.OPTIONAL,
                "account",
                300,
                true,
                false,
                false,
                true,
                true,
                0,
                90,
                List.of(),
                false,
                200,
                204,
                401,
                0,
                Shape.OBIE,
                Shape.OBIE,
                20,
                25,
                true,
                0,
                true,
                BookingDates.ANY,
                "Europe/London",
                List.of(),
                false,
                300,
                true,
                InteractionId.ECHO,
                MessageSignature.IGNORED,
                0,
                false,
                256,
                "");
    }

    /** A copy with the given values, named as the components are. */
    public LeatherbackSettings with(JsonNode changes) {
        ObjectNode tree = Json.tree(this);
        changes.fields().forEachRemaining(change -> tree.set(change.getKey(), change.getValue()));
        return Json.bind(tree, LeatherbackSettings.class);
    }

    private LeatherbackSettings with(String name, Object value) {
        return with(Json.tree(Map.of(name, value)));
    }

    private static void demand(boolean kept, String rule) {
        if (!kept) {
            throw new IllegalArgumentException(rule);
        }
    }

    public LeatherbackSettings port(int value) {
        return with("port", value);
    }

    public LeatherbackSettings seed(long value) {
        return with("seed", value);
    }

    public LeatherbackSettings users(int value) {
        return with("users", value);
    }

    public LeatherbackSettings accountsPerUser(int value) {
        return with("accountsPerUser", value);
    }

    public LeatherbackSettings transactionsPerAccount(int value) {
        return with("transactionsPerAccount", value);
    }

    public LeatherbackSettings pendingPerAccount(int value) {
        return with("pendingPerAccount", value);
    }

    public LeatherbackSettings beneficiariesPerAccount(int value) {
        return with("beneficiariesPerAccount", value);
    }

    public LeatherbackSettings historyDays(int value) {
        return with("historyDays", value);
    }

    public LeatherbackSettings arrivalsPerDay(int value) {
        return with("arrivalsPerDay", value);
    }

    public LeatherbackSettings pendingLives(boolean value) {
        return with("pendingLives", value);
    }

    public LeatherbackSettings quirks(boolean value) {
        return with("quirks", value);
    }

    public LeatherbackSettings withoutIdPercent(int value) {
        return with("withoutIdPercent", value);
    }

    public LeatherbackSettings basePath(String value) {
        return with("basePath", value);
    }

    public LeatherbackSettings publicBase(String value) {
        return with("publicBase", value);
    }

    public LeatherbackSettings authorizePath(String value) {
        return with("authorizePath", value);
    }

    public LeatherbackSettings issuer(String value) {
        return with("issuer", value);
    }

    public LeatherbackSettings clientId(String value) {
        return with("clientId", value);
    }

    public LeatherbackSettings certificate(String value) {
        return with("certificate", value);
    }

    public LeatherbackSettings callbackUrl(String value) {
        return with("callbackUrl", value);
    }

    public LeatherbackSettings jwksUrl(String value) {
        return with("jwksUrl", value);
    }

    public LeatherbackSettings clientJwk(String value) {
        return with("clientJwk", value);
    }

    public LeatherbackSettings requestObjectProfile(RequestObjectProfile value) {
        return with("requestObjectProfile", value);
    }

    public LeatherbackSettings requestAudience(String value) {
        return with("requestAudience", value);
    }

    public LeatherbackSettings requestScopes(String... values) {
        return with("requestScopes", List.of(values));
    }

    public LeatherbackSettings thumbprintKids(boolean value) {
        return with("thumbprintKids", value);
    }

    public LeatherbackSettings clockSkewSeconds(int value) {
        return with("clockSkewSeconds", value);
    }

    public LeatherbackSettings responseMode(ResponseMode value) {
        return with("responseMode", value);
    }

    public LeatherbackSettings idToken(IdTokenForm value) {
        return with("idToken", value);
    }

    public LeatherbackSettings tokenIdToken(IdTokenForm value) {
        return with("tokenIdToken", value);
    }

    public LeatherbackSettings idTokenSeconds(int value) {
        return with("idTokenSeconds", value);
    }

    public LeatherbackSettings codeSeconds(int value) {
        return with("codeSeconds", value);
    }

    public LeatherbackSettings redirectUriAtExchange(RedirectUriRule value) {
        return with("redirectUriAtExchange", value);
    }

    public LeatherbackSettings tokenScope(String value) {
        return with("tokenScope", value);
    }

    public LeatherbackSettings accessTokenSeconds(int value) {
        return with("accessTokenSeconds", value);
    }

    public LeatherbackSettings secondOfDayExpiresIn(boolean value) {
        return with("secondOfDayExpiresIn", value);
    }

    public LeatherbackSettings opaqueAccessTokens(boolean value) {
        return with("opaqueAccessTokens", value);
    }

    public LeatherbackSettings uniqueNameDiffers(boolean value) {
        return with("uniqueNameDiffers", value);
    }

    public LeatherbackSettings refreshTokens(boolean value) {
        return with("refreshTokens", value);
    }

    public LeatherbackSettings rotateRefreshTokens(boolean value) {
        return with("rotateRefreshTokens", value);
    }

    public LeatherbackSettings rotationGraceSeconds(int value) {
        return with("rotationGraceSeconds", value);
    }

    public LeatherbackSettings refreshTokenDays(int value) {
        return with("refreshTokenDays", value);
    }

    public LeatherbackSettings droppedPermissions(String... values) {
        return with("droppedPermissions", List.of(values));
    }

    public LeatherbackSettings strictConsentDates(boolean value) {
        return with("strictConsentDates", value);
    }

    public LeatherbackSettings consentReadStatus(int value) {
        return with("consentReadStatus", value);
    }

    public LeatherbackSettings consentDeleteStatus(int value) {
        return with("consentDeleteStatus", value);
    }

    public LeatherbackSettings expiredConsentStatus(int value) {
        return with("expiredConsentStatus", value);
    }

    public LeatherbackSettings scaDays(int value) {
        return with("scaDays", value);
    }

    public LeatherbackSettings accountsShape(Shape value) {
        return with("accountsShape", value);
    }

    public LeatherbackSettings accountShape(Shape value) {
        return with("accountShape", value);
    }

    public LeatherbackSettings accountsPageSize(int value) {
        return with("accountsPageSize", value);
    }

    public LeatherbackSettings pageSize(int value) {
        return with("pageSize", value);
    }

    public LeatherbackSettings repeatRows(boolean value) {
        return with("repeatRows", value);
    }

    public LeatherbackSettings emptyPageEvery(int value) {
        return with("emptyPageEvery", value);
    }

    public LeatherbackSettings totalPages(boolean value) {
        return with("totalPages", value);
    }

    public LeatherbackSettings bookingDates(BookingDates value) {
        return with("bookingDates", value);
    }

    public LeatherbackSettings bankZone(String value) {
        return with("bankZone", value);
    }

    public LeatherbackSettings absentEndpoints(String... values) {
        return with("absentEndpoints", List.of(values));
    }

    public LeatherbackSettings volatileTransactionIds(boolean value) {
        return with("volatileTransactionIds", value);
    }

    public LeatherbackSettings beneficiaryWindowSeconds(int value) {
        return with("beneficiaryWindowSeconds", value);
    }

    public LeatherbackSettings refuseIdempotencyKey(boolean value) {
        return with("refuseIdempotencyKey", value);
    }

    public LeatherbackSettings interactionId(InteractionId value) {
        return with("interactionId", value);
    }

    public LeatherbackSettings messageSignature(MessageSignature value) {
        return with("messageSignature", value);
    }

    public LeatherbackSettings unattendedLimit(int value) {
        return with("unattendedLimit", value);
    }

    public LeatherbackSettings gzip(boolean value) {
        return with("gzip", value);
    }

    public LeatherbackSettings maxConnections(int value) {
        return with("maxConnections", value);
    }

    public LeatherbackSettings stateFile(String value) {
        return with("stateFile", value);
    }
}
