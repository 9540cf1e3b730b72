package dev.caravan.benchmark;

import dev.caravan.sandbox.Json;
import dev.caravan.store.EmbeddedServer;
import dev.caravan.store.StoreLogin;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What a puller's process is told on its command line. Both pullers get the same. Immutable.
 *
 * @param bank where the twin is
 * @param storePort where PostgreSQL is
 * @param postmaster its process
 * @param home the folder of the store, its passwords and the puller's own files
 * @param tree the source tree, for the shipped routes and settings
 * @param publicPort where the callback of the consent arrives
 * @param rows how many rows the bank holds for the connections together
 */
record Job(
        String bank,
        int storePort,
        long postmaster,
        String home,
        String tree,
        int publicPort,
        long rows) {
    /** The users of the twin; one connection each. */
    static final int CONNECTIONS = 2;

    static final int ROWS_A_PAGE = 500;

    static Job of(String[] arguments) {
        return Json.bind(Json.parse(arguments[0].getBytes(StandardCharsets.UTF_8)), Job.class);
    }

    String written() {
        return new String(Json.bytes(this), StandardCharsets.UTF_8);
    }

    StoreLogin login() {
        Path folder = Path.of(home);
        return new EmbeddedServer(storePort, folder.resolve("pg"), folder.resolve("bin"), folder)
                .login();
    }

    String callback() {
        return "http://127.0.0.1:" + publicPort + "/callback/truelayer";
    }
}
