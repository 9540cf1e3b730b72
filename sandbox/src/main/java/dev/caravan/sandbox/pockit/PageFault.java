package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;
import java.util.function.UnaryOperator;

/** What can be wrong with one page although it is a page. Immutable. */
sealed interface PageFault extends Effect {
    /** Next of the page; of the last page too. {@code {base}} and {@code {self}} are filled in. */
    record Next(String address) implements PageFault {}

    /** The last page leads back to the first. */
    record Cycle() implements PageFault {}

    /** No row, and Next leads to the rows that belong here. */
    record Empty() implements PageFault {}

    /** A row with an id is there twice. */
    record RepeatedRow() implements PageFault {}

    /** A row with an id is there twice, with other words the first time. */
    record TwoVersions() implements PageFault {}

    /** A copy of a row under an id of its own, changed; no part of the truth. */
    record ExtraRow(UnaryOperator<ObjectNode> change) implements PageFault {}

    /** Another Meta.TotalPages than there are. */
    record TotalPages(int said) implements PageFault {}
}
