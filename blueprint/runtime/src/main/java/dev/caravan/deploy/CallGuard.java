package dev.caravan.deploy;

import dev.caravan.faults.Fault;
import dev.caravan.tls.Handshakes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * Bounds a whole HTTP exchange, not only the silence between two bytes: the answer must be complete
 * by a deadline and within a size, after decompression, else the call fails. A failed handshake is
 * no such failure but a fault. Safe for any number of threads.
 */
public final class CallGuard implements HttpClientConfigurer, AutoCloseable {
    private static final int CHUNK = 65_536;

    private final String provider;
    private final Duration deadline;
    private final int mostBytes;
    private final Wire wire;
    private final ScheduledExecutorService watch;

    /**
     * @param wire what the guarded exchanges go over
     */
    public CallGuard(String provider, Duration deadline, int mostBytes, Wire wire) {
        this.provider = provider;
        this.wire = wire;
        this.deadline = deadline;
        this.mostBytes = mostBytes;
        ScheduledThreadPoolExecutor alarms =
                new ScheduledThreadPoolExecutor(
                        1,
                        work -> {
                            Thread thread = new Thread(work, "caravan-call-guard");
                            thread.setDaemon(true);
                            return thread;
                        });
        // else the alarm of every call would keep its request until its deadline
        alarms.setRemoveOnCancelPolicy(true);
        this.watch = alarms;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        builder.addExecInterceptorFirst("caravan", this::guarded)
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAutomaticRetries();
    }

    private ClassicHttpResponse guarded(
            ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        AtomicBoolean late = new AtomicBoolean();
        ScheduledFuture<?> alarm =
                watch.schedule(
                        () -> {
                            late.set(true);
                            scope.execRuntime.discardEndpoint();
                        },
                        deadline.toMillis(),
                        TimeUnit.MILLISECONDS);
        try {
            return wire.over(request, () -> whole(chain.proceed(request, scope)));
        } catch (IOException e) {
            Fault handshake = Handshakes.judged(provider, request.getAuthority().getHostName(), e);
            if (handshake != null) {
                throw handshake;
            }
            throw late.get()
                    ? new IOException(
                            "the answer was not complete after " + deadline.toSeconds() + " s")
                    : e;
        } finally {
            alarm.cancel(false);
        }
    }

    private ClassicHttpResponse whole(ClassicHttpResponse response) throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity != null) {
            byte[] body = read(entity);
            response.setEntity(
                    new ByteArrayEntity(body, ContentType.parseLenient(entity.getContentType())));
        }
        return response;
    }

    private byte[] read(HttpEntity entity) throws IOException {
        try (InputStream in = entity.getContent()) {
            int expected = (int) Math.max(CHUNK, Math.min(entity.getContentLength(), mostBytes));
            ByteArrayOutputStream out = new ByteArrayOutputStream(expected);
            byte[] chunk = new byte[CHUNK];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                if (out.size() + n > mostBytes) {
                    throw new IOException("the answer is larger than " + mostBytes + " bytes");
                }
                out.write(chunk, 0, n);
            }
            return out.toByteArray();
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
