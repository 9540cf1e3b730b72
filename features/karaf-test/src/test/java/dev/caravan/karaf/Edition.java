package dev.caravan.karaf;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Other versions of Trac's bundle and KAR, each with a header of its own on every call. */
final class Edition {
    /** The header by which the twin tells them apart. */
    static final String HEADER = "X-Edition";

    private static final String PLACE = "<setHeader name=\"Accept\">";

    private Edition() {}

    /** The bundle as built, under another version. */
    static Path bundle(Path folder, String version) throws IOException {
        var target = folder.resolve("caravan-trac-" + version + ".jar");
        Files.write(target, bundle(built(), version));
        return target;
    }

    /** The KAR as built, with that bundle and its feature under another version. */
    static Path kar(Path folder, String version) throws IOException {
        var target = folder.resolve("caravan-trac-kar-" + version + ".kar");
        try (var kar = new ZipFile(Installed.kar("trac").toFile());
                var out = new ZipOutputStream(Files.newOutputStream(target))) {
            for (var entry : java.util.Collections.list(kar.entries())) {
                var name = entry.getName();
                if (!entry.isDirectory() && !name.contains("maven-metadata")) {
                    var bytes = kar.getInputStream(entry).readAllBytes();
                    if (name.endsWith(".jar")) {
                        bytes = bundle(bytes, version);
                    } else if (name.endsWith("features.xml")) {
                        bytes = features(bytes, version);
                    }
                    out.putNextEntry(new ZipEntry(renamed(name, version)));
                    out.write(bytes);
                }
            }
        }
        return target;
    }

    /** The cfg keeps its version. */
    private static String renamed(String name, String version) {
        return name.contains("/caravan-trac")
                ? name.replaceAll("\\d+\\.\\d+\\.\\d+-SNAPSHOT", version)
                : name;
    }

    private static byte[] features(byte[] built, String version) {
        return new String(built, StandardCharsets.UTF_8)
                .replaceAll("(name=\"caravan-trac-)[^\"]*\"", "$1" + version + "\"")
                .replaceAll(
                        "(<feature name=\"caravan-trac\"[^>]* version=\")[^\"]*\"",
                        "$1" + version + "\"")
                .replaceAll("(mvn:dev.caravan/caravan-trac/)[^<]*", "$1" + version)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] built() throws IOException {
        try (var kar = new ZipFile(Installed.kar("trac").toFile())) {
            var jar =
                    kar.stream()
                            .filter(entry -> entry.getName().endsWith(".jar"))
                            .findFirst()
                            .orElseThrow();
            return kar.getInputStream(jar).readAllBytes();
        }
    }

    private static byte[] bundle(byte[] built, String version) throws IOException {
        var out = new java.io.ByteArrayOutputStream();
        try (var in = new JarInputStream(new ByteArrayInputStream(built))) {
            var manifest = in.getManifest();
            manifest.getMainAttributes().putValue("Bundle-Version", version);
            try (var jar = new java.util.jar.JarOutputStream(out, manifest)) {
                for (var entry = in.getNextJarEntry();
                        entry != null;
                        entry = in.getNextJarEntry()) {
                    var bytes = in.readAllBytes();
                    if (entry.getName().equals("provider/trac.xml")) {
                        bytes = marked(bytes, version);
                    }
                    jar.putNextEntry(new ZipEntry(entry.getName()));
                    jar.write(bytes);
                }
            }
        }
        return out.toByteArray();
    }

    private static byte[] marked(byte[] route, String version) {
        var text = new String(route, StandardCharsets.UTF_8);
        if (!text.contains(PLACE)) {
            throw new UncheckedIOException(new IOException("trac.xml has no " + PLACE));
        }
        return text.replace(
                        PLACE,
                        "<setHeader name=\""
                                + HEADER
                                + "\"><constant>"
                                + version
                                + "</constant></setHeader>"
                                + PLACE)
                .getBytes(StandardCharsets.UTF_8);
    }
}
