package dev.caravan.intake;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The address of the user behind a request. It is told to providers as a regulatory statement, so
 * an address that cannot be a user's (loopback, private, our own proxy) is none at all. Immutable.
 */
public final class UserAddress {
    private static final Pattern LITERAL = Pattern.compile("[0-9a-fA-F:.]{3,45}");

    private final List<String> trustedProxies;

    /**
     * @param trustedProxies addresses whose X-Forwarded-For is believed
     */
    public UserAddress(List<String> trustedProxies) {
        this.trustedProxies = List.copyOf(trustedProxies);
    }

    /**
     * The last address of the chain that is not a trusted proxy.
     *
     * @param peer who opened the connection, as {@code host:port} or host
     * @param forwarded the header X-Forwarded-For, or null
     * @return the address, or null where none may be told
     */
    public String of(String peer, String forwarded) {
        String address = host(peer);
        if (forwarded != null && trustedProxies.contains(address)) {
            String[] chain = forwarded.split(",");
            for (int i = chain.length - 1; i >= 0 && trustedProxies.contains(address); i--) {
                address = chain[i].strip();
            }
        }
        return tellable(address) ? address : null;
    }

    static String host(String peer) {
        if (peer == null) {
            return "";
        }
        int port = peer.lastIndexOf(':');
        String host = port > 0 && peer.indexOf(':') == port ? peer.substring(0, port) : peer;
        return host.startsWith("/") ? host.substring(1) : host;
    }

    private static boolean tellable(String address) {
        if (!LITERAL.matcher(address).matches()) {
            return false;
        }
        try {
            InetAddress ip = InetAddress.getByName(address);
            boolean uniqueLocal =
                    ip.getAddress().length == 16 && (ip.getAddress()[0] & 0xfe) == 0xfc;
            return !ip.isLoopbackAddress()
                    && !ip.isSiteLocalAddress()
                    && !ip.isLinkLocalAddress()
                    && !ip.isAnyLocalAddress()
                    && !ip.isMulticastAddress()
                    && !uniqueLocal;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
