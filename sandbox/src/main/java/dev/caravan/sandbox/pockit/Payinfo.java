package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the details of a payment must look like (contract 5, steps 1 and 2). Stateless. */
final class Payinfo {
    private static final Map<String, Pattern> MEMBERS =
            Map.of(
                    "amount", Pattern.compile("(0|[1-9]\\d{0,12})(\\.\\d{1,2})?"),
                    "currency", Pattern.compile("GBP"),
                    "creditor_name", Pattern.compile(".*\\S.*"),
                    "creditor_sort_code", Pattern.compile("\\d{6}"),
                    "creditor_account_number", Pattern.compile("\\d{8}"),
                    "reference", Pattern.compile(".{0,18}"));

    private Payinfo() {}

    /** What is wrong with it, or nothing. */
    static Optional<String> complaint(JsonNode details) {
        if (!(details instanceof ObjectNode object)) {
            return Optional.of("an object with the details of the payment expected");
        }
        for (Map.Entry<String, Pattern> member : MEMBERS.entrySet()) {
            JsonNode value = object.path(member.getKey());
            if (!value.isTextual() || !member.getValue().matcher(value.asText()).matches()) {
                return Optional.of(
                        member.getKey()
                                + ": expected "
                                + member.getValue().pattern()
                                + ", found "
                                + value);
            }
        }
        if (object.path("amount").asText().matches("[0.]+")) {
            return Optional.of("amount: expected more than zero");
        }
        return object.size() == MEMBERS.size()
                ? Optional.empty()
                : Optional.of("a member too many: " + object);
    }
}
