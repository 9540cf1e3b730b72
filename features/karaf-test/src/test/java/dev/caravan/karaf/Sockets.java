package dev.caravan.karaf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The TCP sockets of processes and of those that they started, as the Linux kernel lists them. */
final class Sockets {

    /** Local and remote address in the kernel's hexadecimal form, and whether it listens. */
    record Socket(String local, String remote, boolean listens) {

        boolean onLoopback() {
            return loopback(local) && (listens || loopback(remote));
        }

        int port() {
            return Integer.parseInt(local.substring(local.indexOf(':') + 1), 16);
        }

        private static boolean loopback(String address) {
            return address.startsWith("0100007F:")
                    || address.startsWith("00000000000000000000000001000000:")
                    || address.startsWith("0000000000000000FFFF00000100007F:");
        }
    }

    private Sockets() {}

    static boolean known() {
        return Files.isReadable(Path.of("/proc/self/net/tcp"));
    }

    static List<Socket> of(List<ProcessHandle> processes) throws IOException {
        var inodes = new HashSet<String>();
        for (var process : processes) {
            inodes.addAll(inodes(process.pid()));
            for (var child : process.descendants().toList()) {
                inodes.addAll(inodes(child.pid()));
            }
        }
        return Stream.of("tcp", "tcp6")
                .map(table -> Path.of("/proc/self/net", table))
                .filter(Files::isReadable)
                .flatMap(Sockets::lines)
                .map(line -> line.strip().split("\\s+"))
                .filter(cells -> cells.length > 9 && inodes.contains(cells[9]))
                .map(cells -> new Socket(cells[1], cells[2], cells[3].equals("0A")))
                .toList();
    }

    private static Set<String> inodes(long pid) throws IOException {
        var inodes = new HashSet<String>();
        var folder = Path.of("/proc", Long.toString(pid), "fd");
        if (!Files.isReadable(folder)) {
            return inodes;
        }
        try (var entries = Files.newDirectoryStream(folder)) {
            for (var entry : entries) {
                var target = target(entry);
                if (target.startsWith("socket:[")) {
                    inodes.add(target.substring(8, target.length() - 1));
                }
            }
        }
        return inodes;
    }

    private static String target(Path entry) {
        try {
            return Files.readSymbolicLink(entry).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    private static Stream<String> lines(Path table) {
        try {
            return Files.readAllLines(table).stream();
        } catch (IOException e) {
            return Stream.of();
        }
    }
}
