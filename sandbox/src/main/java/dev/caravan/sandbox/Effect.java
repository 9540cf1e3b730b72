package dev.caravan.sandbox;

import dev.caravan.sandbox.http.Damage;
import dev.caravan.sandbox.http.Reply;

/**
 * What a fault does to an exchange. The two kinds here are every twin's; a twin adds kinds of its
 * own. Implementations are immutable.
 */
public interface Effect {
    /** This answer instead of the work; nothing changes inside the twin. */
    record Answer(Reply reply) implements Effect {}

    /** The work is done and answered, and the answer is spoilt on the wire. */
    record Spoil(Damage damage) implements Effect {}
}
