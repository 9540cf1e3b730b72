package dev.caravan.launch;

/** What stopped the demo, as one sentence for the person who started it. */
final class Fault extends Exception {

    Fault(String what) {
        super(what);
    }
}
