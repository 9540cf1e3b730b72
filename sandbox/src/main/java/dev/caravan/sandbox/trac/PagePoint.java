package dev.caravan.sandbox.trac;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.FaultPoint;
import dev.caravan.sandbox.Json;
import java.nio.charset.StandardCharsets;

/**
 * Sets the faults of a list at one endpoint: its rows, its envelope, its lastKey. A fault strikes
 * from the moment it is named. Immutable.
 */
public record PagePoint(FaultPoint at) {
    private static final String AMOUNT = "/amountAsInteger";
    private static final String CREATED = "/meta/createdAt";

    public Fault nullAmount() {
        return poison(AMOUNT, NullNode.getInstance());
    }

    public Fault missingAmount() {
        return poison(AMOUNT, MissingNode.getInstance());
    }

    public Fault wordAsAmount() {
        return poison(AMOUNT, TextNode.valueOf("two pounds"));
    }

    /** 2.45 where an integer is promised. */
    public Fault decimalAmount() {
        return poison(AMOUNT, literal("2.45"));
    }

    public Fault hugeAmount() {
        return poison(AMOUNT, literal("1e30"));
    }

    public Fault booleanAmount() {
        return poison(AMOUNT, BooleanNode.TRUE);
    }

    public Fault impossibleDate() {
        return poison(CREATED, TextNode.valueOf("2026-02-30T25:61:00.000Z"));
    }

    public Fault missingId() {
        return poison("/meta/transactionId", MissingNode.getInstance());
    }

    public Fault missingPurse() {
        return poison("/meta/purseId", MissingNode.getInstance());
    }

    /** A member whom no member list knows. */
    public Fault unknownMember() {
        return poison("/meta/memberId", TextNode.valueOf("01HZX0000000000000NOMEMBER"));
    }

    /** A character that PostgreSQL stores in no text. */
    public Fault nulInTag() {
        return poison("/meta/tags", Json.object().put("TillWorks", "A\u0000B"));
    }

    /** One more row in front: a true one under an id of its own with this value at this pointer. */
    public Fault poison(String jsonPointer, JsonNode value) {
        return at.set(new PageFault.Poison(JsonPointer.compile(jsonPointer), value));
    }

    /** One more row in front, as it is. */
    public Fault extraRow(ObjectNode row) {
        return at.set(new PageFault.ExtraRow(row));
    }

    /** The first row of the page again at its end. */
    public Fault repeatsARow() {
        return at.set(new PageFault.RepeatedRow());
    }

    /** The first row of the page twice, the older version first. */
    public Fault twoVersionsOfARow() {
        return at.set(new PageFault.TwoVersions());
    }

    /** No rows, and a lastKey that leads to the page that was asked for. */
    public Fault emptyPage() {
        return at.set(new PageFault.EmptyPage());
    }

    /** The same page with the same lastKey for ever. */
    public Fault repeatsLastKey() {
        return lastKeyInCircles(1);
    }

    /** After so many pages the lastKey of the first one again. */
    public Fault lastKeyInCircles(int pages) {
        return at.set(new PageFault.Circle(pages));
    }

    /** A bare array without lastKey although more may be left. */
    public Fault bareArray() {
        return at.set(new PageFault.BareArray());
    }

    /** The array under another name. */
    public Fault renamed(String name) {
        return at.set(new PageFault.Renamed(name));
    }

    static JsonNode literal(String json) {
        return Json.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
