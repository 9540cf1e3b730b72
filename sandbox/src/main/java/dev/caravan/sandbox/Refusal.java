package dev.caravan.sandbox;

import dev.caravan.sandbox.http.Reply;

/** An answer that refuses, raised wherever a twin notices; carries no stack trace. Immutable. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Reply reply;

    public Refusal(Reply reply) {
        super("answered " + reply.status(), null, false, false);
        this.reply = reply;
    }

    public Reply reply() {
        return reply;
    }
}
