package dev.caravan.sandbox.trac;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;

/**
 * A fault inside an otherwise sound page of a list. The rows it adds are no part of the twin's
 * truth, and those of the truth still come in this page or a later one, but for the circles.
 * Immutable.
 */
sealed interface PageFault extends Effect {
    /** One more row in front: a copy of a true one under an id of its own, spoilt at one place. */
    record Poison(JsonPointer pointer, JsonNode value) implements PageFault {
        public Poison {
            if (pointer.matches()) {
                throw new IllegalArgumentException("pointer: expected one like /meta/createdAt");
            }
        }
    }

    /** One more row in front, as it is. */
    record ExtraRow(ObjectNode row) implements PageFault {}

    /** The first row of the page comes a second time at its end. */
    record RepeatedRow() implements PageFault {}

    /** The first row of the page is preceded by an older version of itself. */
    record TwoVersions() implements PageFault {}

    /** No rows, and a lastKey that leads to the page that this one should have been. */
    record EmptyPage() implements PageFault {}

    /** After so many pages lastKey leads back to the first; 1 answers the same key for ever. */
    record Circle(int pages) implements PageFault {
        public Circle {
            if (pages < 1) {
                throw new IllegalArgumentException("pages: expected 1 or more, found " + pages);
            }
        }
    }

    /** The bare array without a lastKey, whatever is left. */
    record BareArray() implements PageFault {}

    /** The page under another name. */
    record Renamed(String name) implements PageFault {}
}
