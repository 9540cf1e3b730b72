package dev.caravan.conformance.pliance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Somebody who edits Pliance's folder, well and badly, and saves as editors do. Every version says
 * who it is: in a header of each call, in a column of each row, in a line of answers.properties.
 * Not thread-safe.
 */
final class Edits {
    static final String ROUTES = "pliance.xml";
    static final String MAPPING = "persons.sql";
    static final String ANSWERS = "answers.properties";

    private final Path folder;
    private final Random random;
    private final Map<String, String> good = new TreeMap<>();

    /** In how many ways a version can be broken, and which file is to blame. */
    enum Broken {
        MALFORMED,
        HALF_WRITTEN,
        UNKNOWN_ELEMENT,
        UNKNOWN_COMPONENT,
        UNKNOWN_OPTION,
        MISSING_PROPERTY,
        UNKNOWN_VERB,
        BAD_EXPRESSION,
        WRONG_COLUMN,
        FAILING_START;

        String file() {
            return this == WRONG_COLUMN ? MAPPING : ROUTES;
        }
    }

    /** Copies the shipped folder below another and marks its version 0. */
    Edits(Path shipped, Path folders, Random random) {
        this.folder = folders.resolve("pliance");
        this.random = random;
        try {
            Files.createDirectories(folder);
            try (Stream<Path> files = Files.list(shipped)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, folder.resolve(file.getFileName().toString()));
                }
            }
            for (String file : List.of(ROUTES, MAPPING, ANSWERS)) {
                good.put(file, Files.readString(folder.resolve(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        replace(
                MAPPING,
                "nullif(item ->> 'firstName', '') as given_name",
                "'mapping-0' as given_name");
        replace(
                MAPPING,
                "nullif(item ->> 'lastName', '') as family_name",
                "context #>> '{settings,mark}' as family_name");
        replace(ROUTES, "<constant>caravan</constant>", "<constant>caravan-0</constant>");
        good.compute(ANSWERS, (file, text) -> text + "\ncallback.mark = 0\n");
        good.forEach(this::write);
    }

    private void replace(String file, String what, String by) {
        String text = good.get(file);
        if (!text.contains(what)) {
            throw new IllegalStateException(file + " lacks " + what);
        }
        good.put(file, text.replace(what, by));
    }

    private static String marked(String file, String text, String mark) {
        return switch (file) {
            case ROUTES ->
                    text.replaceAll("<constant>caravan-[^<]*<", "<constant>caravan-" + mark + "<");
            case MAPPING -> text.replaceAll("'mapping-[^']*'", "'mapping-" + mark + "'");
            default -> text.replaceAll("callback.mark = .*", "callback.mark = " + mark);
        };
    }

    /** What the last good mapping writes into each row. */
    String mark(String file) {
        return good.get(file).replaceAll("(?s).*'(mapping-[^']*)'.*", "$1");
    }

    /** Saves a new good version of a file. */
    void improve(String file, int version) {
        good.compute(file, (name, text) -> marked(name, text, String.valueOf(version)));
        save(file, good.get(file));
    }

    /** Saves a broken one, which would say so in every call. */
    void breakIt(Broken how, int version) {
        String text = marked(how.file(), good.get(how.file()), "broken-" + version);
        save(how.file(), broken(how, text));
    }

    /** Saves the last good version again. */
    void takeBack(Broken how) {
        save(how.file(), good.get(how.file()));
    }

    private String broken(Broken how, String text) {
        return switch (how) {
            case MALFORMED -> text.replaceFirst("</route>", "</rout>");
            case HALF_WRITTEN -> text.substring(0, random.nextInt(text.lastIndexOf("</camel>")));
            case UNKNOWN_ELEMENT -> step(text, "<setBodi><constant/></setBodi>");
            case UNKNOWN_COMPONENT -> step(text, "<to uri=\"nosuch:thing\"/>");
            case UNKNOWN_OPTION -> step(text, "<to uri=\"direct:call?nosuch=1\"/>");
            case MISSING_PROPERTY -> step(text, "<log message=\"{{no.such.setting}}\"/>");
            case UNKNOWN_VERB -> step(text, "<bean ref=\"store\" method=\"keep(*, 'party')\"/>");
            case BAD_EXPRESSION -> step(text, "<setBody><simple>${nosuch(</simple></setBody>");
            case WRONG_COLUMN -> text.replace("as birth_year", "as year_of_birth");
            case FAILING_START ->
                    text.replace(
                            "</camel>",
                            "<route id=\"pliance.again\"><from uri=\"direct:call\"/><log"
                                    + " message=\"x\"/></route></camel>");
        };
    }

    /** At the begin of a route that every pull goes through. */
    private static String step(String text, String step) {
        String begin = "<from uri=\"direct:entries\"/>";
        return text.replace(begin, begin + step);
    }

    private void save(String file, String text) {
        try {
            Path target = folder.resolve(file);
            switch (random.nextInt(5)) {
                case 0 -> write(file, text);
                case 1 -> { // truncated, then written in parts
                    Files.writeString(target, "");
                    Files.writeString(target, text.substring(0, text.length() / 2));
                    Files.writeString(target, text);
                }
                case 2 -> { // beside it, then moved over it
                    Path beside = folder.resolve(file + ".tmp");
                    Files.writeString(beside, text);
                    Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
                }
                case 3 -> { // the old one kept, the new one made
                    Files.move(
                            target,
                            folder.resolve(file + "~"),
                            StandardCopyOption.REPLACE_EXISTING);
                    Files.writeString(folder.resolve("." + file + ".swp"), "swap");
                    write(file, text);
                }
                default -> // as Windows ends lines, with a mark before them
                        Files.write(
                                target,
                                ("\uFEFF" + text.replace("\n", "\r\n"))
                                        .getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String file, String text) {
        try {
            Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
