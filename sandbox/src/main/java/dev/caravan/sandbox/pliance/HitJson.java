package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.pliance.Words.Flag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes hits as the contract shows them. Stateless. */
final class HitJson {
    private HitJson() {}

    /** An array for each listed entity, of its names that match. */
    static ArrayNode hits(List<Hit> hits) {
        Map<String, List<Hit>> byEntity = new LinkedHashMap<>();
        hits.forEach(
                hit -> byEntity.computeIfAbsent(hit.matchId(), id -> new ArrayList<>()).add(hit));
        ArrayNode outer = Json.array();
        byEntity.values()
                .forEach(
                        group -> {
                            ArrayNode inner = outer.addArray();
                            group.forEach(hit -> inner.add(hit(hit)));
                        });
        return outer;
    }

    static ObjectNode hit(Hit hit) {
        ObjectNode json = Json.object().put("aliasId", hit.aliasId()).put("matchId", hit.matchId());
        json.put("referenceId", hit.entity().id());
        if (hit.entity().company()) {
            json.put("name", hit.alias().name().last());
            json.set("matchedName", parts(hit.last()));
        } else {

            json.set("matchedFirstName", parts(hit.first()));
            json.set("matchedLastName", parts(hit.last()));
            for (Flag flag : List.of(Flag.PEP, Flag.RCA, Flag.SIP)) {
                json.put(word(flag), hit.shows(flag));
            }
        }
        json.put("isSanction", hit.shows(Flag.SANCTION));
        json.put("isAdverseMedia", hit.shows(Flag.ADVERSE_MEDIA));
        json.put("classification", hit.classification().name());
        return json.put("score", hit.score());
    }

    static ArrayNode parts(List<Hit.Part> parts) {
        ArrayNode array = Json.array();
        parts.forEach(
                part -> array.addObject().put("text", part.text()).put("isMatch", part.isMatch()));
        return array;
    }

    /** {@code isPep} and the like. */
    static String word(Flag flag) {
        return switch (flag) {
            case SANCTION -> "isSanction";
            case PEP -> "isPep";
            case RCA -> "isRca";
            case SIP -> "isSip";
            case SIE -> "isSie";
            case ADVERSE_MEDIA -> "isAdverseMedia";
        };
    }
}
