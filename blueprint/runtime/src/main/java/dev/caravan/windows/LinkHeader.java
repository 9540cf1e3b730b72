package dev.caravan.windows;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;

/** Reads the header {@code Link} of an answer (RFC 8288 section 3). Stateless. */
final class LinkHeader {
    private static final int MOST = 4096;

    private static final Pattern LINK = Pattern.compile("<([^<>]*)>((?:[^,<\"]++|\"[^\"]*\")*+)");
    private static final Pattern NEXT =
            Pattern.compile(
                    ";\\s*rel\\s*=\\s*(?:\"(?:[^\"]*\\s)?next(?:\\s[^\"]*)?\"|next(?=[\\s;]|$))",
                    Pattern.CASE_INSENSITIVE);

    private LinkHeader() {}

    /** The target of the link whose relation is {@code next}; null where there is none. */
    static String next(Exchange exchange) {
        return next(String.valueOf(exchange.getMessage().getHeader("Link", "")));
    }

    static String next(String header) {
        Matcher link = LINK.matcher(header.substring(0, Math.min(header.length(), MOST)));
        while (link.find()) {
            if (NEXT.matcher(link.group(2)).find()) {
                return link.group(1);
            }
        }
        return null;
    }
}
