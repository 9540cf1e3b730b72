package dev.caravan.osgi;

import java.io.IOException;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * The settings of a provider, PID {@code caravan.provider.NAME}, as they are written: references to
 * secrets stay references. Safe for any number of threads.
 */
public final class ProviderSettings implements Function<String, Map<String, String>> {
    private static final String PREFIX = "caravan.provider.";

    private final ConfigurationAdmin admin;

    public ProviderSettings(ConfigurationAdmin admin) {
        this.admin = admin;
    }

    /** The settings, or null where there is no such PID. */
    @Override
    public Map<String, String> apply(String provider) {
        try {
            Configuration[] found =
                    admin.listConfigurations(
                            "(" + Constants.SERVICE_PID + "=" + PREFIX + provider + ")");
            return found == null ? null : map(found[0].getProperties());
        } catch (IOException | InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> map(Dictionary<String, Object> written) {
        Map<String, String> settings = new HashMap<>();
        for (String key : Collections.list(written.keys())) {
            if (!key.startsWith("felix.")
                    && !key.startsWith("service.")
                    && !key.startsWith("org.apache.karaf.")) {
                settings.put(key, String.valueOf(written.get(key)).strip());
            }
        }
        return settings;
    }
}
