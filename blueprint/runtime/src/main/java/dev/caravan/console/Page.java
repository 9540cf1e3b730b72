package dev.caravan.console;

/** A page of the console. Stateless. */
interface Page {
    /** In the menu and as its heading. */
    String title();

    /** What stands below the heading, as markup; null where there is no such thing. */
    String body(Look look);
}
