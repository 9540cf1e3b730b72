package dev.caravan.sandbox.trac;

import java.util.List;

/** Names of invented people, schools and credits; any likeness is chance. Immutable. */
final class Names {
    private static final List<String> GIVEN =
            List.of(
                    "Sam", "Zoë", "Idris", "Maeve", "Tomasz", "Aoife", "Priya", "Kofi", "Siân",
                    "Lukas", "Noor", "Oisín", "Freya", "Mateo", "Yuki", "Bea");
    private static final List<String> FAMILY =
            List.of(
                    "Ash",
                    "O'Dell",
                    "Farrow",
                    "Müller-Hay",
                    "Okoro",
                    "Penhale",
                    "Quill",
                    "Rowan",
                    "St. Vane",
                    "Thistle",
                    "Underhill",
                    "Wren",
                    "Yarrow",
                    "Łoza",
                    "Brook",
                    "Marsh");
    private static final List<String> PLACES =
            List.of(
                    "Northfield",
                    "Ashcombe",
                    "Little Marsh",
                    "Harrowgate",
                    "St Bride's",
                    "Wrenbury",
                    "Fallow Hill",
                    "Eastmere",
                    "Quarry Bank",
                    "Thornby");

    private Names() {}

    static String given(long bits) {
        return GIVEN.get(Mix.below(bits ^ 3, GIVEN.size()));
    }

    static String family(long bits) {
        return FAMILY.get(Mix.below(bits ^ 5, FAMILY.size()));
    }

    static String place(int number) {
        String place = PLACES.get(number % PLACES.size());
        return number < PLACES.size() ? place : place + ' ' + (number / PLACES.size() + 1);
    }
}
