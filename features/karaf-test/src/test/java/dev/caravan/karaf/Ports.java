package dev.caravan.karaf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Free ports for one installation, under the names that the launcher knows. Immutable. */
record Ports(Map<String, Integer> byVariable) {

    private static final List<String> VARIABLES =
            List.of(
                    "CARAVAN_STORE_PORT",
                    "CARAVAN_PUBLIC_PORT",
                    "CARAVAN_ADMIN_PORT",
                    "CARAVAN_TWIN_TRUELAYER_PORT",
                    "CARAVAN_TWIN_TRAC_PORT",
                    "CARAVAN_TWIN_POCKIT_PORT",
                    "CARAVAN_TWIN_LEATHERBACK_PORT",
                    "CARAVAN_TWIN_PLIANCE_PORT",
                    "CARAVAN_SSH_PORT",
                    "CARAVAN_RMI_REGISTRY_PORT",
                    "CARAVAN_RMI_SERVER_PORT");

    /** Ports that nobody listens on now, none of them twice. */
    static Ports free() {
        var open = new ArrayList<ServerSocket>();
        var ports = new LinkedHashMap<String, Integer>();
        try {
            for (var variable : VARIABLES) {
                var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                open.add(socket);
                ports.put(variable, socket.getLocalPort());
            }
            for (var socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Ports(Map.copyOf(ports));
    }

    int admin() {
        return byVariable.get("CARAVAN_ADMIN_PORT");
    }

    int twin(String provider) {
        return byVariable.get("CARAVAN_TWIN_" + provider.toUpperCase(Locale.ROOT) + "_PORT");
    }

    int of(String variable) {
        return byVariable.get(variable);
    }
}
