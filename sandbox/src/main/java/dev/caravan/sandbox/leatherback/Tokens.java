package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Codes and tokens: makes them, knows them again and lets them die. A code and a rotating token are
 * good once, whoever comes first. Safe for use by many threads.
 */
final class Tokens {
    private final Supplier<LeatherbackSettings> settings;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, AccessToken> access = new ConcurrentHashMap<>();
    private final Map<String, RefreshToken> refresh = new ConcurrentHashMap<>();
    private final Map<String, Code> codes = new ConcurrentHashMap<>();
    private final Set<String> issued = ConcurrentHashMap.newKeySet();

    Tokens(Supplier<LeatherbackSettings> settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** With the password in clear, as published. */
    AccessToken forClient(Client client) {
        ObjectNode claims = Json.object().put("unique_name", uniqueName(client));
        return accessToken(client.id(), "", claims.put("certificate", client.certificate()));
    }

    AccessToken forCustomer(Client client, String consentId, String shownConsent, Customer owner) {
        ObjectNode claims = Json.object().put("unique_name", uniqueName(client));
        claims.put("customerId", owner.id()).put("consentId", shownConsent);
        return accessToken(client.id(), consentId, claims);
    }

    private String uniqueName(Client client) {
        String other =
                Scatter.hex(Scatter.of(1, client.id())) + Scatter.hex(Scatter.of(2, client.id()));
        return settings.get().uniqueNameDiffers() ? other.toUpperCase() : client.id();
    }

    private AccessToken accessToken(String clientId, String consentId, ObjectNode claims) {
        long now = clock.instant().getEpochSecond();
        long expiry = now + settings.get().accessTokenSeconds();
        claims.put("nbf", now).put("exp", expiry).put("iat", now);
        String input = Jws.input(Json.object().put("alg", "HS256").put("typ", "JWT"), claims);
        // a key of its own each time, so that two tokens of one second are not one token
        byte[] mac = Jws.hs256(bytes(32), input.getBytes(StandardCharsets.US_ASCII));
        boolean opaque = settings.get().opaqueAccessTokens();
        String value = opaque ? random("oa_at_") : input + '.' + Jws.text(mac);
        AccessToken token = new AccessToken(value, clientId, consentId, expiry, false);
        access.put(value, token);
        issued.add(value);
        return token;
    }

    RefreshToken refreshToken(String clientId, String consentId) {
        long expiry =
                clock.instant().getEpochSecond() + settings.get().refreshTokenDays() * 86_400L;
        RefreshToken token =
                new RefreshToken(random("oa_rt_"), clientId, consentId, expiry, "", 0, false);
        refresh.put(token.value(), token);
        return token;
    }

    Code code(RequestObject asked) {
        long expiry = clock.instant().getEpochSecond() + settings.get().codeSeconds();
        Code code =
                new Code(
                        random("oa_code_"),
                        asked.clientId(),
                        asked.consentId(),
                        asked.redirectUri(),
                        asked.nonce(),
                        expiry,
                        false);
        codes.put(code.value(), code);
        return code;
    }

    Optional<Code> code(String value) {
        return Optional.ofNullable(codes.get(value));
    }

    /** Whether this call is the one that uses the code up. */
    boolean spend(Code code) {
        return codes.replace(code.value(), code, code.spent());
    }

    Optional<RefreshToken> refreshToken(String value) {
        return Optional.ofNullable(refresh.get(value));
    }

    /** The successor of a token; its own one where another call was quicker, within the grace. */
    synchronized Optional<RefreshToken> rotate(String value) {
        RefreshToken before = refresh.get(value);
        if (before == null || !before.alive(clock.instant())) {
            int grace = settings.get().rotationGraceSeconds();
            return Optional.ofNullable(before)
                    .filter(old -> old.inGrace(clock.instant(), grace))
                    .map(old -> refresh.get(old.successor()));
        }
        RefreshToken next = refreshToken(before.clientId(), before.consentId());
        refresh.put(value, before.rotated(next.value(), clock.instant()));
        return Optional.of(next);
    }

    Optional<AccessToken> access(String value) {
        return Optional.ofNullable(access.get(value));
    }

    /** Nothing that was given out under this consent works any longer. */
    void kill(String consentId) {
        access.replaceAll((k, one) -> one.consentId().equals(consentId) ? one.killed() : one);
        killRefresh(consentId);
    }

    void killRefresh(String consentId) {
        refresh.replaceAll((k, one) -> one.consentId().equals(consentId) ? one.killed() : one);
    }

    void expireAccess(String consentId) {
        access.replaceAll(
                (k, one) -> one.consentId().equals(consentId) ? one.expired(clock.instant()) : one);
    }

    /** Opaque text that nobody can guess, remembered as given out. */
    String random(String prefix) {
        String value = prefix + HexFormat.of().formatHex(bytes(24));
        issued.add(value);
        return value;
    }

    /** 32 hexadecimal digits; no secret. */
    String clientId() {
        return HexFormat.of().formatHex(bytes(16));
    }

    Set<String> issued() {
        return Set.copyOf(issued);
    }

    Collection<AccessToken> allAccess() {
        return List.copyOf(access.values());
    }

    Collection<RefreshToken> allRefresh() {
        return List.copyOf(refresh.values());
    }

    void restore(AccessToken token) {
        access.put(token.value(), token);
        issued.add(token.value());
    }

    void restore(RefreshToken token) {
        refresh.put(token.value(), token);
        issued.add(token.value());
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
