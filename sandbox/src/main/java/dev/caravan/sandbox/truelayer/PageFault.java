package dev.caravan.sandbox.truelayer;

import dev.caravan.sandbox.Effect;

/**
 * A fault inside an otherwise sound page of results. None of these rows is part of the twin's
 * truth, and every row of the truth is still in the page unless it is emptied or loses one.
 * Immutable.
 */
sealed interface PageFault extends Effect {
    /** One more row, as raw JSON, in front of the true ones. */
    record ExtraRow(String json) implements PageFault {}

    /** The first generated row of the page comes a second time at its end. */
    record RepeatedRow() implements PageFault {}

    /** The first generated row of the page is preceded by an older version of itself. */
    record TwoVersions() implements PageFault {}

    /** The row that was written by hand with this description is left out. */
    record LostRow(String description) implements PageFault {}

    /** The envelope carries this status and no results. */
    record Status(String status) implements PageFault {}

    /** A success without any results. */
    record Empty() implements PageFault {}
}
