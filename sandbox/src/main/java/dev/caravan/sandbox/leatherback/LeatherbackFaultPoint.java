package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.CommonFaults;
import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.FaultTable;
import dev.caravan.sandbox.Json;
import java.math.BigDecimal;

/**
 * Sets the faults of one endpoint: those of every provider and those that only this one can have. A
 * fault strikes from the moment it is named; {@link Fault} narrows and lifts it. Immutable.
 */
public record LeatherbackFaultPoint(FaultTable table, String endpoint) implements CommonFaults {

    /** An OBErrorResponse1 with this code, such as UK.OBIE.Resource.NotFound. */
    public Fault obieError(int status, String code) {
        return error(status, ObieError.body(status, code, "set by a fault", ""));
    }

    /** 403, the bank wants the customer to log in again. */
    public Fault reauthenticate() {
        return obieError(403, ObieError.REAUTHENTICATE);
    }

    public Fault invalidConsentStatus() {
        return obieError(400, "UK.OBIE.Resource.InvalidConsentStatus");
    }

    /** 403 of a permission that is missing, without Reauthenticate. */
    public Fault permissionMissing() {
        return obieError(403, "GB.Leatherback.PermissionMissing");
    }

    /** The OAuth error of the token endpoint; nothing is spent or rotated. */
    public Fault oauthError(int status, String error) {
        return error(status, Json.object().put("error", error).put("error_description", "a fault"));
    }

    public Fault invalidGrant() {
        return oauthError(400, "invalid_grant");
    }

    /** HTTP 200 with isSuccess=false in Leatherback's wrapper. */
    public Fault notSuccessful(String responseCode, String message) {
        return error(200, Wrapper.failed(responseCode, message));
    }

    /** Links.Next leads to http://example.com; on transactions. */
    public Fault foreignNext() {
        return foreignNext("http://example.com/accounts/transactions?page=2");
    }

    public Fault foreignNext(String url) {
        return set(new OwnEffect.Next(url));
    }

    /** Links.Next is the URL of the request. */
    public Fault nextIsSelf() {
        return set(new OwnEffect.Next(""));
    }

    /** From the second page on Links.Next leads to the first. */
    public Fault nextCycles() {
        return set(new OwnEffect.Cycle());
    }

    /** No rows and a Next behind which they are; narrow it with {@code times}. */
    public Fault emptyPage() {
        return set(new OwnEffect.EmptyPage());
    }

    public Fault repeatsARow() {
        return set(new OwnEffect.RepeatedRow());
    }

    /** One id twice on a page with two amounts, the true one last. */
    public Fault twoVersionsOfARow() {
        return set(new OwnEffect.TwoVersions());
    }

    /**
     * One more row, no part of the truth: a copy of the page's first with these members changed; a
     * null takes a member away.
     */
    public Fault extraRow(JsonNode changes) {
        ObjectNode named = Json.object().put("TransactionId", "LBX-poison");
        changes.fields().forEachRemaining(one -> named.set(one.getKey(), one.getValue()));
        return set(new OwnEffect.ExtraRow(named));
    }

    public Fault wordAsAmount() {
        return extraAmount("twelve", "GBP");
    }

    public Fault hugeAmount() {
        return extraAmount(new BigDecimal("1e30").toPlainString(), "GBP");
    }

    public Fault tooManyDecimals() {
        return extraAmount("1.000001", "GBP");
    }

    public Fault unknownCurrency() {
        return extraAmount("1.00", "XQQ");
    }

    public Fault nullAmount() {
        return extraRow(Json.object().putNull("Amount"));
    }

    public Fault noIndicator() {
        return extraRow(Json.object().putNull("CreditDebitIndicator"));
    }

    public Fault impossibleDate() {
        return extraRow(Json.object().put("BookingDateTime", "2026-02-30T10:00:00Z"));
    }

    public Fault nulInInformation() {
        return extraRow(Json.object().put("TransactionInformation", "nul\u0000byte"));
    }

    public Fault longInformation() {
        return extraRow(Json.object().put("TransactionInformation", "long ".repeat(200_000)));
    }

    /** The id_token of the callback is wrong in this way; on authorize-app/decision. */
    public Fault idToken(IdTokenFlaw flaw) {
        return set(new OwnEffect.SpoiltIdToken(flaw));
    }

    /** The callback carries an error such as server_error; on authorize-app/decision. */
    public Fault callbackError(String error) {
        return set(new OwnEffect.CallbackError(error));
    }

    /** The callback carries this state, or none; on authorize-app/decision. */
    public Fault otherState(String state) {
        return set(new OwnEffect.OtherState(state));
    }

    /** The access token names another consent; on auth/token. */
    public Fault otherConsentInToken() {
        return set(new OwnEffect.OtherConsentInToken());
    }

    /** GET of the consent shows this status; on account-access-consents/{id}. */
    public Fault showsStatus(String status) {
        return set(new OwnEffect.ShownStatus(status));
    }

    private Fault extraAmount(String amount, String currency) {
        ObjectNode changes = Json.object();
        changes.putObject("Amount").put("Amount", amount).put("Currency", currency);
        return extraRow(changes);
    }
}
