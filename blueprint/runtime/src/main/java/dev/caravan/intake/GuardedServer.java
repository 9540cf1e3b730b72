package dev.caravan.intake;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;

/**
 * Camel's HTTP server behind a {@link Turnstile}, which Camel's own leaves no room for. HTTP/1.1
 * only: the proxy before us speaks the rest. Not thread-safe.
 */
final class GuardedServer extends VertxPlatformHttpServer {
    /** RFC 3986 section 3.3. */
    private static final Pattern PATH =
            Pattern.compile("/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%(?!00)[0-9A-Fa-f]{2})*+");

    private final Turnstile turnstile;
    private HttpServer server;

    GuardedServer(VertxPlatformHttpServerConfiguration configuration, Turnstile turnstile) {
        super(configuration);
        this.turnstile = turnstile;
    }

    @Override
    protected void startServer() throws Exception {
        VertxPlatformHttpRouter router =
                VertxPlatformHttpRouter.lookup(
                        getCamelContext(),
                        VertxPlatformHttpRouter.getRouterNameFromPort(getConfigurationPort()));
        server =
                getVertx()
                        .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                        .connectionHandler(each -> turnstile.opened(each, getVertx()))
                        .invalidRequestHandler(
                                request -> {
                                    turnstile.refused("malformed");
                                    HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(
                                            request);
                                })
                        .requestHandler(request -> route(request, router));
        server.listen(getConfigurationPort(), getHost())
                .toCompletionStage()
                .toCompletableFuture()
                .get(1, TimeUnit.MINUTES);
    }

    /** A path that no URI may have gets no further: it would cost a stack trace in the log. */
    private void route(HttpServerRequest request, VertxPlatformHttpRouter router) {
        if (PATH.matcher(String.valueOf(request.path())).matches()) {
            router.handle(request);
        } else {
            turnstile.refused("malformed");
            request.response()
                    .setStatusCode(400)
                    .putHeader("Connection", "close")
                    .end()
                    .onComplete(sent -> request.connection().close());
        }
    }

    @Override
    public HttpServer getServer() {
        return server;
    }

    @Override
    public int getPort() {
        return server == null ? getConfigurationPort() : server.actualPort();
    }

    @Override
    protected void stopServer() {
        if (server == null) {
            return;
        }
        end(server.close());
        server = null;
    }

    @Override
    protected void stopVertx() {
        end(getVertx().close());
    }

    private static void end(Future<Void> closing) {
        CountDownLatch closed = new CountDownLatch(1);
        closing.onComplete(done -> closed.countDown());
        try {
            closed.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
