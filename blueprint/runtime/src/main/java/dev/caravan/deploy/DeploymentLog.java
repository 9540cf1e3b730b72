package dev.caravan.deploy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.store.Database;
import dev.caravan.store.Version;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down which versions of a provider went live on this node and which were refused, so that a
 * row can tell by what it was made. A store that is away costs a line of the log, never a
 * deployment. Safe for any number of threads.
 */
final class DeploymentLog {
    private static final Logger LOG = LoggerFactory.getLogger(DeploymentLog.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Database database;
    private final String node;
    private final Function<String, Map<String, String>> shipped;

    /**
     * @param shipped the files of a provider as a bundle ships them; none where no bundle does
     */
    DeploymentLog(Database database, String node, Function<String, Map<String, String>> shipped) {
        this.database = database;
        this.node = node;
        this.shipped = shipped;
    }

    void live(Provider provider) {
        write(provider, "live", null);
    }

    void refused(Provider provider, String reason) {
        write(provider, "refused", reason);
    }

    private void write(Provider provider, String outcome, String reason) {
        try {
            database.update(
                    """
                    insert into caravan.deployment (node, provider, outcome, route, settings, files, software, reason)
                    values (?, ?, ?, ?, ?, ?::jsonb, ?, ?)
                    """,
                    node,
                    provider.name(),
                    outcome,
                    Version.ofRoutes(provider.files()),
                    settings(provider),
                    files(provider),
                    Version.software(),
                    reason);
        } catch (RuntimeException e) {
            LOG.warn(
                    "CARAVAN-DEPLOY {}: that it is {} could not be written down: {}",
                    provider.name(),
                    outcome,
                    e.getMessage());
        }
    }

    private static String settings(Provider provider) {
        Map<String, String> visible = new HashMap<>();
        provider.visible().forEach((key, value) -> visible.put((String) key, (String) value));
        return Version.of(visible);
    }

    private String files(Provider provider) {
        Map<String, String> theirs = shipped.apply(provider.name());
        ObjectNode files = JSON.createObjectNode();
        new TreeMap<>(provider.files())
                .forEach(
                        (name, text) ->
                                files.putObject(name)
                                        .put("version", Version.of(text))
                                        .put("own", !text.equals(theirs.get(name))));
        return files.toString();
    }
}
