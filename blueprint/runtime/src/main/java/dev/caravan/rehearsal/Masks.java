package dev.caravan.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Makes what a provider said harmless: secrets go, and whatever tells who somebody is becomes a
 * pseudonym of the same shape, the same one each time. What names a thing is judged by its field's
 * name; a provider's {@code record.properties} says where that is wrong ({@code keep}, {@code
 * mask}). For one recording and one thread.
 */
final class Masks {
    private static final Pattern SECRET =
            Pattern.compile(
                    "(?i).*(token|secret|password|assertion|signature|verifier|authorization|apikey|appkey|privatekey)");
    private static final Pattern WORD =
            Pattern.compile(
                    "(?i).*(scheme|currency|country|service|file|type|product|institution|bank|provider|kind|event|field|class|list|program|programme)name");
    private static final Pattern STRUCTURE =
            Pattern.compile(
                    "(?i).*(type|status|state|currency|country|code|scheme|schemename|kind|category|classification|indicator|direction|version|language|timestamp|date|datetime|time|at|from|to|amount|balance|total|page|count|size|limit|href|links?|next|self|gender|format)");
    private static final Pattern ID =
            Pattern.compile("(?i).*(id|ids|identifier|identification|key|uuid|guid|ref|number|no)");
    private static final Pattern PERSON =
            Pattern.compile(
                    "(?i).*(name|names|email|e_?mail|phone|mobile|fax|address|addressline\\d?|street|city|town|county|postcode|post_?code|zip|birth|birthdate|birthday|birthyear|placeofbirth|dateofbirth|dob|iban|bic|bban|accountnumber|sortcode|pan|card|cardnumber|maskedpan|ssn|nin|passport|vat|holder|owner|user|person|party|counterparty|debtor|creditor|payee|payer|beneficiary|merchant|description|reference|narrative|remittance|information|unstructured|memo|note|notes|comment|comments|message|text|details?|nickname|alias|title|label|occupation|position|image|url|web|website)");

    private static final Pattern NAME = Pattern.compile("\\p{L}{4,}");
    private static final int LEAST = 6;

    private final Pseudonyms pseudonyms;
    private final Pattern keep;
    private final Pattern mask;
    private final Map<String, String> known = new HashMap<>();
    private final Set<String> names = new HashSet<>();
    private List<String> sorted = List.of();
    private int of;

    /**
     * @param own the lines of {@code record.properties}: {@code keep} and {@code mask}, names of
     *     fields or ends of dotted paths, separated by blanks
     */
    Masks(Pseudonyms pseudonyms, Properties own) {
        this.pseudonyms = pseudonyms;
        this.keep = listed(own.getProperty("keep", ""));
        this.mask = listed(own.getProperty("mask", ""));
    }

    private static Pattern listed(String names) {
        String all = names.strip().replace(".", "\\.").replaceAll("\\s+", "|");
        return Pattern.compile("(?i)(.*\\.)?(" + (all.isEmpty() ? "(?!)" : all) + ")");
    }

    private enum As {
        PLAIN,
        STRUCTURE,
        SECRET,
        ID,
        PERSON
    }

    /** A JSON value as it may be written down. */
    JsonNode of(JsonNode value) {
        return of(value, "", As.PLAIN);
    }

    private JsonNode of(JsonNode value, String path, As within) {
        if (value.isObject()) {
            ObjectNode masked = ((ObjectNode) value).objectNode();
            value.fields()
                    .forEachRemaining(
                            field -> {
                                String at =
                                        path.isEmpty()
                                                ? field.getKey()
                                                : path + "." + field.getKey();
                                masked.set(
                                        name(field.getKey()),
                                        of(field.getValue(), at, as(at, field.getKey(), within)));
                            });
            return masked;
        }
        if (value.isArray()) {
            ArrayNode masked = ((ArrayNode) value).arrayNode();
            value.forEach(each -> masked.add(of(each, path, within)));
            return masked;
        }
        if (value.isTextual()) {
            return TextNode.valueOf(text(value.asText(), path, within));
        }
        return value.isIntegralNumber()
                        && (within == As.ID || within == As.PERSON)
                        && value.asText().length() >= LEAST
                ? pseudonyms.number(value)
                : value;
    }

    /** A field that is named after what it is about, such as an id, is as telling as its value. */
    private String name(String field) {
        return field.length() >= LEAST && field.matches(".*\\d.*\\d.*\\d.*\\d.*")
                ? remembered(field, pseudonyms.shape(field))
                : field;
    }

    private As as(String path, String field, As within) {
        String plain = field.toLowerCase(Locale.ROOT).replaceAll("[_\\-\\s]", "");
        if (keep.matcher(path).matches()) {
            return As.STRUCTURE;
        }
        if (SECRET.matcher(plain).matches() || within == As.SECRET) {
            return As.SECRET;
        }
        if (!mask.matcher(path).matches() && WORD.matcher(plain).matches()) {
            return As.STRUCTURE;
        }
        if (mask.matcher(path).matches() || PERSON.matcher(plain).matches()) {
            return As.PERSON;
        }
        if (STRUCTURE.matcher(plain).matches()) {
            return As.STRUCTURE;
        }
        return ID.matcher(plain).matches() ? As.ID : within;
    }

    private String text(String value, String path, As as) {
        return switch (as) {
            case SECRET -> value.isEmpty() ? value : "masked";
            case PERSON -> person(value);
            case ID -> id(value);
            case STRUCTURE -> carried(value);
            case PLAIN -> words(carried(value));
        };
    }

    private String person(String value) {
        NAME.matcher(value)
                .results()
                .map(word -> word.group().toLowerCase(Locale.ROOT))
                .forEach(names::add);
        return remembered(value, pseudonyms.person(value));
    }

    /** A text of which nobody knows what it holds: words that name somebody elsewhere go. */
    private String words(String text) {
        return text.contains("/") || text.contains("{")
                ? text
                : NAME.matcher(text)
                        .replaceAll(
                                word ->
                                        names.contains(word.group().toLowerCase(Locale.ROOT))
                                                ? pseudonyms.shape(word.group())
                                                : word.group());
    }

    /** An id as a pseudonym; a word that is one of few, such as GBP or current, is none. */
    String id(String value) {
        return value.length() >= LEAST && value.matches(".*\\d.*")
                ? remembered(value, pseudonyms.id(value))
                : carried(value);
    }

    /** What was met before, wherever that was, has its pseudonym already. */
    private String remembered(String value, String pseudonym) {
        return value.length() < LEAST
                ? pseudonym
                : known.computeIfAbsent(value, first -> pseudonym);
    }

    /** The same for an address, which says things in its own spelling. */
    String address(String url) {
        String masked = carried(url);
        for (String one : longestFirst()) {
            String spelt = URLEncoder.encode(one, StandardCharsets.UTF_8);
            if (masked.contains(spelt)) {
                masked =
                        masked.replace(
                                spelt, URLEncoder.encode(known.get(one), StandardCharsets.UTF_8));
            }
        }
        return masked;
    }

    /** What holds a digit: a word alone may be a part of another word, and means nothing there. */
    private List<String> longestFirst() {
        if (of != known.size()) {
            of = known.size();
            sorted =
                    known.keySet().stream()
                            .filter(value -> value.matches("(?s).*\\d.*"))
                            .sorted(Comparator.comparing(String::length).reversed())
                            .toList();
        }
        return sorted;
    }

    /** A text that may carry something whose pseudonym is known: a link, a cursor, a path. */
    String carried(String text) {
        if (text.matches("[-+]?\\d+([.,]\\d+)?|\\d{4}-\\d{2}-\\d{2}.*")) {
            return known.getOrDefault(text, text);
        }
        String carried = text;
        for (String one : longestFirst()) {
            if (carried.contains(one)) {
                carried = carried.replace(one, known.get(one));
            }
        }
        return carried;
    }
}
