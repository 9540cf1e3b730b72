package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One user's consent with its tokens. Every step is taken whole under its own lock, so two
 * refreshes at one moment are two refreshes, one after the other. Safe for use by many threads;
 * times inside are epoch milliseconds, which is what the state file holds.
 */
@JsonAutoDetect(
        fieldVisibility = Visibility.ANY,
        getterVisibility = Visibility.NONE,
        isGetterVisibility = Visibility.NONE,
        creatorVisibility = Visibility.ANY)
public final class Connection {
    private String credentialsId;
    private String user;
    private String flavour;
    private List<String> scopes;
    private long consentCreatedAt;
    private long consentUpdatedAt;
    private long consentExpiresAt;
    private long authenticatedAt;
    private boolean revoked;
    private String refreshToken = "";
    private long refreshIssuedAt;
    private long refreshUsedAt;
    private String replacedToken = "";
    private long replacedAt;
    private final Map<String, Long> accessTokens = new LinkedHashMap<>();

    private Connection() {}

    Connection(String credentialsId, MockUser user) {
        this.credentialsId = credentialsId;
        this.user = user.key();
        this.flavour = user.flavour();
    }

    /** The user has authenticated: a new consent, and the deep window opens. */
    synchronized void authenticated(List<String> granted, Instant now, Duration consent) {
        scopes = List.copyOf(granted);
        consentCreatedAt = now.toEpochMilli();
        authenticatedAt = now.toEpochMilli();
        revoked = false;
        reconfirmed(now, consent);
    }

    /** The user has reconfirmed: the consent clock starts again, the deep window stays shut. */
    synchronized void reconfirmed(Instant now, Duration consent) {
        consentUpdatedAt = now.toEpochMilli();
        consentExpiresAt = now.plus(consent).toEpochMilli();
    }

    synchronized void access(String token, Instant until) {
        // the oldest tokens are long expired; keeping them would only grow the state
        if (accessTokens.size() > 50) {
            accessTokens.remove(accessTokens.keySet().iterator().next());
        }
        accessTokens.put(token, until.toEpochMilli());
    }

    /** Puts a new refresh token into place and remembers the one before for its grace. */
    synchronized void refreshWith(String token, Instant now) {
        replacedToken = refreshToken;
        replacedAt = now.toEpochMilli();
        refreshToken = token;
        refreshIssuedAt = now.toEpochMilli();
        refreshUsedAt = now.toEpochMilli();
    }

    /** Whether this refresh token is good at this moment; a good one counts as used. */
    synchronized boolean useRefresh(String token, Instant now, TwinSettings settings) {
        boolean graced =
                token.equals(replacedToken)
                        && now.toEpochMilli() < replacedAt + settings.rotationGraceSeconds() * 1000;
        boolean good =
                !revoked
                        && !refreshToken.isEmpty()
                        && (graced || token.equals(refreshToken))
                        && now.isBefore(later(refreshIssuedAt, settings.refreshTokenDays()))
                        && now.isBefore(later(refreshUsedAt, settings.refreshIdleDays()));
        if (good) {
            refreshUsedAt = now.toEpochMilli();
        }
        return good;
    }

    synchronized boolean accepts(String accessToken, Instant now) {
        Long until = accessTokens.get(accessToken);
        return until != null && now.toEpochMilli() < until;
    }

    synchronized boolean expired(Instant now) {
        return now.toEpochMilli() >= consentExpiresAt;
    }

    synchronized boolean deep(Instant now, Duration window) {
        return now.isBefore(Instant.ofEpochMilli(authenticatedAt).plus(window));
    }

    /** The bank or the user takes the access away: 403 on data, invalid_grant on refresh. */
    public synchronized void revoke() {
        revoked = true;
    }

    /** The consent ends now; tokens keep working as far as they did. */
    public synchronized void expireConsent() {
        consentExpiresAt = Math.min(consentExpiresAt, refreshUsedAt);
    }

    public synchronized void consentExpiresAt(Instant when) {
        consentExpiresAt = when.toEpochMilli();
    }

    /** All access tokens are expired from now on. */
    public synchronized void expireAccessTokens() {
        accessTokens.replaceAll((token, until) -> 0L);
    }

    /** The refresh token dies without a successor: the next refresh is answered invalid_grant. */
    public synchronized void killRefreshToken() {
        refreshToken = "";
        replacedToken = "";
    }

    public synchronized boolean revoked() {
        return revoked;
    }

    public String credentialsId() {
        return credentialsId;
    }

    public String user() {
        return user;
    }

    public synchronized String refreshToken() {
        return refreshToken;
    }

    public synchronized List<String> scopes() {
        return scopes;
    }

    public synchronized Instant consentExpiresAt() {
        return Instant.ofEpochMilli(consentExpiresAt);
    }

    synchronized Instant consentCreatedAt() {
        return Instant.ofEpochMilli(consentCreatedAt);
    }

    synchronized Instant consentUpdatedAt() {
        return Instant.ofEpochMilli(consentUpdatedAt);
    }

    MockUser mockUser() {
        return new MockUser(user, flavour);
    }

    synchronized List<String> tokens() {
        List<String> tokens = new java.util.ArrayList<>(accessTokens.keySet());
        tokens.add(refreshToken);
        tokens.add(replacedToken);
        tokens.removeIf(String::isEmpty);
        return tokens;
    }

    private static Instant later(long millis, int days) {
        return Instant.ofEpochMilli(millis).plus(Duration.ofDays(days));
    }
}
