package dev.caravan.sandbox.truelayer;

import dev.caravan.sandbox.Json;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;

/**
 * Starts the twin from a command line: one argument, the settings as JSON. Prints where it listens
 * and runs until it is ended. Stateless.
 */
public final class TrueLayerMain {
    private TrueLayerMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        TwinSettings settings = TwinSettings.defaults().port(18600);
        if (arguments.length > 0) {
            settings =
                    settings.with(
                            Json.parse(
                                    arguments[0].getBytes(
                                            java.nio.charset.StandardCharsets.UTF_8)));
        }
        try (TrueLayerTwin twin = TrueLayerTwin.start(settings, Clock.systemUTC())) {
            System.out.println("TrueLayer twin on " + twin.base());
            new CountDownLatch(1).await();
        }
    }
}
