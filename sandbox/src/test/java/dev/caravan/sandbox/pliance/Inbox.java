package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.LoopbackServer;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Receives webhooks and answers what it is told to. */
final class Inbox implements AutoCloseable {
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final LoopbackServer server;
    volatile Reply reply = Reply.empty(204);

    Inbox() {
        this.server =
                new LoopbackServer(
                        0,
                        16,
                        false,
                        request -> {
                            requests.add(request);
                            return new LoopbackServer.Served(reply, bytes -> {});
                        });
    }

    String url() {
        return server.base() + "/webhooks/pliance/abc";
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    List<JsonNode> events() {
        return requests.stream().map(request -> Json.parse(request.body())).toList();
    }

    List<String> types() {
        return events().stream().map(event -> event.path("type").asText()).toList();
    }

    @Override
    public void close() {
        server.close();
    }
}
