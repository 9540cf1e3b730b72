package dev.caravan.sandbox.leatherback;

import java.math.BigInteger;

/**
 * One way to name an account to the world. IBANs have the right check digits of an invented bank.
 * Immutable.
 */
public record Identifier(String scheme, String value, String name, String bic) {

    /** A GB-shaped IBAN of the invented bank code LBTW. */
    static String iban(String country, long bits) {
        String body = "LBTW" + Scatter.digits(bits, 14);
        StringBuilder digits = new StringBuilder();
        for (char c : (body + country + "00").toCharArray()) {
            digits.append(Character.digit(c, 36));
        }
        int check = 98 - new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).intValue();
        return country + (check < 10 ? "0" : "") + check + body;
    }
}
