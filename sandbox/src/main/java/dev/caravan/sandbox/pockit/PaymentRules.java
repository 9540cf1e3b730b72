package dev.caravan.sandbox.pockit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a payment is asked for and how it goes on (contract 5); next to nothing of it is published.
 * Immutable.
 *
 * @param payinfo Whether the details belong into the authorisation request.
 * @param payinfoMember The member of that request that holds them.
 * @param paymentIdName The member of the answer that holds the id; empty means DomesticPaymentId in
 *     shape O and PaymentReference in shape F.
 * @param paymentSteps The words of the status, each with the seconds after which it holds: {@code
 *     Pending 0, AcceptedSettlementCompleted 60}.
 * @param requireIdempotencyKey Whether x-idempotency-key must be the uuid of the intent.
 * @param idempotent Whether the same key again brings the same answer and not a refusal.
 */
public record PaymentRules(
        Payinfo payinfo,
        String payinfoMember,
        String paymentIdName,
        String paymentSteps,
        boolean requireIdempotencyKey,
        boolean idempotent) {

    /** What the authorisation request is to say about the payment. */
    public enum Payinfo {
        REQUIRED,
        OPTIONAL,
        /** The member is unknown, as the seed's four fields suggest. */
        REFUSED
    }

    /** From when on a status holds. */
    record Step(String status, Duration after) {}

    public PaymentRules {
        steps(paymentSteps);
    }

    static PaymentRules defaults() {
        return new PaymentRules(
                Payinfo.REQUIRED,
                "payinfo",
                "",
                "Pending 0, AcceptedSettlementInProcess 10, AcceptedSettlementCompleted 60",
                true,
                false);
    }

    /** The status of a payment that was accepted so long ago. */
    String status(Duration age) {
        String status = "Pending";
        for (Step step : steps(paymentSteps)) {
            if (step.after().compareTo(age) <= 0) {
                status = step.status();
            }
        }
        return status;
    }

    private static List<Step> steps(String text) {
        List<Step> steps = new ArrayList<>();
        for (String step : text.split(",")) {
            String[] words = step.trim().split(" +");
            if (words.length != 2 || !words[1].matches("\\d{1,9}")) {
                throw new IllegalArgumentException(
                        "paymentSteps: expected a word and seconds, found " + step);
            }
            steps.add(new Step(words[0], Duration.ofSeconds(Long.parseLong(words[1]))));
        }
        return steps;
    }
}
