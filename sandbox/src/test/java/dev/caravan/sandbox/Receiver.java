package dev.caravan.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.http.LoopbackServer;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Receives webhooks and answers what it is told to. */
public final class Receiver implements AutoCloseable {
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final LoopbackServer server;
    private final String path;
    public volatile Reply reply;

    /**
     * @param path where it is posted to, with its query
     * @param status what is answered until {@link #reply} says otherwise
     */
    public Receiver(String path, int status) {
        this.path = path;
        this.reply = Reply.empty(status);
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

    public String url() {
        return server.base() + path;
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    public List<JsonNode> bodies() {
        return requests.stream().map(request -> Json.parse(request.body())).toList();
    }

    /** One field of each, in the order of arrival. */
    public List<String> each(String field) {
        return bodies().stream().map(body -> body.path(field).asText()).toList();
    }

    @Override
    public void close() {
        server.close();
    }
}
