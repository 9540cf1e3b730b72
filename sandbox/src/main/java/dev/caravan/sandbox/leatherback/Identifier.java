package dev.caravan.sandbox.leatherback;

/**
 * One way to name an account to the world. IBANs have the right check digits of an invented bank.
 * Immutable.
 */
public record Identifier(String scheme, String value, String name, String bic) {

    /** A GB-shaped IBAN of the invented bank code LBTW. */
    static String iban(String country, long bits) {
        String body = "LBTW" + Scatter.digits(bits, 14);
        String rearranged = body + country + "00";
        int rest = 0;
        for (int at = 0; at < rearranged.length(); at++) {
            int value = Character.digit(rearranged.charAt(at), 36);
            rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
        }
        int check = 98 - rest;
        return country + (check < 10 ? "0" : "") + check + body;
    }
}
