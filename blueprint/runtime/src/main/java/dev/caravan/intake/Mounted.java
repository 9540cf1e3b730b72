package dev.caravan.intake;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;

/** A part of a listener that answers requests itself, without a route of Camel's. */
public interface Mounted {
    void mount(Router router, Vertx vertx);
}
