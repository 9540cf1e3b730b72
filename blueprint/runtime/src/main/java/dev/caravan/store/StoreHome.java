package dev.caravan.store;

import dev.caravan.vault.Secrets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the store is: elsewhere when a JDBC URL is set, else a PostgreSQL of our own in the
 * installation's data folder. Immutable.
 */
public final class StoreHome {
    private final EmbeddedServer embedded;
    private final StoreLogin login;

    public StoreHome(
            String url,
            String user,
            String password,
            int embeddedPort,
            Path etc,
            Path data,
            Path secrets) {
        if (url.isBlank()) {
            embedded =
                    new EmbeddedServer(
                            embeddedPort,
                            data.resolve("postgres"),
                            data.resolve("postgres-bin"),
                            etc);
            login = embedded.login();
        } else {
            embedded = null;
            Secrets reference =
                    new Secrets("store", secrets, System::getenv, Map.of("password", password));
            login = new StoreLogin(url.strip(), user.strip(), reference.get("password"));
        }
    }

    /** Our own server, or null where the store is elsewhere. */
    EmbeddedServer embedded() {
        return embedded;
    }

    StoreLogin login() {
        return login;
    }
}
