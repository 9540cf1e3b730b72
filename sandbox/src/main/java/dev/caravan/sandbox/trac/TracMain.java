package dev.caravan.sandbox.trac;

import dev.caravan.sandbox.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;

/**
 * Starts the twin from a command line: one argument, the settings as JSON. Prints where it listens
 * and the ids of its installations, and runs until it is ended. Stateless.
 */
public final class TracMain {
    private TracMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        TracSettings settings = TracSettings.defaults().port(18610);
        if (arguments.length > 0) {
            settings = settings.with(Json.parse(arguments[0].getBytes(StandardCharsets.UTF_8)));
        }
        try (TracTwin twin = TracTwin.start(settings, Clock.systemUTC())) {
            System.out.println("Trac twin on " + twin.api());
            twin.installations().forEach(one -> System.out.println("installation " + one.id()));
            new CountDownLatch(1).await();
        }
    }
}
