package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** An event before it has its place in the log. Immutable as long as nobody writes into it. */
record Draft(EventType type, ObjectNode body) {}
