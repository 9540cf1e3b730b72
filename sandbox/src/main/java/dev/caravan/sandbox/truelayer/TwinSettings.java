package dev.caravan.sandbox.truelayer;

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
 * @param users Mock users john1 to john<n> beside john.
 * @param accountsPerConnection Accounts of each user.
 * @param cardsPerConnection Cards of each user.
 * @param transactionsPerAccount Booked rows of each account and card when the twin starts.
 * @param pendingPerAccount Pending rows of each account and card when the twin starts.
 * @param historyDays The days before the first day over which the booked rows are spread evenly.
 * @param arrivalsPerDay Further rows that each day after the first one brings to each account.
 * @param clientId The one client that is known; begins with sandbox- (contract 1).
 * @param clientSecret The secret of that client.
 * @param redirectUris The registered redirect URIs, compared exactly.
 * @param codeSeconds Life of an authorisation code.
 * @param accessTokenSeconds Life of an access token.
 * @param rotateRefreshTokens Whether a refresh token is good once; TrueLayer's are static since
 *     2019.
 * @param rotationGraceSeconds How long a rotated refresh token still brings the same new pair.
 * @param refreshAnswersOmitToken Whether the answer to a refresh leaves out the refresh token.
 * @param refreshTokenDays Life of a refresh token.
 * @param refreshIdleDays A refresh token dies when it is not used for so long.
 * @param consentDays Life of a consent.
 * @param honourExpiredConsents Whether data still flows after the consent has expired, so that only
 *     the caller stops itself.
 * @param deepWindowSeconds How long after the user authenticated a window may reach beyond scaDays.
 * @param scaDays A window that begins earlier needs the deep window, else sca_exceeded.
 * @param historyCeilingDays A window that begins earlier is answered invalid_date_range.
 * @param silentSpanCapDays The bank gives at most the newest so many days of a window and says
 *     nothing; 0 is off.
 * @param ignoreFrom The bank ignores the window and gives everything.
 * @param unattendedLimit Calls without X-PSU-IP per connection, endpoint and account in 24 h before
 *     429; 0 is off.
 * @param hourCache An identical request within the hour is answered with what the first one saw.
 * @param volatileTransactionIds transaction_id differs with every request.
 * @param quirks The oddities of contract 3.1 and 3.4 are sprinkled over the data.
 * @param gzip Bodies are zipped for a caller that accepts it.
 * @param maxConnections Open TCP connections; one more is hung up on.
 * @param asyncAnswerStatus The status of the answer that accepts an asynchronous call: 202, or 200,
 *     which contract 5 lets stand for it.
 * @param taskQueuedSeconds How long an accepted task stays Queued.
 * @param taskRunningSeconds How long it is Running after that, until it succeeds or fails.
 * @param resultsSeconds How long after its end a task can be read; after that it is 404.
 * @param failedResultsKeepStatus Whether the result of a failed task comes under the status that
 *     the synchronous call would have had, instead of 200.
 * @param batchCountsEachAccount Whether a batch call counts once for every account and endpoint it
 *     touches, instead of once.
 * @param batchRefusesUnknownAccounts Whether an unknown id in account_ids_whitelist fails the batch
 *     with account_not_found, instead of being passed over.
 * @param webhooksOverHttp Whether a webhook_uri may be http; TrueLayer's documents want https.
 * @param webhookTrust PKCS#12 with the certificates that https receivers of webhooks may show;
 *     empty trusts what the JDK trusts. Read when the twin starts.
 * @param webhookTrustPassword Its password; may be empty.
 * @param webhookTimeoutMillis How long a receiver of a webhook may take.
 * @param webhookJku What signed webhooks name as the place of their keys; empty names this twin's
 *     own, which serves them in any case.
 * @param jwksMaxAgeSeconds The max-age in the Cache-Control of that key set.
 * @param stateFile Where consents and the first day survive a restart; empty keeps them in memory
 *     only.
 */
public record TwinSettings(
        int port,
        long seed,
        int users,
        int accountsPerConnection,
        int cardsPerConnection,
        int transactionsPerAccount,
        int pendingPerAccount,
        int historyDays,
        int arrivalsPerDay,
        String clientId,
        String clientSecret,
        List<String> redirectUris,
        long codeSeconds,
        long accessTokenSeconds,
        boolean rotateRefreshTokens,
        long rotationGraceSeconds,
        boolean refreshAnswersOmitToken,
        int refreshTokenDays,
        int refreshIdleDays,
        int consentDays,
        boolean honourExpiredConsents,
        long deepWindowSeconds,
        int scaDays,
        int historyCeilingDays,
        int silentSpanCapDays,
        boolean ignoreFrom,
        int unattendedLimit,
        boolean hourCache,
        boolean volatileTransactionIds,
        boolean quirks,
        boolean gzip,
        int maxConnections,
        int asyncAnswerStatus,
        long taskQueuedSeconds,
        long taskRunningSeconds,
        long resultsSeconds,
        boolean failedResultsKeepStatus,
        boolean batchCountsEachAccount,
        boolean batchRefusesUnknownAccounts,
        boolean webhooksOverHttp,
        String webhookTrust,
        String webhookTrustPassword,
        int webhookTimeoutMillis,
        String webhookJku,
        long jwksMaxAgeSeconds,
        String stateFile) {

    public TwinSettings {
        if (!clientId.startsWith("sandbox-")) {
            throw new IllegalArgumentException("clientId: expected sandbox-..., found " + clientId);
        }
        redirectUris = List.copyOf(redirectUris);
    }

    public static TwinSettings defaults() {
        return new TwinSettings(
                0,
                20261121,
                100,
                2,
                1,
                200,
                2,
                365,
                0,
                "sandbox-caravan",
                "not-a-secret",
                List.of("http://127.0.0.1:8080/callback/truelayer"),
                300,
                3600,
                false,
                0,
                false,
                90,
                30,
                90,
                false,
                300,
                90,
                1830,
                0,
                false,
                0,
                false,
                false,
                true,
                false,
                256,
                202,
                0,
                0,
                3600,
                false,
                true,
                false,
                true,
                "",
                "",
                5_000,
                "",
                3600,
                "");
    }

    /** A copy with the given values, named as the components are. */
    public TwinSettings with(JsonNode changes) {
        ObjectNode tree = Json.tree(this);
        changes.fields().forEachRemaining(change -> tree.set(change.getKey(), change.getValue()));
        return Json.bind(tree, TwinSettings.class);
    }

    public TwinSettings port(int value) {
        return with(Json.object().put("port", value));
    }

    public TwinSettings seed(long value) {
        return with(Json.object().put("seed", value));
    }

    public TwinSettings users(int value) {
        return with(Json.object().put("users", value));
    }

    public TwinSettings accountsPerConnection(int value) {
        return with(Json.object().put("accountsPerConnection", value));
    }

    public TwinSettings cardsPerConnection(int value) {
        return with(Json.object().put("cardsPerConnection", value));
    }

    public TwinSettings transactionsPerAccount(int value) {
        return with(Json.object().put("transactionsPerAccount", value));
    }

    public TwinSettings pendingPerAccount(int value) {
        return with(Json.object().put("pendingPerAccount", value));
    }

    public TwinSettings historyDays(int value) {
        return with(Json.object().put("historyDays", value));
    }

    public TwinSettings arrivalsPerDay(int value) {
        return with(Json.object().put("arrivalsPerDay", value));
    }

    public TwinSettings clientId(String value) {
        return with(Json.object().put("clientId", value));
    }

    public TwinSettings clientSecret(String value) {
        return with(Json.object().put("clientSecret", value));
    }

    public TwinSettings redirectUris(String... values) {
        ObjectNode change = Json.object();
        change.set("redirectUris", Json.tree(Map.of("v", List.of(values))).get("v"));
        return with(change);
    }

    public TwinSettings codeSeconds(long value) {
        return with(Json.object().put("codeSeconds", value));
    }

    public TwinSettings accessTokenSeconds(long value) {
        return with(Json.object().put("accessTokenSeconds", value));
    }

    public TwinSettings rotateRefreshTokens(boolean value) {
        return with(Json.object().put("rotateRefreshTokens", value));
    }

    public TwinSettings rotationGraceSeconds(long value) {
        return with(Json.object().put("rotationGraceSeconds", value));
    }

    public TwinSettings refreshAnswersOmitToken(boolean value) {
        return with(Json.object().put("refreshAnswersOmitToken", value));
    }

    public TwinSettings refreshTokenDays(int value) {
        return with(Json.object().put("refreshTokenDays", value));
    }

    public TwinSettings refreshIdleDays(int value) {
        return with(Json.object().put("refreshIdleDays", value));
    }

    public TwinSettings consentDays(int value) {
        return with(Json.object().put("consentDays", value));
    }

    public TwinSettings honourExpiredConsents(boolean value) {
        return with(Json.object().put("honourExpiredConsents", value));
    }

    public TwinSettings deepWindowSeconds(long value) {
        return with(Json.object().put("deepWindowSeconds", value));
    }

    public TwinSettings scaDays(int value) {
        return with(Json.object().put("scaDays", value));
    }

    public TwinSettings historyCeilingDays(int value) {
        return with(Json.object().put("historyCeilingDays", value));
    }

    public TwinSettings silentSpanCapDays(int value) {
        return with(Json.object().put("silentSpanCapDays", value));
    }

    public TwinSettings ignoreFrom(boolean value) {
        return with(Json.object().put("ignoreFrom", value));
    }

    public TwinSettings unattendedLimit(int value) {
        return with(Json.object().put("unattendedLimit", value));
    }

    public TwinSettings hourCache(boolean value) {
        return with(Json.object().put("hourCache", value));
    }

    public TwinSettings volatileTransactionIds(boolean value) {
        return with(Json.object().put("volatileTransactionIds", value));
    }

    public TwinSettings quirks(boolean value) {
        return with(Json.object().put("quirks", value));
    }

    public TwinSettings gzip(boolean value) {
        return with(Json.object().put("gzip", value));
    }

    public TwinSettings maxConnections(int value) {
        return with(Json.object().put("maxConnections", value));
    }

    public TwinSettings asyncAnswerStatus(int value) {
        return with(Json.object().put("asyncAnswerStatus", value));
    }

    public TwinSettings taskQueuedSeconds(long value) {
        return with(Json.object().put("taskQueuedSeconds", value));
    }

    public TwinSettings taskRunningSeconds(long value) {
        return with(Json.object().put("taskRunningSeconds", value));
    }

    public TwinSettings resultsSeconds(long value) {
        return with(Json.object().put("resultsSeconds", value));
    }

    public TwinSettings failedResultsKeepStatus(boolean value) {
        return with(Json.object().put("failedResultsKeepStatus", value));
    }

    public TwinSettings batchCountsEachAccount(boolean value) {
        return with(Json.object().put("batchCountsEachAccount", value));
    }

    public TwinSettings batchRefusesUnknownAccounts(boolean value) {
        return with(Json.object().put("batchRefusesUnknownAccounts", value));
    }

    public TwinSettings webhooksOverHttp(boolean value) {
        return with(Json.object().put("webhooksOverHttp", value));
    }

    public TwinSettings webhookTimeoutMillis(int value) {
        return with(Json.object().put("webhookTimeoutMillis", value));
    }

    public TwinSettings webhookTrust(String pkcs12, String password) {
        return with(
                Json.object().put("webhookTrust", pkcs12).put("webhookTrustPassword", password));
    }

    public TwinSettings webhookJku(String value) {
        return with(Json.object().put("webhookJku", value));
    }

    public TwinSettings jwksMaxAgeSeconds(long value) {
        return with(Json.object().put("jwksMaxAgeSeconds", value));
    }

    public TwinSettings stateFile(String value) {
        return with(Json.object().put("stateFile", value));
    }
}
