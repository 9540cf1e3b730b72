package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.LoopbackServer;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Receives webhooks and answers what it is told to. */
final class Receiver implements AutoCloseable {
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final LoopbackServer server;
    volatile Reply reply = Reply.empty(200);

    Receiver() {
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
        return server.base() + "/webhooks/truelayer/data?t=nonce-of-the-caller";
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    List<JsonNode> bodies() {
        return requests.stream().map(request -> Json.parse(request.body())).toList();
    }

    /** The status word of each, in the order of arrival. */
    List<String> words() {
        return bodies().stream().map(body -> body.path("status").asText()).toList();
    }

    @Override
    public void close() {
        server.close();
    }
}
