package dev.caravan.sandbox.leatherback;

import java.util.List;

/**
 * An invented payee or payer. Some names hold what breaks careless code: quotes, ampersands,
 * letters beyond ASCII. Immutable.
 */
record Payee(String name, String category) {
    static final List<Payee> SPENDING =
            List.of(
                    new Payee("Orrery Clockworks", "5944"),
                    new Payee("Fennimore & Daughters", "5411"),
                    new Payee("Café Élan Lagoona", "5812"),
                    new Payee("The \"Gilded\" Otter", "5813"),
                    new Payee("Saltire Ferries", "4111"),
                    new Payee("Bramblegate Water", "4900"),
                    new Payee("Nimbus Telecom", "4814"),
                    new Payee("Adébáyò Textiles", "5651"),
                    new Payee("Pendle Hardware", "5251"),
                    new Payee("Underhill Dental", "8021"),
                    new Payee("Larkspur Lettings", "6513"));
    static final List<Payee> INCOME =
            List.of(
                    new Payee("Heron Mill payroll", ""),
                    new Payee("Refund Pendle Hardware", ""),
                    new Payee("Interest paid", ""),
                    new Payee("Transfer from T Quarrie", ""));
}
