package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.net.URI;
import java.util.Map;

/** Registers the webhook, pokes it and lists what it missed. Stateless. */
final class WebhookApi {
    private WebhookApi() {}

    static void into(Map<String, Call.Handler> routes) {
        routes.put("PUT WebhookCommand", WebhookApi::save);
        routes.put("DELETE WebhookCommand", WebhookApi::forget);
        routes.put("GET WebhookQuery", WebhookApi::view);
        routes.put("POST WebhookQuery/Poke", WebhookApi::poke);
        routes.put("GET WebhookQuery/DeliveryFailures", WebhookApi::failures);
    }

    private static ObjectNode save(Call call) {
        String url = call.in().required("url");
        if (!url.matches("(?i)https?://.+") || !parses(url)) {
            throw new Failure(400, "url: expected http or https");
        }
        boolean enabled = call.in().flag("enabled").orElse(false);
        Webhook webhook = new Webhook(url, call.in().text("secret"), enabled);
        return Call.done(call.books().log().webhook(webhook));
    }

    private static boolean parses(String url) {
        try {
            return URI.create(url).getHost() != null;
        } catch (IllegalArgumentException unreadable) {
            return false;
        }
    }

    /** The answer tells the secret, as Pliance's does. */
    private static ObjectNode view(Call call) {
        Webhook webhook = call.books().log().webhook();
        ObjectNode data = Json.object();
        if (webhook.equals(Webhook.NONE)) {
            data.putNull("url").putNull("secret");
        } else {
            data.put("url", webhook.url()).put("secret", webhook.secret());
        }
        return Call.data(data.put("enabled", webhook.enabled()));
    }

    /** Sample data goes out at once, also to a webhook that is switched off. */
    private static ObjectNode poke(Call call) {
        EventType type = call.in().word("type", EventType.class, null);
        if (type == null) {
            throw new Failure(400, "type: is required");
        }
        String ref = call.in().required("referenceId");
        ObjectNode body = Json.object().put(type.referenceField(), ref);
        body.put("matchId", Hash.digits(32, "sample"));
        Event event = call.books().log().event(type.name(), ref, call.actor(), body);
        Delivery delivery = call.books().log().poke(event);
        ObjectNode answer =
                delivery.status() > 0
                        ? Call.done(Books.NO_CHECKPOINT)
                        : Call.failed(delivery.error());
        return answer.put("remoteStatusCode", delivery.status()).put("remoteBody", delivery.body());
    }

    private static ObjectNode failures(Call call) {
        ObjectNode data = Json.object();
        ArrayNode items = data.putArray("items");
        for (DeliveryFailure one : call.page(call.books().log().failures())) {
            ObjectNode item = items.addObject().put("id", one.id());
            item.put("type", one.event().type()).put("referenceId", one.event().referenceId());
            item.put("onCreated", false).put("reason", one.reason());
            item.put("timestamp", Times.text(one.at()));
            item.set("metadata", one.event().metadata());
            item.set("body", one.event().body());
        }
        return Call.data(data);
    }

    private static ObjectNode forget(Call call) {
        return Call.done(call.books().log().forgetFailure(call.in().required("id")));
    }
}
