package dev.caravan.store;

import java.sql.SQLException;

/** A statement that the store refused for its content; carries the driver's error, not the data. */
public final class SqlFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String state;

    SqlFault(SQLException cause) {
        super(firstLine(cause.getMessage()), cause);
        this.state = String.valueOf(cause.getSQLState());
    }

    /** The five characters of the SQLSTATE. */
    public String state() {
        return state;
    }

    private static String firstLine(String message) {
        return message == null ? "no message" : message.lines().findFirst().orElse("");
    }
}
