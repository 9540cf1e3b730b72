package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps intents, consents, payments, the first day and what controls did to accounts over a
 * restart. The file is replaced whole or not at all. Safe for use by many threads; without a path
 * it does nothing.
 */
final class StateFile {
    private final String path;

    StateFile(String path) {
        this.path = path;
    }

    /** What was saved; an empty object where nothing was. */
    JsonNode read() {
        if (path.isEmpty() || !Files.exists(Path.of(path))) {
            return Json.object();
        }
        try {
            return Json.parse(Files.readAllBytes(Path.of(path)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static LocalDate firstDay(JsonNode state, LocalDate today) {
        return state.has("first_day") ? LocalDate.parse(state.path("first_day").asText()) : today;
    }

    static List<Bank.Deed> deeds(JsonNode state) {
        List<Bank.Deed> deeds = new ArrayList<>();
        state.path("deeds").forEach(one -> deeds.add(Json.bind(one, Bank.Deed.class)));
        return deeds;
    }

    static void restore(JsonNode state, Consents consents, PaymentApi payments) {
        state.path("intents").forEach(one -> consents.open(Json.bind(one, Intent.class), false));
        state.path("consents").forEach(one -> consents.add(Json.bind(one, Consent.class)));
        state.path("payments").forEach(one -> payments.restore(Json.bind(one, Payment.class)));
    }

    synchronized void save(Bank bank, Consents consents, PaymentApi payments) {
        if (path.isEmpty()) {
            return;
        }
        ObjectNode state = Json.object().put("first_day", bank.firstDay().toString());
        bank.deeds().forEach(one -> state.withArray("deeds").add(Json.tree(one)));
        consents.intents().forEach(one -> state.withArray("intents").add(Json.tree(one)));
        for (Consent consent : consents.all()) {
            synchronized (consent) {
                state.withArray("consents").add(Json.tree(consent));
            }
        }
        payments.all().forEach(one -> state.withArray("payments").add(Json.tree(one)));
        try {
            Path target = Path.of(path).toAbsolutePath();
            Files.createDirectories(target.getParent());
            Path next = Path.of(target + ".next");
            Files.write(next, Json.bytes(state));
            Files.move(next, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
