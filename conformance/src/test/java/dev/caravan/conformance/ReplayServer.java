package dev.caravan.conformance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.caravan.rehearsal.Exchanged;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * Says over plain HTTP what a case says: each address of the case is a folder of the server, and
 * what is asked several times is answered in the order of the recording; the rest is 404. Safe for
 * any number of threads.
 */
final class ReplayServer implements AutoCloseable {
    private static final Pattern BASE = Pattern.compile("\\{([a-z.]+)}");

    private final HttpServer server;
    private final Map<String, Deque<Exchanged>> answers = new HashMap<>();
    private final Map<String, String> bases = new TreeMap<>();

    ReplayServer(List<Exchanged> exchanges) {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (Exchanged one : exchanges) {
            BASE.matcher(one.url())
                    .results()
                    .forEach(base -> bases.put(base.group(1), addressOf(base.group(1))));
            answers.computeIfAbsent(one.key(), first -> new ArrayDeque<>()).add(one);
        }
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
    }

    /** Where a setting may lead, be it asked for or not. */
    String addressOf(String setting) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + setting;
    }

    /** The addresses of the case by the settings that hold them. */
    Map<String, String> bases() {
        return bases;
    }

    /** A text with every such address filled in. */
    String addressed(String text) {
        String told = text;
        for (Map.Entry<String, String> base : bases.entrySet()) {
            told = told.replace("{" + base.getKey() + "}", base.getValue());
        }
        return told;
    }

    private void answer(HttpExchange asked) throws IOException {
        String path = asked.getRequestURI().toString().substring(1);
        int end = path.indexOf('/');
        String url =
                end < 0
                        ? "{" + path + "}"
                        : "{" + path.substring(0, end) + "}" + path.substring(end);
        Exchanged answer;
        synchronized (answers) {
            Deque<Exchanged> found = answers.get(Exchanged.key(asked.getRequestMethod(), url));
            answer = found == null ? null : found.poll();
        }
        try (asked) {
            byte[] body =
                    answer == null
                            ? ("nothing is recorded for " + url).getBytes(StandardCharsets.UTF_8)
                            : addressed(answer.answer()).getBytes(StandardCharsets.UTF_8);
            if (answer != null) {
                answer.told()
                        .forEach(
                                (name, value) ->
                                        asked.getResponseHeaders().set(name, addressed(value)));
            }
            asked.sendResponseHeaders(
                    answer == null ? 404 : answer.status(), body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                asked.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
