package dev.caravan.faults;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.budget.Budget;
import dev.caravan.connections.Connections;
import dev.caravan.connections.Pull;
import dev.caravan.connections.Spans;
import dev.caravan.deferred.Deferral;
import dev.caravan.windows.PageWalk;
import dev.caravan.windows.Walk;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The verb that judges answers and ends pulls. An answer that is not a success becomes the fault
 * that the provider's {@code answers.properties} classes it as; what a fault teaches (a cap, an
 * absence, a pause, a consent that is gone) is remembered in the store. Safe for any number of
 * threads.
 */
public final class Faults {
    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The status of a failure whose status is not told: its code alone says what it is. */
    public static final int UNTOLD = 1;

    private static final int OK = 200;
    private static final int REDIRECT = 300;
    private static final int BAD = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int BODY_LIMIT = 65_536;

    private final String provider;
    private final Classes classes;
    private final Connections connections;
    private final Budget budget;
    private final Clock clock;

    public Faults(
            String provider, Classes classes, Connections connections, Budget budget, Clock clock) {
        this.provider = provider;
        this.classes = classes;
        this.connections = connections;
        this.budget = budget;
        this.clock = clock;
    }

    /**
     * Passes a success and raises anything else as its class.
     *
     * @throws Fault of the class the provider's file names
     */
    public void judge(Exchange exchange) {
        Integer answered = exchange.getMessage().getHeader("CamelHttpResponseCode", Integer.class);
        int status = answered == null ? 0 : answered;
        if (status >= OK && status < REDIRECT && failedInside(exchange)) {
            status = BAD;
        }
        if (status >= OK && status < REDIRECT) {
            exchange.removeProperty("refused.token");
            exchange.removeProperty("attempts");
            exchange.getMessage().removeHeaders("CamelRedeliver*");
            return;
        }
        String code = code(exchange);
        String endpoint = exchange.getProperty("endpoint", "", String.class);
        Classes.Class as =
                status == UNTOLD
                        ? classes.untold(code, endpoint)
                        : classes.of(status, code, endpoint);
        Pull pull = Pull.of(exchange);
        if (pull != null && pull.attended()) {
            as = as.withUser();
        }
        Instant until = until(exchange, as);
        Long call = exchange.getProperty("call", Long.class);
        if (call != null) {
            budget.failed(call, status, code, status != UNAUTHORIZED);
        }
        if (as.name().equals("token") && refusedAgain(exchange)) {
            as = classes.refusedAgain(endpoint);
        }
        if (as.name().equals("transient")
                && exchange.getMessage().getHeader("Retry-After") != null
                && until != null) {
            as = new Classes.Class("throttled", null);
        }
        throw fault(as, exchange, status, code, until);
    }

    /**
     * Passes an answer that is JSON to its last byte, so that a path into it means something.
     *
     * @throws BodyFault where it is not
     */
    public void json(Exchange exchange) {
        byte[] body = exchange.getMessage().getBody(byte[].class);
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != null) {
                while (parser.nextToken() != null) {
                    parser.finishToken();
                }
                return;
            }
        } catch (IOException e) {
            // said below, without the parser's words, which quote the answer
        }
        throw new BodyFault(
                said(
                        "CARAVAN-BODY",
                        String.valueOf(exchange.getProperty("request")),
                        "answered with no JSON: " + body.length + " bytes that do not parse",
                        "nothing was stored; it is asked again",
                        null));
    }

    /**
     * Refuses an answer that no path told apart.
     *
     * @param found what it has, never a part of it
     * @throws BodyFault always
     */
    public void odd(Exchange exchange, String found) {
        throw new BodyFault(
                said(
                        "CARAVAN-BODY",
                        String.valueOf(exchange.getProperty("request")),
                        "answered with " + found,
                        "nothing was changed; what was there before stays",
                        null));
    }

    /** Whether an answer with a good status says inside that it is none. */
    private boolean failedInside(Exchange exchange) {
        if (classes.okPointer() == null) {
            return false;
        }
        try {
            JsonNode word =
                    JSON.readTree(exchange.getMessage().getBody(byte[].class))
                            .at(classes.okPointer());
            return !word.isMissingNode() && !word.asText().equals(classes.okValue());
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether a token that was renewed for this call, or only just before it, is refused too. */
    private boolean refusedAgain(Exchange exchange) {
        Object refused = exchange.getProperty("refused.token");
        Object now = exchange.getProperty("token.generation");
        Instant renewed = exchange.getProperty("token.refreshed", Instant.class);
        boolean again =
                refused != null && now != null && !refused.equals(now)
                        // clocks of node and store differ: without a rest only a second token tells
                        || renewed != null
                                && !classes.tokenRest().isZero()
                                && renewed.isAfter(clock.instant().minus(classes.tokenRest()));
        if (again) {
            // nobody renews it for this any more
            exchange.removeProperty("refused.token");
        } else {
            exchange.setProperty("refused.token", now);
        }
        return again;
    }

    /**
     * Raises only what a circuit breaker should count: an answer that says the provider is in
     * trouble. Everything else passes for {@link #judge} behind the breaker, which swallows what it
     * does not count.
     */
    public void trouble(Exchange exchange) {
        Integer status = exchange.getMessage().getHeader("CamelHttpResponseCode", Integer.class);
        String endpoint = exchange.getProperty("endpoint", "", String.class);
        if (status != null
                && status >= REDIRECT
                && classes.of(status, code(exchange), endpoint).name().equals("transient")) {
            judge(exchange);
        }
    }

    private Fault fault(
            Classes.Class as, Exchange exchange, int status, String code, Instant until) {
        String attempted = String.valueOf(exchange.getProperty("request"));
        String found =
                (status == UNTOLD ? "failed" : "answered " + status)
                        + (code == null ? "" : " " + code);
        return switch (as.name()) {
            case "transient" ->
                    new TransientFault(
                            said(
                                    "CARAVAN-PROVIDER",
                                    attempted,
                                    found,
                                    "asked again, then at the next slot",
                                    until));
            case "throttled" ->
                    new ThrottledFault(
                            said(
                                    "CARAVAN-THROTTLED",
                                    attempted,
                                    found,
                                    "the connection rests",
                                    until));
            case "quota" ->
                    new QuotaFault(
                            said(
                                    "CARAVAN-QUOTA",
                                    attempted,
                                    found,
                                    "not called again before then",
                                    until));
            case "token" ->
                    new TokenFault(
                            said(
                                    "CARAVAN-TOKEN",
                                    attempted,
                                    found,
                                    "refreshed once and asked once more",
                                    null));
            case "consent" ->
                    new ConsentFault(
                            said(
                                    "CARAVAN-CONSENT",
                                    attempted,
                                    found,
                                    "the user has to connect again",
                                    null));
            case "revoked" ->
                    new RevokedFault(
                            said(
                                    "CARAVAN-REVOKED",
                                    attempted,
                                    found,
                                    "asked once more, then the connection ends",
                                    until));
            case "denied" ->
                    new DeniedFault(
                            said(
                                    "CARAVAN-DENIED",
                                    attempted,
                                    found,
                                    "the consent is confirmed with the cheapest call",
                                    null));
            case "client" ->
                    new ClientFault(
                            said(
                                    "CARAVAN-CLIENT",
                                    attempted,
                                    found,
                                    "the provider is stopped until its settings change",
                                    null));
            case "window" ->
                    new WindowFault(
                            said(
                                    "CARAVAN-WINDOW",
                                    attempted,
                                    found,
                                    "a narrower window is asked for",
                                    null));
            case "login" ->
                    new LoginFault(
                            said(
                                    "CARAVAN-LOGIN",
                                    attempted,
                                    found,
                                    "skipped until the user's next login",
                                    null));
            case "absent" ->
                    new AbsentFault(
                            said("CARAVAN-ABSENT", attempted, found, "not asked again", until));
            case "withheld" ->
                    new AbsentFault(
                            said(
                                    "CARAVAN-WITHHELD",
                                    attempted,
                                    found,
                                    "not asked again for this connection",
                                    until));
            case "gone" ->
                    new GoneFault(
                            said(
                                    "CARAVAN-GONE",
                                    attempted,
                                    found,
                                    "the accounts are listed again",
                                    null));
            case "locked" ->
                    new ThrottledFault(
                            said(
                                    "CARAVAN-LOCKED",
                                    attempted,
                                    found,
                                    "the connection rests",
                                    until));
            case "body" ->
                    new BodyFault(
                            said("CARAVAN-BODY", attempted, found, "nothing was stored", null));
            default ->
                    new RequestFault(
                            said(
                                    "CARAVAN-REQUEST",
                                    attempted,
                                    found,
                                    "not repeated; an operator should look",
                                    null));
        };
    }

    private Fault.Account said(
            String code, String attempted, String found, String next, Instant until) {
        return new Fault.Account(code, provider, attempted, found, next, until);
    }

    private String code(Exchange exchange) {
        byte[] body = exchange.getMessage().getBody(byte[].class);
        if (body == null || body.length == 0 || body.length > BODY_LIMIT) {
            return null;
        }
        try {
            JsonNode answer = JSON.readTree(body);
            return classes.codePointers().stream()
                    .map(answer::at)
                    .filter(JsonNode::isTextual)
                    .map(JsonNode::asText)
                    .filter(code -> code.matches("[A-Za-z0-9_.-]{1,64}"))
                    .findFirst()
                    .orElse(null);
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * Until when: what Retry-After says within a day (RFC 9110 section 10.2.3), else the class's
     * span.
     */
    private Instant until(Exchange exchange, Classes.Class as) {
        Instant now = clock.instant();
        String header = exchange.getMessage().getHeader("Retry-After", String.class);
        Instant told = header == null ? null : told(header.strip(), now, classes.longestPause());
        Pull pull = Pull.of(exchange);
        Duration span = as.span(pull == null ? 0 : pull.failures());
        Instant own = span == null ? null : now.plus(span);
        Duration longest = classes.longestPause();
        if (told == null || !told.isAfter(now)) {
            return own;
        }
        Instant within = told.isAfter(now.plus(longest)) ? now.plus(longest) : told;
        // a used-up allowance stays so for its day, however soon the server would take a call,
        // unless the provider is known to tell when it is free
        return as.name().equals("quota")
                        && !classes.quotaTold()
                        && own != null
                        && own.isAfter(within)
                ? own
                : within;
    }

    private static Instant told(String header, Instant now, Duration longest) {
        try {
            return header.matches("\\d{1,18}")
                    ? now.plusSeconds(Math.min(Long.parseLong(header), longest.toSeconds()))
                    : ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    /**
     * Whether a call that failed for a moment is made again in place: once, thrice with the user
     * present.
     */
    public boolean again(Exchange exchange) {
        Pull pull = Pull.of(exchange);
        // a result is looked for again by its plan
        int most = Deferral.of(exchange) != null ? 0 : pull != null && pull.attended() ? 3 : 1;
        int attempts = exchange.getProperty("attempts", 0, Integer.class) + 1;
        exchange.setProperty("attempts", attempts);
        boolean again = attempts <= most;
        if (again && pull != null) {
            connections.waiting(pull);
        }
        return again;
    }

    /** Remembers a fault that costs one kind of one account, and lets the pull go on. */
    public void note(Exchange exchange) {
        Exception cause = cause(exchange);
        exchange.removeProperty("attempts");
        if (Pull.of(exchange).stopsBy(cause)) {
            // nothing was wrong with the call: it is made by the next version
            Pull.of(exchange).cut();
            return;
        }
        boolean quiet = cause instanceof DoneFault || cause instanceof DeferredFault;
        if (!(cause instanceof DoneFault)) {
            Pull.of(exchange).readings().missed(exchange, said(cause));
        }
        if (!(quiet || cause instanceof AbsentFault)) {
            Pull.of(exchange).unfinished(Pull.kind(exchange), said(cause));
        }
        Walk walk = Walk.of(exchange);
        if (walk != null) {
            walk.stop();
        }
        if (walk instanceof PageWalk pages && pages.lost() && cause instanceof RequestFault) {
            connections.restart(pages);
        }
        if (cause instanceof AbsentFault absent && absent.until() != null) {
            remember(exchange, absent);
        } else if (cause instanceof QuotaFault quota && quota.until() != null) {
            budget.ban(exchange, quota.until(), quota.code());
        } else if (cause instanceof LoginFault) {
            budget.banUntilLogin(exchange, "CARAVAN-LOGIN");
        }
        if (quiet) {
            LOG.debug(said(cause));
        } else {
            LOG.warn(said(cause));
        }
    }

    private void remember(Exchange exchange, AbsentFault absent) {
        if (absent.code().equals("CARAVAN-WITHHELD")) {
            budget.ban(exchange, absent.until(), absent.code());
        } else {
            budget.absent(exchange, absent.until(), absent.code());
        }
    }

    /**
     * A second call was denied too: what both tell is that the consent is gone.
     *
     * @throws ConsentFault always
     */
    public void confirmed(Exchange exchange) {
        throw new ConsentFault(
                said(
                        "CARAVAN-CONSENT",
                        String.valueOf(exchange.getProperty("request")),
                        "was denied, and so was another call before it",
                        "the user has to connect again",
                        null));
    }

    /** Ends a pull that a fault broke off; {@code every} is when it would be due anyway. */
    public void end(Exchange exchange, String every) {
        Exception cause = cause(exchange);
        Pull pull = Pull.of(exchange);
        if (cause instanceof LeaseFault || cause instanceof StoreFault) {
            LOG.warn(cause.getMessage());
            connections.dropped(pull);
            return;
        }
        if (cause instanceof HeldFault) {
            held(pull, cause.getMessage());
            return;
        }
        if (pull.stopsBy(cause)) {
            yielded(pull);
            return;
        }
        String state = null;
        Instant pause = null;
        if (cause instanceof ConsentFault) {
            state = "reauth_required";
        } else if (cause instanceof ClientFault) {
            connections.stop(cause.getMessage());
        } else if (cause instanceof ThrottledFault throttled) {
            pause = throttled.until();
        } else if (cause instanceof RevokedFault revoked) {
            pause = revoked.until();
            Duration doubt =
                    pause == null ? Duration.ZERO : Duration.between(clock.instant(), pause);
            // due again when the pause is over, a moment early so that this then confirms
            if (connections.confirmed(pull, doubt.minusSeconds(doubt.toSeconds() / 10))) {
                state = "revoked";
                connections.forget(pull);
            }
        }
        if (cause instanceof Fault || lost(cause)) {
            LOG.warn(said(cause));
        } else {
            LOG.error("CARAVAN-UNEXPECTED {}: pull {} broke off", provider, pull.id(), cause);
        }
        try {
            connections.broken(pull, said(cause), state, pause, next(pause, every));
        } catch (LeaseFault | StoreFault lost) {
            LOG.warn(lost.getMessage());
        }
    }

    private void held(Pull pull, String why) {
        LOG.info(why);
        try {
            connections.held(pull, why);
        } catch (LeaseFault | StoreFault lost) {
            LOG.warn(lost.getMessage());
        }
    }

    private void yielded(Pull pull) {
        try {
            connections.yielded(pull);
        } catch (LeaseFault | StoreFault lost) {
            LOG.warn(lost.getMessage());
        }
    }

    /** A connection that only rests goes on when it has rested. */
    private Duration next(Instant pause, String every) {
        Duration rest = pause == null ? null : Duration.between(clock.instant(), pause);
        Duration usual = Spans.of(every);
        return rest == null || rest.isNegative() || rest.compareTo(usual) > 0 ? usual : rest;
    }

    /** The fault that an exchange was broken off by, whatever wraps it; else what was raised. */
    public static Exception cause(Exchange exchange) {
        Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        Exception found = cause == null ? exchange.getException() : cause;
        // a splitter wraps what stops it
        for (Throwable inner = found; inner != null; inner = inner.getCause()) {
            if (inner instanceof Fault fault) {
                return fault;
            }
        }
        return found;
    }

    /** Whether a call found nobody or had no whole answer, which everybody expects some day. */
    private static boolean lost(Throwable cause) {
        return cause instanceof IOException || cause.getCause() != null && lost(cause.getCause());
    }

    private String said(Exception cause) {
        if (cause instanceof Fault) {
            return cause.getMessage();
        }
        Throwable root = cause;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return "CARAVAN-PROVIDER "
                + provider
                + ": the call failed with "
                + root.getClass().getSimpleName()
                + "; asked again at the next slot";
    }
}
