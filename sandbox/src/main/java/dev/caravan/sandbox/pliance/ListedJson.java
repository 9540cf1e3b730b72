package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.pliance.Words.Flag;
import dev.caravan.sandbox.pliance.Words.Gender;
import java.util.List;
import java.util.Locale;

/** Writes an entry of a watch list. Stateless. */
final class ListedJson {
    private ListedJson() {}

    /**
     * @param chosen the alias that matched, whose words are shown as matched; empty for none
     * @param media whether adverse media was asked for
     */
    static ObjectNode of(Listed entry, String chosen, boolean media) {
        ObjectNode json = Json.object().put("listId", entry.id()).put("active", true);
        names(json, entry, chosen);
        json.putArray("addresses");
        json.put("isSanction", entry.is(Flag.SANCTION));
        json.putArray("notes").add("Invented by the sandbox.");
        if (entry.company()) {
            json.put("isSie", entry.is(Flag.SIE));
            entry.lists().forEach(json.putArray("sanctionLists")::add);
        } else {
            person(json, entry);
        }
        json.putObject("watchlistSource")
                .put("source", entry.lists().get(0))
                .put("filename", entry.lists().get(0).toLowerCase(Locale.ROOT) + ".xml")
                .put(
                        "updatedAt",
                        String.format(
                                Locale.ROOT, "2026-01-%02dT04:00:00Z", 1 + entry.revision() % 28));
        if (media && entry.is(Flag.ADVERSE_MEDIA)) {
            json.putArray("adverseMedia").addObject().put("headline", "Invented headline");
        } else {
            json.putArray("adverseMedia");
        }
        return json;
    }

    private static void names(ObjectNode json, Listed entry, String chosen) {
        for (Listed.Alias alias : entry.aliases()) {
            ObjectNode name = json.withArray("names").addObject();
            boolean is = alias.id().equals(chosen);
            name.put("type", alias == entry.aliases().get(0) ? "Primary" : "AKA");
            if (entry.company()) {
                name.put("name", alias.name().last());
                name.set("selectedName", words(alias.name().last(), is));
            } else {
                name.put("firstName", alias.name().first()).put("lastName", alias.name().last());
                name.set("selectedFirstName", words(alias.name().first(), is));
                name.set("selectedLastName", words(alias.name().last(), is));
            }
        }
    }

    private static com.fasterxml.jackson.databind.node.ArrayNode words(String text, boolean is) {
        return HitJson.parts(
                List.of(text.split(" ")).stream().map(word -> new Hit.Part(word, is)).toList());
    }

    private static void person(ObjectNode json, Listed entry) {
        BirthDate birth = entry.birth();
        if (birth.year() > 0) {
            boolean exact = birth.day() > 0;
            ObjectNode born = json.putArray("birthdates").addObject();
            born.put("type", exact ? "Date" : "Range").put("circa", !exact);
            if (exact) {
                born.put("year", birth.year()).put("month", birth.month()).put("day", birth.day());
            } else {
                born.put("fromYear", birth.year()).put("toYear", birth.year());
            }
        } else {
            json.putArray("birthdates");
        }
        List<String> nations = entry.country().isEmpty() ? List.of() : List.of(entry.country());
        nations.forEach(json.putArray("countries")::add);
        nations.forEach(json.putArray("nationalities")::add);
        entry.lists().forEach(json.putArray("lists")::add);
        json.put("deceased", false).put("gender", Gender.Unknown.name());
        for (Flag flag : List.of(Flag.PEP, Flag.RCA, Flag.SIP)) {
            json.put(HitJson.word(flag), entry.is(flag));
        }
        if (entry.is(Flag.PEP)) {
            json.putArray("roles")
                    .addObject()
                    .put("description", "Invented minister")
                    .put("isActive", true)
                    .put("sinceYear", "2019");
        } else {
            json.putArray("roles");
        }
        json.putArray("relations");
        json.putArray("sources");
        json.putArray("images");
    }
}
