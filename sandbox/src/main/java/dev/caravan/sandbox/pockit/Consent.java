package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a user allowed, and the tokens that came of it. A test may end any of it at any moment,
 * silently as the provider does. Safe for use by many threads; times are milliseconds of the epoch
 * inside, so that it can be written to a file.
 */
@JsonAutoDetect(
        fieldVisibility = JsonAutoDetect.Visibility.ANY,
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public final class Consent {
    private String intentId = "";
    private String uuid = "";
    private String kind = "";
    private String user = "";
    private String payinfo = "";
    private List<String> scopes = List.of();
    private int idSalt;
    private long endsAt;
    private String code = "";
    private long codeUntil;
    private boolean exchanged;
    private String refreshToken = "";
    private long refreshUntil;
    private String previousRefreshToken = "";
    private long rotatedAt;
    private String accessToken = "";
    private final Map<String, Long> accessUntil = new LinkedHashMap<>();
    private boolean revoked;

    /** For the reader of the state file. */
    Consent() {}

    Consent(Intent intent, String user, List<String> scopes, int idSalt, Instant endsAt) {
        this.intentId = intent.id();
        this.uuid = intent.uuid();
        this.kind = intent.kind();
        this.payinfo = intent.payinfo();
        this.user = user;
        this.scopes = List.copyOf(scopes);
        this.idSalt = idSalt;
        this.endsAt = endsAt.toEpochMilli();
    }

    public String intentId() {
        return intentId;
    }

    /** The caller's own uuid for it. */
    public String uuid() {
        return uuid;
    }

    public String user() {
        return user;
    }

    public boolean payment() {
        return kind.equals("pisp");
    }

    public List<String> scopes() {
        return scopes;
    }

    /** Whether its code was ever exchanged: from then on its data may be seen. */
    public synchronized boolean exchanged() {
        return exchanged;
    }

    /** The newest access token; empty before the exchange. */
    public synchronized String accessToken() {
        return accessToken;
    }

    /** The refresh token that is good now. */
    public synchronized String refreshToken() {
        return refreshToken;
    }

    public synchronized Instant endsAt() {
        return Instant.ofEpochMilli(endsAt);
    }

    /** The user takes it back; the caller is not told. */
    public synchronized void revoke() {
        revoked = true;
    }

    public synchronized boolean revoked() {
        return revoked;
    }

    public synchronized void endsAt(Instant when) {
        endsAt = when.toEpochMilli();
    }

    public synchronized void expireAccessTokens() {
        accessUntil.clear();
    }

    public synchronized void killRefreshToken() {
        refreshUntil = 0;
    }

    String payinfo() {
        return payinfo;
    }

    int idSalt() {
        return idSalt;
    }

    synchronized void issueCode(String fresh, Instant until) {
        code = fresh;
        codeUntil = until.toEpochMilli();
    }

    /** Takes the code once and in time; a late or second attempt spends nothing and gets no. */
    synchronized boolean redeem(String offered, Instant now) {
        boolean good = !exchanged && code.equals(offered) && now.toEpochMilli() < codeUntil;
        exchanged |= good;
        return good;
    }

    synchronized boolean refreshes(String offered, Instant now) {
        return offered.equals(refreshToken) && now.toEpochMilli() < refreshUntil;
    }

    /**
     * Whether it is the token before the present one, used so shortly ago that it counts as lost.
     */
    synchronized boolean inGrace(String offered, Instant now, Duration grace) {
        return offered.equals(previousRefreshToken)
                && now.toEpochMilli() - rotatedAt < grace.toMillis();
    }

    synchronized void rotate(String fresh, Instant now, Duration life) {
        previousRefreshToken = refreshToken;
        rotatedAt = now.toEpochMilli();
        refreshToken = fresh;
        refreshUntil = now.plus(life).toEpochMilli();
    }

    /** Adds an access token and answers those that are long dead and now forgotten. */
    synchronized List<String> grant(String fresh, Instant now, Duration life) {
        List<String> dead = new ArrayList<>();
        accessUntil.forEach(
                (token, until) -> {
                    if (until <= now.toEpochMilli()) {
                        dead.add(token);
                    }
                });
        dead.forEach(accessUntil::remove);
        accessToken = fresh;
        accessUntil.put(fresh, now.plus(life).toEpochMilli());
        return dead;
    }

    synchronized boolean admits(String token, Instant now) {
        Long until = accessUntil.get(token);
        return until != null && now.toEpochMilli() < until;
    }

    synchronized List<String> secrets() {
        List<String> all = new ArrayList<>(accessUntil.keySet());
        all.addAll(List.of(code, refreshToken, previousRefreshToken));
        return all;
    }
}
