package dev.caravan.payments;

import dev.caravan.faults.StoreFault;
import dev.caravan.payments.PaymentMoves.Move;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of payments after they left: the provider is asked for their state by plan, and what
 * time alone does is done. Safe for any number of threads and nodes.
 */
final class Polls {
    private static final Logger LOG = LoggerFactory.getLogger(Polls.class);
    private static final String LOOKS = "not asked again; somebody looks";

    private final PaymentWords words;
    private final PaymentSettings settings;
    private final PaymentAnswers answers;
    private final PaymentMoves moves;
    private final Upkeep upkeep;

    Polls(
            PaymentWords words,
            PaymentSettings settings,
            PaymentAnswers answers,
            PaymentMoves moves,
            Upkeep upkeep) {
        this.words = words;
        this.settings = settings;
        this.answers = answers;
        this.moves = moves;
        this.upkeep = upkeep;
    }

    List<UUID> due(int most) {
        try {
            age();
            return upkeep.due(most, settings.awaited());
        } catch (StoreFault e) {
            // said once where the outage began; the next tick asks again
            return List.of();
        }
    }

    private void age() {
        upkeep.abandon(
                words.sentence("a payment", "was not authorised in time", "nothing was sent"),
                words.sentence("a payment", "was authorised and then lost", "nothing was sent"));
        String unheard =
                words.sentence(
                        "a submission", "ended before its answer came", PaymentWords.NEVER_AGAIN);
        upkeep.unheard(unheard).forEach(id -> LOG.error("{} (payment {})", unheard, id));
        upkeep.forget(settings.keep());
    }

    void looked(Exchange exchange, UUID id) {
        PaymentAnswers.Said said = answers.read(exchange.getMessage().getBody(byte[].class));
        Duration next = next(id);
        String to = answers.state(said.status()).orElse(null);
        if (to == null) {
            moves.asked(id, said.status(), next, odd(exchange, said.status(), next));
        } else if (!moves.told(id, move(to, said.status()), null, said.status(), next)) {
            moves.asked(id, said.status(), next, next == null ? exhausted(exchange) : null);
        }
    }

    private Move move(String to, String word) {
        String from = to.equals("pending") ? "submitted unknown" : "submitted pending unknown";
        String why =
                to.equals("rejected")
                        ? words.sentence("a payment", "is " + word, "it was not made")
                        : null;
        return Move.ours(from, to, why);
    }

    private String odd(Exchange exchange, String word, Duration next) {
        return words.sentence(
                exchange,
                word == null ? "answered with no state" : "answered " + word,
                next == null ? LOOKS : "asked again");
    }

    private String exhausted(Exchange exchange) {
        return words.sentence(exchange, "still told no final state", LOOKS);
    }

    void blind(Exchange exchange, UUID id) {
        Duration next = next(id);
        String why =
                words.sentence(
                        exchange,
                        "failed: " + PaymentWords.failure(exchange),
                        next == null ? LOOKS : "asked again");
        moves.asked(id, null, next, why);
        LOG.warn(why);
    }

    private Duration next(UUID id) {
        return moves.asked(id).flatMap(asked -> settings.plan().after(asked.polls())).orElse(null);
    }
}
