package dev.caravan.sandbox.leatherback;

import java.util.List;
import java.util.Optional;

/**
 * One customer of the bank who can log in. The name is invented, the customer id follows from the
 * seed. Immutable.
 *
 * @param login {@code customer<n>}, whose password is {@code pass<n>}
 */
public record Customer(String login, String id, String name) {
    private static final List<String> GIVEN =
            List.of("Ines", "Oduya", "Marlo", "Petra", "Tobin", "Yusra", "Calder", "Wren");
    private static final List<String> FAMILY =
            List.of("Ashgrove", "Bellwether", "Okonjo-Vale", "Thistlewood", "Quarrie", "Lindqvaer");

    static Customer of(long seed, String login) {
        long bits = Scatter.of(seed, login);
        String given = GIVEN.get(Scatter.below(bits, GIVEN.size()));
        String family = FAMILY.get(Scatter.below(bits + 1, FAMILY.size()));
        return new Customer(login, Scatter.uuid(bits), given + " " + family);
    }

    /** The login of these words, if the bank knows them. */
    static Optional<String> login(String username, String password, int users) {
        if (!username.matches("customer[1-9][0-9]{0,5}")) {
            return Optional.empty();
        }
        String number = username.substring("customer".length());
        boolean known = Integer.parseInt(number) <= users && password.equals("pass" + number);
        return known ? Optional.of(username) : Optional.empty();
    }
}
