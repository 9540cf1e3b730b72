package dev.caravan.osgi;

import dev.caravan.deploy.ProviderFolders;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.BundleTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds provider bundles by their header {@code Caravan-Provider} and hands their folder {@code
 * provider/} to the deployer while they are active. Safe for the framework's threads.
 */
public final class ProviderBundles implements BundleTrackerCustomizer<String>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderBundles.class);
    private static final String HEADER = "Caravan-Provider";

    private final ProviderFolders folders;
    private final BundleTracker<String> tracker;

    public ProviderBundles(BundleContext framework, ProviderFolders folders) {
        this.folders = folders;
        this.tracker = new BundleTracker<>(framework, Bundle.ACTIVE, this);
    }

    public void start() {
        tracker.open();
    }

    @Override
    public String addingBundle(Bundle bundle, BundleEvent event) {
        String provider = bundle.getHeaders().get(HEADER);
        if (provider != null) {
            folders.ship(
                    provider, bundle.getBundleId(), bundle.getVersion().toString(), files(bundle));
        }
        return provider;
    }

    private static Map<String, String> files(Bundle bundle) {
        Map<String, String> files = new HashMap<>();
        var entries = bundle.findEntries("provider", "*", false);
        for (URL entry :
                entries == null ? Collections.<URL>emptyList() : Collections.list(entries)) {
            String name = entry.getPath().substring(entry.getPath().lastIndexOf('/') + 1);
            if (ProviderFolders.counts(name)) {
                try (InputStream in = entry.openStream()) {
                    files.put(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
                } catch (IOException e) {
                    LOG.error(
                            "CARAVAN-BUNDLE {}: {} cannot be read", bundle.getSymbolicName(), name);
                }
            }
        }
        return files;
    }

    @Override
    public void modifiedBundle(Bundle bundle, BundleEvent event, String provider) {
        // an active bundle stays as it was read
    }

    @Override
    public void removedBundle(Bundle bundle, BundleEvent event, String provider) {
        if (provider != null) {
            folders.withdraw(provider, bundle.getBundleId());
        }
    }

    @Override
    public void close() {
        tracker.close();
    }
}
