package dev.caravan.sandbox.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One connection of a caller, from its first request to its last. Answers in order, keeps alive
 * unless told otherwise, and does to an answer the damage it asks for. Owned by one thread.
 */
final class Wire {
    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private final Socket socket;
    private final LoopbackServer.Handler handler;
    private final boolean gzip;
    private final InputStream in;
    private final OutputStream out;

    Wire(Socket socket, LoopbackServer.Handler handler, boolean gzip) throws IOException {
        this.socket = socket;
        this.handler = handler;
        this.gzip = gzip;
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream(), 16_384);
        this.out = socket.getOutputStream();
    }

    void serve() throws IOException {
        RequestReader reader = new RequestReader(in, socket.getInetAddress().getHostAddress());
        boolean alive = true;
        while (alive) {
            Request request = reader.next(this::sayContinue);
            if (request == null) {
                return;
            }
            alive = exchange(request);
        }
    }

    private boolean exchange(Request request) throws IOException {
        LoopbackServer.Served served = handler.answer(request);
        Reply reply = served.reply();
        Outflow flow = new Outflow(out, reply, request, gzip, served.ending());
        try {
            if (reply.damage().isPresent()) {
                flow.ending();
                new DamagedOutflow(socket, in, out, reply).send(reply.damage().get());
                return false;
            }
            flow.send();
        } finally {
            flow.ending();
        }
        return !"close"
                .equals(request.headers().getOrDefault("connection", "").toLowerCase(Locale.ROOT));
    }

    private void sayContinue() {
        try {
            out.write(CONTINUE);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
