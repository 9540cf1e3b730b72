package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Effect;

/** The kinds of fault that only this provider can have. Implementations are immutable. */
sealed interface OwnEffect extends Effect {
    /** The id_token of the callback is wrong in one way. */
    record SpoiltIdToken(IdTokenFlaw flaw) implements OwnEffect {}

    /** The callback carries this error, whatever the customer decided. */
    record CallbackError(String error) implements OwnEffect {}

    /** The callback carries this state instead; none where it is empty. */
    record OtherState(String state) implements OwnEffect {}

    /** The access token names another consent than the one it stands for. */
    record OtherConsentInToken() implements OwnEffect {}

    /** GET of the consent shows this status, whatever it is. */
    record ShownStatus(String status) implements OwnEffect {}

    /** Links.Next is this URL; empty stands for the URL of the request. */
    record Next(String url) implements OwnEffect {}

    /** From the second page on Links.Next leads back to the first. */
    record Cycle() implements OwnEffect {}

    /** No rows, and a Next behind which they are. */
    record EmptyPage() implements OwnEffect {}

    /** The first row of the page stands there once more, at its end. */
    record RepeatedRow() implements OwnEffect {}

    /** A row with an id stands there twice with two amounts, the true one last. */
    record TwoVersions() implements OwnEffect {}

    /** One more row, a copy of the first with these members changed; a null takes one away. */
    record ExtraRow(JsonNode changes) implements OwnEffect {}
}
