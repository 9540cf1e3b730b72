package dev.caravan.sandbox.leatherback;

/** Which form of a booking date in the query is taken; the zone is ignored in any case. */
public enum BookingDates {
    /** With or without zone. */
    ANY,
    /** Only with a zone, as the OpenAPI's date-time has it. */
    ZONED,
    /** Only without, as the profile's prose has it. */
    ZONELESS
}
