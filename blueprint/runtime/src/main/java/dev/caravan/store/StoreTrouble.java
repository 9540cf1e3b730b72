package dev.caravan.store;

import dev.caravan.faults.Fault;
import java.sql.SQLException;

/**
 * Tells trouble of the server (down, full, closed to us) from trouble of a statement. Stateless.
 */
final class StoreTrouble {
    private StoreTrouble() {}

    /** What the server's trouble is, or null where the statement is to blame. */
    static Fault.Account of(String state, SQLException error) {
        if (state.startsWith("53100") || state.startsWith("58")) {
            return account("CARAVAN-STORE-FULL", error, "free space on the volume of the store");
        }
        if (state.startsWith("28")) {
            return account("CARAVAN-STORE-LOGIN", error, "check user and password of the store");
        }
        if (state.startsWith("08")
                || state.startsWith("57P")
                || state.startsWith("53")
                || state.equals("3D000")
                || state.equals("25006")
                || error instanceof java.sql.SQLTransientConnectionException) {
            return account("CARAVAN-STORE-DOWN", error, "pulls wait and go on when it is back");
        }
        return null;
    }

    private static Fault.Account account(String code, SQLException error, String next) {
        Throwable root = error;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String found = "found: " + String.valueOf(root.getMessage()).lines().findFirst().orElse("");
        return new Fault.Account(code, "store", "expected an answer,", found, next, null);
    }
}
