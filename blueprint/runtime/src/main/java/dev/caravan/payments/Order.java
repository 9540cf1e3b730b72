package dev.caravan.payments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A payment as it is asked for, looked at in all of its fields before anything is kept or sent. Who
 * is paid does not show in {@code toString}. Immutable.
 */
record Order(
        String provider,
        String user,
        BigDecimal amount,
        String currency,
        String name,
        String sortCode,
        String account,
        String reference) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> FIELDS =
            Set.of("provider", "user", "amount", "currency", "payee", "reference");
    private static final Set<String> PAYEE = Set.of("name", "sort_code", "account_number");

    /**
     * @throws OddOrder with every field that does not fit
     */
    static Order of(JsonNode asked, PaymentSettings settings) {
        Map<String, String> odd = new LinkedHashMap<>();
        JsonNode payee = asked.path("payee");
        Order order =
                new Order(
                        text(asked, "provider", "[a-z0-9-]{1,64}", "the name of a provider", odd),
                        text(asked, "user", "(?=.*\\S)\\P{Cntrl}{1,200}", "1 to 200 letters", odd),
                        amount(asked, settings.most(), odd),
                        text(asked, "currency", settings.currency(), settings.currency(), odd),
                        text(
                                payee,
                                "name",
                                "(?=.*\\p{L})[\\p{L}\\p{M}\\p{Nd} .,'&/()-]{1,70}",
                                "1 to 70 letters, digits, blanks and . , ' & / ( ) -",
                                odd),
                        text(payee, "sort_code", "[0-9]{6}", "6 digits", odd),
                        text(payee, "account_number", "[0-9]{8}", "8 digits", odd),
                        text(
                                asked,
                                "reference",
                                "(?=.*[A-Za-z0-9])[A-Za-z0-9 ./&-]{1,18}",
                                "1 to 18 letters of A to Z, digits, blanks and . / & -",
                                odd));
        if (unknown(asked, FIELDS) || unknown(payee, PAYEE)) {
            odd.put("body", "expected no other fields");
        }
        if (!odd.isEmpty()) {
            throw new OddOrder(odd);
        }
        return order;
    }

    private static boolean unknown(JsonNode object, Set<String> known) {
        return object.properties().stream().anyMatch(field -> !known.contains(field.getKey()));
    }

    private static String text(
            JsonNode object, String field, String form, String expected, Map<String, String> odd) {
        JsonNode value = object.path(field);
        if (!value.isTextual() || !value.asText().matches(form)) {
            String name = PAYEE.contains(field) ? "payee." + field : field;
            odd.put(name, "expected " + expected + (value.isNumber() ? ", in quotes" : ""));
            return "";
        }
        return value.asText();
    }

    /** Never by way of a double: only a text is taken. */
    private static BigDecimal amount(JsonNode asked, BigDecimal most, Map<String, String> odd) {
        String expected = "above 0 and at most " + most.toPlainString() + ", such as \"12.50\"";
        String text = text(asked, "amount", "[0-9]{1,12}(\\.[0-9]{1,2})?", expected, odd);
        BigDecimal amount = text.isEmpty() ? BigDecimal.ONE : new BigDecimal(text);
        if (amount.signum() <= 0 || !text.isEmpty() && amount.compareTo(most) > 0) {
            odd.put("amount", "expected " + expected);
        }
        return amount.setScale(2, RoundingMode.UNNECESSARY);
    }

    /** All that a request to the provider may refer to, as JSON. */
    String intent(String id) {
        ObjectNode intent = JSON.createObjectNode();
        return intent.put("id", id)
                .put("amount", amount.toPlainString())
                .put("currency", currency)
                .put("name", name)
                .put("sort.code", sortCode)
                .put("account", account)
                .put("reference", reference)
                .toString();
    }

    /** The account without what would let somebody pay into it. */
    String maskedAccount() {
        return "****" + account.substring(account.length() - 4);
    }

    @Override
    public String toString() {
        return "a payment of " + amount + " " + currency;
    }
}
