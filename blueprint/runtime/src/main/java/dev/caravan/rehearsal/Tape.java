package dev.caravan.rehearsal;

import dev.caravan.connections.Tryout;
import dev.caravan.deploy.Wire;
import dev.caravan.faults.Fault;
import dev.caravan.faults.RequestFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageHeaders;

/**
 * Looks on while calls go over the network and keeps what went over, in memory and as it is. Safe
 * for any number of threads.
 */
final class Tape implements Wire {
    private final boolean bodies;
    private final Tryout tryout;
    private final String provider;
    private final List<Taped> taped = new CopyOnWriteArrayList<>();

    /**
     * @param bodies whether to keep what was said, and not only how much
     * @param tryout says what may leave
     */
    Tape(boolean bodies, String provider, Tryout tryout) {
        this.bodies = bodies;
        this.provider = provider;
        this.tryout = tryout;
    }

    /**
     * One exchange.
     *
     * @param status 0 where no answer came
     * @param failure why none came; null where one did
     */
    record Taped(
            String method,
            String url,
            List<Header> asked,
            byte[] question,
            int status,
            List<Header> told,
            byte[] answer,
            int bytes,
            long millis,
            String failure) {}

    List<Taped> all() {
        return List.copyOf(taped);
    }

    @Override
    public ClassicHttpResponse over(ClassicHttpRequest request, Network network)
            throws IOException, HttpException {
        long began = System.nanoTime();
        String url = url(request);
        byte[] question = bodies ? bytes(request.getEntity()) : new byte[0];
        List<Header> asked = headers(request);
        try {
            if (!tryout.lets(request.getMethod())) {
                throw new RequestFault(
                        new Fault.Account(
                                "CARAVAN-TRY",
                                provider,
                                request.getMethod() + " " + request.getPath(),
                                "could change something at the provider and was not sent",
                                "leave its kind out with --kinds, or let it with --post",
                                null));
            }
            ClassicHttpResponse answer = network.answer();
            byte[] body = bytes(answer.getEntity());
            taped.add(
                    new Taped(
                            request.getMethod(),
                            url,
                            asked,
                            question,
                            answer.getCode(),
                            headers(answer),
                            bodies ? body : new byte[0],
                            body.length,
                            millis(began),
                            null));
            return answer;
        } catch (IOException | HttpException | RuntimeException e) {
            taped.add(
                    new Taped(
                            request.getMethod(),
                            url,
                            asked,
                            question,
                            0,
                            List.of(),
                            new byte[0],
                            0,
                            millis(began),
                            e.getClass().getSimpleName()
                                    + ": "
                                    + String.valueOf(e.getMessage())
                                            .lines()
                                            .findFirst()
                                            .orElse("")));
            throw e;
        }
    }

    static String url(ClassicHttpRequest request) {
        try {
            return request.getUri().toString();
        } catch (URISyntaxException e) {
            return request.getRequestUri();
        }
    }

    private static long millis(long since) {
        return (System.nanoTime() - since) / 1_000_000;
    }

    private static List<Header> headers(MessageHeaders of) {
        List<Header> headers = new ArrayList<>();
        of.headerIterator().forEachRemaining(headers::add);
        return headers;
    }

    private static byte[] bytes(HttpEntity entity) throws IOException {
        if (entity == null || !entity.isRepeatable()) {
            return new byte[0];
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        entity.writeTo(out);
        return out.toByteArray();
    }
}
