package dev.caravan.sandbox.pockit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Tells an IP address from anything else without asking a name server. Stateless. */
final class IpLiteral {
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private IpLiteral() {}

    static boolean is(String text) {
        if (V4.matcher(text).matches()) {
            return true;
        }
        if (!V6.matcher(text).matches()) {
            return false;
        }
        try {
            // the brackets make it a literal or an error, never a name to look up
            return InetAddress.getByName("[" + text + "]") != null;
        } catch (UnknownHostException noAddress) {
            return false;
        }
    }
}
