package dev.caravan.rehearsal;

import dev.caravan.deploy.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;

/**
 * Answers calls from a recording; nothing leaves. What is asked several times is answered in the
 * order of the recording. Safe for any number of threads.
 */
final class Playback implements Wire {
    private final Bases bases;
    private final Set<String> missing = ConcurrentHashMap.newKeySet();
    private final Map<String, Deque<Exchanged>> recorded = new ConcurrentHashMap<>();

    Playback(List<Exchanged> exchanges, Bases bases) {
        this.bases = bases;
        exchanges.forEach(
                one -> recorded.computeIfAbsent(one.key(), first -> new ArrayDeque<>()).add(one));
    }

    /** What was asked and is not in the recording. */
    Set<String> missing() {
        return missing;
    }

    @Override
    public ClassicHttpResponse over(ClassicHttpRequest request, Network network)
            throws IOException {
        String url = bases.named(Tape.url(request));
        Deque<Exchanged> answers = recorded.get(Exchanged.key(request.getMethod(), url));
        Exchanged answer = null;
        if (answers != null) {
            synchronized (answers) {
                answer = answers.poll();
            }
        }
        if (answer == null) {
            missing.add(request.getMethod() + " " + url);
            throw new IOException("nothing is recorded");
        }
        BasicClassicHttpResponse response = new BasicClassicHttpResponse(answer.status());
        answer.told().forEach((name, value) -> response.addHeader(name, bases.address(value)));
        response.setEntity(
                new ByteArrayEntity(
                        bases.address(answer.answer()).getBytes(StandardCharsets.UTF_8),
                        ContentType.parseLenient(answer.told().get("Content-Type"))));
        return response;
    }
}
