package dev.caravan.osgi;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The folders of this installation and the name of this node. Immutable. */
public final class Installation {
    private final Path base;
    private final Path etc;
    private final Path data;

    public Installation(String base, String etc, String data) {
        this.base = Path.of(base);
        this.etc = Path.of(etc);
        this.data = Path.of(data);
    }

    public Path etc() {
        return etc;
    }

    public Path data() {
        return data;
    }

    /** The folder whose provider files win over shipped ones. */
    public Path routes() {
        return base.resolve("routes");
    }

    /** A path that a setting gives relative to {@code etc}. */
    public Path inEtc(String path) {
        return etc.resolve(path.strip());
    }

    /** Host and process: unique among the nodes on one store. */
    public String node() {
        String process = String.valueOf(ProcessHandle.current().pid());
        try {
            return InetAddress.getLocalHost().getHostName() + ":" + process;
        } catch (UnknownHostException e) {
            return "node:" + process;
        }
    }

    /** The parts of a comma separated setting. */
    public static List<String> list(String written) {
        return Arrays.stream(written.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }
}
