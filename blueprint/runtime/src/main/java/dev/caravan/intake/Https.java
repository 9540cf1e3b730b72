package dev.caravan.intake;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;

/**
 * Whether a request came over https: as the trusted proxy before us says, else as our public
 * address has it. Immutable.
 */
public final class Https {
    private final boolean publicly;
    private final List<String> trustedProxies;

    /**
     * @param publicUrl how the public listener is reached from outside
     * @param trustedProxies addresses whose X-Forwarded-Proto is believed
     */
    public Https(String publicUrl, List<String> trustedProxies) {
        this.publicly = "https".equals(URI.create(publicUrl).getScheme());
        this.trustedProxies = List.copyOf(trustedProxies);
    }

    /**
     * @param peer who opened the connection
     * @param headers by their names in lower case, of which X-Forwarded-Proto counts
     * @param loopback whether plain http from this very host will do
     */
    boolean fits(String peer, Map<String, String> headers, boolean loopback) {
        String forwarded = headers.getOrDefault("x-forwarded-proto", "");
        String host = UserAddress.host(peer);
        boolean secure =
                trustedProxies.contains(host) && !forwarded.isEmpty()
                        ? forwarded.strip().equalsIgnoreCase("https")
                        : publicly;
        return secure || loopback && isLoopback(host);
    }

    private static boolean isLoopback(String host) {
        try {
            return !host.isEmpty()
                    && host.matches("[0-9a-fA-F:.]+|localhost")
                    && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
