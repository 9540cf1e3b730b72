package dev.caravan.launch;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the launcher asks of the demo.
 *
 * @param home the installation
 * @param source the source tree that the launcher lies in
 * @param connections how many connections each provider gets, in the order in which they are made
 * @param json whether the summary is one JSON line on the standard output
 * @param terminal whether somebody looks at a terminal
 * @param stays whether Caravan runs on after the summary
 * @param readySeconds how long it may take to become ready
 * @param idleSeconds how long nothing may move before the demo gives up
 * @param faultSeconds the same when a pull has failed
 */
record Options(
        Path home,
        Path source,
        Map<String, Integer> connections,
        boolean json,
        boolean terminal,
        boolean stays,
        int readySeconds,
        int idleSeconds,
        int faultSeconds) {

    int planned() {
        return connections.values().stream().mapToInt(Integer::intValue).sum();
    }

    static Options of(String... arguments) {
        var home = Path.of(".");
        var source = Path.of(".");
        var connections = new LinkedHashMap<String, Integer>();
        var json = false;
        var terminal = false;
        var stays = false;
        var ready = 120;
        var idle = 120;
        var fault = 45;
        for (var argument : arguments) {
            var cut = argument.indexOf('=');
            var name = cut < 0 ? argument : argument.substring(0, cut);
            var value = cut < 0 ? "" : argument.substring(cut + 1);
            switch (name) {
                case "--home" -> home = Path.of(value);
                case "--source" -> source = Path.of(value);
                case "--connect" -> {
                    var part = value.split(":", 2);
                    connections.put(part[0], Integer.parseInt(part[1]));
                }
                case "--json" -> json = true;
                case "--terminal" -> terminal = true;
                case "--stays" -> stays = true;
                case "--ready-seconds" -> ready = Integer.parseInt(value);
                case "--idle-seconds" -> idle = Integer.parseInt(value);
                case "--fault-seconds" -> fault = Integer.parseInt(value);
                default -> throw new IllegalArgumentException("unknown option " + argument);
            }
        }
        return new Options(
                home.toAbsolutePath(),
                source.toAbsolutePath(),
                connections,
                json,
                terminal,
                stays,
                ready,
                idle,
                fault);
    }
}
