package dev.caravan.sandbox.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/**
 * An HTTP/1.1 server on 127.0.0.1, plain or under TLS, that can also misbehave on the wire, which
 * the server of the JDK cannot: it gives nobody its socket to reset. Serves each kept-alive
 * connection with one thread of a bounded pool and hangs up on the connection that is one too many.
 * Safe for use by many threads; closing it closes every connection.
 */
public final class LoopbackServer implements AutoCloseable {
    /** Makes the answers. */
    @FunctionalInterface
    public interface Handler {
        Served answer(Request request);
    }

    /**
     * An answer, and who is told the length of its body right before its last byte leaves, once,
     * whatever becomes of it: a caller that has the whole answer can rely on the telling.
     */
    public record Served(Reply reply, LongConsumer ending) {}

    private final ServerSocket socket;
    private final ThreadPoolExecutor pool;
    private final Handler handler;
    private final boolean gzip;
    private final String scheme;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    public LoopbackServer(int port, int maxConnections, boolean gzip, Handler handler) {
        this(listening(port, Optional.empty(), false), "http", maxConnections, gzip, handler);
    }

    /**
     * Under TLS 1.2 or later.
     *
     * @param mutual whether a caller must show a certificate; without an accepted one no request is
     *     read from it
     */
    public static LoopbackServer secure(
            int port,
            int maxConnections,
            boolean gzip,
            Handler handler,
            SSLContext context,
            boolean mutual) {
        return new LoopbackServer(
                listening(port, Optional.of(context), mutual),
                "https",
                maxConnections,
                gzip,
                handler);
    }

    private LoopbackServer(
            ServerSocket socket, String scheme, int maxConnections, boolean gzip, Handler handler) {
        this.socket = socket;
        this.scheme = scheme;
        this.handler = handler;
        this.gzip = gzip;
        ThreadFactory threads = daemons("sandbox-" + socket.getLocalPort());
        this.pool =
                new ThreadPoolExecutor(
                        0, maxConnections, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
        threads.newThread(this::accept).start();
    }

    public URI base() {
        return URI.create(scheme + "://127.0.0.1:" + socket.getLocalPort());
    }

    private static ServerSocket listening(int port, Optional<SSLContext> context, boolean mutual) {
        try {
            InetAddress here = InetAddress.getByName("127.0.0.1");
            if (context.isEmpty()) {
                return new ServerSocket(port, 1024, here);
            }
            SSLServerSocket secure =
                    (SSLServerSocket)
                            context.get()
                                    .getServerSocketFactory()
                                    .createServerSocket(port, 1024, here);
            secure.setNeedClientAuth(mutual);
            secure.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            return secure;
        } catch (IOException taken) {
            throw new UncheckedIOException("cannot listen on 127.0.0.1:" + port, taken);
        }
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket caller = socket.accept();
                open.add(caller);
                serve(caller);
            } catch (IOException closing) {
                // the only way out of accept() is the close of this server
            }
        }
    }

    private void serve(Socket caller) {
        try {
            pool.execute(
                    () -> {
                        try (caller) {
                            new Wire(caller, handler, gzip).serve();
                        } catch (IOException gone) {
                            // the caller hung up; the journal already has what was answered
                        } finally {
                            open.remove(caller);
                        }
                    });
        } catch (RejectedExecutionException full) {
            open.remove(caller);
            closeQuietly(caller);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException unclosable) {
            throw new UncheckedIOException(unclosable);
        } finally {
            open.forEach(LoopbackServer::closeQuietly);
            pool.shutdownNow();
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // nothing is left to close
        }
    }

    private static ThreadFactory daemons(String name) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
