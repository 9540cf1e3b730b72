package dev.caravan.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.LocalDate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Other words of the same shape: digits for digits, letters for letters, the same for the same. By
 * HMAC-SHA256 under a key that is thrown away, so that nobody finds the way back. For one thread.
 */
final class Pseudonyms {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");
    private static final Pattern IBAN = Pattern.compile("[A-Z]{2}\\d{2}[A-Z0-9]{11,30}");
    private static final Pattern DATE = Pattern.compile("(\\d{4})-(\\d{2})-(\\d{2})(.*)");
    private static final Pattern HEX = Pattern.compile("(?i)(?=.*\\d)[0-9a-f-]{8,}");
    private static final int HEX_LETTERS = 6;
    private static final int LETTERS = 26;
    private static final int IBAN_MODULUS = 97;

    private final Mac mac;

    Pseudonyms(byte[] key) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What tells of a person: a name, an address, a number, a text that may hold one of them. */
    String person(String value) {
        if (value.contains("@") && value.contains(".")) {
            return shape(value.substring(0, value.indexOf('@'))) + "@example.com";
        }
        if (IBAN.matcher(value).matches()) {
            return iban(value);
        }
        var date = DATE.matcher(value);
        if (date.matches()) {
            // a day that there is, in the years of people who are alive
            return LocalDate.of(1950, 1, 1).plusDays(stream(value)[0] * 64L) + date.group(4);
        }
        return WORD.matcher(value).replaceAll(this::word);
    }

    /** An id, an account number among them. */
    String id(String value) {
        return IBAN.matcher(value).matches() ? iban(value) : shape(value);
    }

    private String word(MatchResult word) {
        return shape(word.group());
    }

    /** The same shape; case does not make two words of one. */
    String shape(String value) {
        byte[] stream = stream(value.toLowerCase(java.util.Locale.ROOT));
        boolean hex = HEX.matcher(value).matches();
        StringBuilder out = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            int other = stream[i % stream.length] + 31 * (i / stream.length);
            if (Character.isDigit(c)) {
                out.append((char) ('0' + Math.floorMod(other, 10)));
            } else if (Character.isLetter(c)) {
                int letter = Math.floorMod(other, hex ? HEX_LETTERS : LETTERS);
                out.append((char) ((Character.isUpperCase(c) ? 'A' : 'a') + letter));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    JsonNode number(JsonNode value) {
        String shape = shape(value.asText());
        return DecimalNode.valueOf(
                new BigDecimal(
                        shape.startsWith("0") && shape.length() > 1
                                ? "1" + shape.substring(1)
                                : shape.replaceFirst("^-0", "-1")));
    }

    /** Its check digits are good again (ISO 13616). */
    private String iban(String value) {
        String country = value.substring(0, 2);
        String account = shape(value.substring(4));
        StringBuilder digits = new StringBuilder();
        for (char c : (account + country + "00").toCharArray()) {
            digits.append(Character.getNumericValue(c));
        }
        int rest =
                new BigInteger(digits.toString()).mod(BigInteger.valueOf(IBAN_MODULUS)).intValue();
        return country + String.format("%02d", IBAN_MODULUS + 1 - rest) + account;
    }

    private byte[] stream(String value) {
        byte[] stream = mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < stream.length; i++) {
            stream[i] = (byte) (stream[i] & 0x7f);
        }
        return stream;
    }
}
