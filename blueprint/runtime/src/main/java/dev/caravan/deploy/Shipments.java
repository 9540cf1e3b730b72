package dev.caravan.deploy;

import java.lang.module.ModuleDescriptor.Version;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What bundles ship, by provider. The newest version that is there counts, and the last one that
 * goes counts for a moment more, since an update takes the old version away before it brings the
 * new one. Safe for any number of threads.
 */
final class Shipments {
    /** An update of a bundle takes less; who removes one hardly notices. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final Clock clock;
    private final Map<String, List<Shipment>> all = new HashMap<>();

    Shipments(Clock clock) {
        this.clock = clock;
    }

    /**
     * One version of a provider in one bundle.
     *
     * @param gone until when it counts although its bundle is gone; null while that is there
     */
    record Shipment(long bundle, String version, Map<String, String> files, Instant gone) {
        Shipment {
            files = Map.copyOf(files);
        }
    }

    /** A bundle ships a provider; gives what counted before. */
    synchronized Optional<Shipment> came(
            String provider, long bundle, String version, Map<String, String> files) {
        Optional<Shipment> before = newest(provider, true);
        List<Shipment> shipments = all.computeIfAbsent(provider, name -> new ArrayList<>());
        shipments.removeIf(one -> one.bundle() == bundle || one.gone() != null);
        shipments.add(new Shipment(bundle, version, files, null));
        return before;
    }

    synchronized void went(String provider, long bundle) {
        Instant until = clock.instant().plus(GRACE);
        all.getOrDefault(provider, List.of())
                .replaceAll(
                        one ->
                                one.bundle() == bundle
                                        ? new Shipment(bundle, one.version(), one.files(), until)
                                        : one);
    }

    synchronized Set<String> providers() {
        return all.keySet().stream()
                .filter(name -> newest(name).isPresent())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What counts now. */
    synchronized Optional<Shipment> newest(String provider) {
        return newest(provider, false);
    }

    private Optional<Shipment> newest(String provider, boolean past) {
        Instant now = clock.instant();
        return all.getOrDefault(provider, List.of()).stream()
                .filter(one -> past || one.gone() == null || now.isBefore(one.gone()))
                .max(
                        Comparator.comparing((Shipment one) -> one.gone() == null)
                                .thenComparing(one -> Version.parse(one.version()))
                                .thenComparing(Shipment::bundle));
    }
}
