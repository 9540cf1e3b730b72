package dev.caravan.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.connections.Tryout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A folder {@code contract/CASE}: what was pulled how ({@code case.json}), the exchanges ({@code
 * 01.http} and on) and the rows that they must become ({@code rows.json}). Immutable.
 *
 * @param recorded when; the day counts, since queries hold dates
 * @param settings of the provider that shape what is asked and what it becomes
 * @param own the connection's own settings
 */
public record Case(
        Instant recorded,
        Tryout.Bounds bounds,
        String institution,
        String scopes,
        Map<String, String> settings,
        Map<String, String> own) {

    /** Reads {@code case.json} of a folder. */
    public static Case read(Path folder) {
        JsonNode json = Rows.parsed(text(folder.resolve("case.json")));
        List<String> kinds = new ArrayList<>();
        json.path("kinds").forEach(kind -> kinds.add(kind.asText()));
        return new Case(
                Instant.parse(json.path("recorded").asText()),
                new Tryout.Bounds(
                        kinds,
                        json.hasNonNull("since")
                                ? LocalDate.parse(json.get("since").asText())
                                : null,
                        json.path("pages").asInt(),
                        json.path("calls").asInt(),
                        1,
                        false),
                json.path("institution").asText(),
                json.path("scopes").asText(),
                map(json.path("settings")),
                map(json.path("own")));
    }

    /** The rows that {@code rows.json} of a folder wants, as text in one order. */
    public static String rows(Path folder) {
        return Rows.written(Rows.parsed(text(folder.resolve("rows.json"))));
    }

    /** The exchanges of a folder in their order. */
    public static List<Exchanged> exchanges(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".http"))
                    .sorted()
                    .map(Case::text)
                    .map(Exchanged::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(Path folder, List<Exchanged> exchanges, JsonNode rows, String readme) {
        ObjectNode json = Rows.JSON.createObjectNode();
        json.put("recorded", recorded.toString());
        bounds.kinds().forEach(json.putArray("kinds")::add);
        if (bounds.since() != null) {
            json.put("since", bounds.since().toString());
        }
        json.put("pages", bounds.pages()).put("calls", bounds.calls());
        json.put("institution", institution).put("scopes", scopes);
        new TreeMap<>(settings).forEach(json.putObject("settings")::put);
        new TreeMap<>(own).forEach(json.putObject("own")::put);
        try {
            Files.createDirectories(folder);
            int number = 0;
            for (Exchanged one : exchanges) {
                Files.writeString(folder.resolve(String.format("%02d.http", ++number)), one.text());
            }
            Files.writeString(folder.resolve("case.json"), json.toPrettyString() + "\n");
            Files.writeString(folder.resolve("rows.json"), Rows.written(rows));
            Files.writeString(folder.resolve("README.md"), readme);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> map(JsonNode object) {
        Map<String, String> map = new TreeMap<>();
        object.fields()
                .forEachRemaining(field -> map.put(field.getKey(), field.getValue().asText()));
        return map;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
