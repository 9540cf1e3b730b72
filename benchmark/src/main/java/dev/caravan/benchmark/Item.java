package dev.caravan.benchmark;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * One transaction as it streams by: the fields that become columns, and where in the page's bytes
 * it lies. One object shows row after row, so nothing but the wanted texts is allocated. Owned by
 * one thread.
 */
final class Item {
    int from;
    int to;
    int volatileFrom;
    int volatileTo;
    int cardFrom;
    int cardTo;
    String normalised;
    String provider;
    String timestamp;
    String amount;
    String currency;
    String description;
    String type;
    String balance;
    String merchant;
    String category;
    String preferred;
    String debtor;
    String providerMerchant;
    String iban;
    String class0;
    String class1;

    private final CRC32 low = new CRC32();
    private final CRC32C high = new CRC32C();

    /** Reads the object the parser stands on. */
    void read(JsonParser parser) throws IOException {
        normalised = provider = timestamp = amount = currency = description = type = null;
        balance = merchant = category = preferred = debtor = providerMerchant = iban = null;
        class0 = class1 = null;
        volatileFrom = volatileTo = cardFrom = cardTo = -1;
        from = at(parser);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            int start = at(parser);
            parser.nextToken();
            switch (name) {
                case "transaction_id" -> {
                    volatileFrom = start;
                    parser.finishToken();
                    volatileTo = end(parser);
                }
                case "normalised_provider_transaction_id" -> normalised = text(parser);
                case "provider_transaction_id" -> provider = text(parser);
                case "timestamp" -> timestamp = text(parser);
                case "amount" -> amount = parser.getText();
                case "currency" -> currency = text(parser);
                case "description" -> description = text(parser);
                case "transaction_type" -> type = text(parser);
                case "merchant_name" -> merchant = text(parser);
                case "transaction_category" -> category = text(parser);
                case "running_balance" -> readBalance(parser);
                case "transaction_classification" -> readClasses(parser);
                case "meta" -> readMeta(parser);
                default -> parser.skipChildren();
            }
        }
        to = end(parser);
    }

    private void readBalance(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = parser.currentName().equals("amount");
            parser.nextToken();
            if (wanted) {
                balance = text(parser);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void readClasses(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            if (i == 0) {
                class0 = text(parser);
            } else if (i == 1) {
                class1 = text(parser);
            }
            parser.skipChildren();
        }
    }

    private void readMeta(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "counter_party_preferred_name" -> preferred = text(parser);
                case "debtor_account_name" -> debtor = text(parser);
                case "provider_merchant_name" -> providerMerchant = text(parser);
                case "counter_party_iban" -> iban = text(parser);
                case "cardNumber" -> {
                    cardFrom = at(parser) + 1;
                    parser.finishToken();
                    cardTo = end(parser) - 1;
                }
                default -> parser.skipChildren();
            }
        }
    }

    private static String text(JsonParser parser) throws IOException {
        return parser.currentToken() == JsonToken.VALUE_NULL ? null : parser.getText();
    }

    private static int at(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    private static int end(JsonParser parser) {
        return (int) parser.currentLocation().getByteOffset();
    }

    /** A key that stays: the bank's id, or what tells two records apart where there is none. */
    String key() {
        if (normalised != null && !normalised.isEmpty()) {
            return "n:" + normalised;
        }
        return provider != null && !provider.isEmpty() ? "p:" + provider : null;
    }

    boolean zero() {
        for (int i = 0; i < amount.length(); i++) {
            char c = amount.charAt(i);
            if (c != '0' && c != '.' && c != '-') {
                return false;
            }
        }
        return true;
    }

    /** Money out of an account is negative, and what the bank calls a debit is money out. */
    String signed() {
        boolean turned = "DEBIT".equalsIgnoreCase(type) && amount.charAt(0) != '-' && !zero();
        return turned ? "-" + amount : amount;
    }

    /** Whether sign and type of the item say different things. */
    boolean conflicting() {
        return !zero()
                && (amount.charAt(0) == '-'
                        ? "CREDIT".equalsIgnoreCase(type)
                        : "DEBIT".equalsIgnoreCase(type));
    }

    String fingerprint() {
        StringBuilder whole = new StringBuilder(96);
        String day =
                timestamp == null ? null : timestamp.substring(0, Math.min(10, timestamp.length()));
        for (String part : new String[] {day, signed(), currency, description}) {
            if (part != null) {
                whole.append(whole.isEmpty() ? "" : "|").append(part);
            }
        }
        return whole.toString();
    }

    /** All bytes of the item but its volatile id, in 64 bits; both sums run in hardware. */
    long digest(byte[] page) {
        low.reset();
        high.reset();
        int cut = volatileFrom < 0 ? to : volatileFrom;
        low.update(page, from, cut - from);
        high.update(page, from, cut - from);
        if (cut < to) {
            low.update(page, volatileTo, to - volatileTo);
            high.update(page, volatileTo, to - volatileTo);
        }
        return high.getValue() << 32 | low.getValue();
    }
}
