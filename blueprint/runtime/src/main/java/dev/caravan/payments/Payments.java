package dev.caravan.payments;

import dev.caravan.faults.PaymentFault;
import dev.caravan.payments.PaymentMoves.Move;
import dev.caravan.store.Database;
import dev.caravan.vault.References;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The verb that makes payments: each is submitted at most once in its life, and one whose answer is
 * unclear is never sent again. Nothing leaves unless the setting {@code payments} is on. Safe for
 * any number of threads and nodes.
 */
public final class Payments {
    private static final Logger LOG = LoggerFactory.getLogger(Payments.class);
    private static final int OK = 200;
    private static final int REDIRECT = 300;

    private final PaymentWords words;
    private final PaymentSettings settings;
    private final PaymentAnswers answers;
    private final PaymentMoves moves;
    private final Polls polls;

    /**
     * @param lines the lines of the provider's {@code answers.properties}
     */
    public Payments(
            Database database,
            String provider,
            Map<String, String> settings,
            Map<String, String> lines) {
        this.words = new PaymentWords(provider);
        this.settings = PaymentSettings.of(provider, settings);
        this.answers = new PaymentAnswers(lines);
        this.moves = new PaymentMoves(database);
        this.polls =
                new Polls(words, this.settings, answers, moves, new Upkeep(database, provider));
    }

    /**
     * Looks whether a payment may be shown to its user: before anything of it is told.
     *
     * @throws PaymentFault where payments are off or this one is no draft any more
     */
    public void open(Exchange exchange) {
        on(exchange);
        String state = moves.state(id(exchange));
        if (!state.equals("draft")) {
            throw elsewhere(exchange, state);
        }
    }

    /**
     * The user said yes, and the tokens are kept.
     *
     * @throws PaymentFault where it is no draft any more, so that nothing may be submitted
     */
    public void authorised(Exchange exchange) {
        UUID id = id(exchange);
        if (!moves.make(id, new Move("draft", "authorised", "user", null))) {
            throw elsewhere(exchange, moves.state(id));
        }
    }

    /**
     * The last step before a payment leaves; it is committed when this returns.
     *
     * @throws PaymentFault where it was here before, or payments are off: nothing may leave
     */
    public void submitting(Exchange exchange) {
        on(exchange);
        UUID id = id(exchange);
        if (!moves.leaves(id, settings.awaited())) {
            throw elsewhere(exchange, moves.state(id));
        }
    }

    private void on(Exchange exchange) {
        if (!settings.on()) {
            throw words.fault(
                    "payment " + id(exchange),
                    "finds payments switched off",
                    "nothing was sent; set payments = on");
        }
    }

    private PaymentFault elsewhere(Exchange exchange, String state) {
        return words.fault(
                "payment " + id(exchange),
                "is " + (state.isEmpty() ? "not there" : state + " already"),
                "nothing was sent");
    }

    /** Judges the answer to a submission; whatever is not clear is unknown. */
    public void answered(Exchange exchange) {
        Integer code = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        int status = code == null ? 0 : code;
        PaymentAnswers.Said said = answers.read(exchange.getMessage().getBody(byte[].class));
        boolean good = status >= OK && status < REDIRECT;
        if (good && said.id() != null) {
            settle(exchange, "submitted", null, said);
        } else if (answers.refuses(status)) {
            String why = words.sentence(exchange, "answered " + status, "it was not made");
            settle(exchange, "rejected", why, said);
        } else {
            String lack = said.json() ? " without an id" : " with no JSON";
            unknown(exchange, "answered " + status + (good ? lack : ""), said);
        }
    }

    /** The submission failed before anything of it had left. */
    public void unsent(Exchange exchange) {
        String found = "could not leave: " + PaymentWords.failure(exchange);
        String why = words.sentence(exchange, found, "nothing was sent");
        moves.make(id(exchange), Move.ours("submitting", "abandoned", why));
        LOG.warn(why);
    }

    /** The submission ended without an answer: nobody knows whether it arrived. */
    public void unclear(Exchange exchange) {
        unknown(
                exchange,
                "ended with " + PaymentWords.failure(exchange),
                new PaymentAnswers.Said(false, null, null));
    }

    private void unknown(Exchange exchange, String found, PaymentAnswers.Said said) {
        settle(
                exchange,
                "unknown",
                words.sentence(exchange, found, PaymentWords.NEVER_AGAIN),
                said);
    }

    private void settle(Exchange exchange, String to, String why, PaymentAnswers.Said said) {
        Duration next = said.id() == null ? null : settings.plan().after(0).orElse(null);
        // an answer that came after all is worth more than that nobody waited for it
        String from = to.equals("unknown") ? "submitting" : "submitting unknown";
        boolean moved =
                moves.told(id(exchange), Move.ours(from, to, why), said.id(), said.status(), next);
        if (moved && to.equals("unknown")) {
            LOG.error(why);
        } else if (moved && why != null) {
            LOG.warn(why);
        }
    }

    /**
     * Claims payments whose state the provider is to be asked for, after what time alone does to
     * others. An exchange about one has it as property {@code connection}.
     *
     * @param most how many at once
     */
    public List<UUID> due(int most) {
        return polls.due(most);
    }

    /** What the provider calls the payment, as one segment of a path. */
    public String name(Exchange exchange) {
        String name = moves.asked(id(exchange)).map(PaymentMoves.Asked::name).orElse("");
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Takes in what the provider says of a payment's state. */
    public void looked(Exchange exchange) {
        polls.looked(exchange, id(exchange));
    }

    /** The question failed; it is asked again by the plan. */
    public void blind(Exchange exchange) {
        polls.blind(exchange, id(exchange));
    }

    /** The user said no. */
    public void declined(UUID payment) {
        moves.make(payment, new Move("draft", "declined", "user", null));
    }

    /** A trip that came to nothing: the payment cannot leave any more. */
    public void abandoned(UUID payment, String why) {
        moves.make(payment, Move.ours("draft authorised", "abandoned", why));
    }

    /** Where a payment is. */
    public String state(UUID payment) {
        return moves.state(payment);
    }

    private static UUID id(Exchange exchange) {
        return References.connection(exchange);
    }
}
