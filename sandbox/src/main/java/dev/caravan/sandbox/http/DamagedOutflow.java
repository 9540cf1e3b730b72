package dev.caravan.sandbox.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * Sends one answer and spoils it on the way. Whatever the damage, the connection is of no use
 * afterwards and its owner must close it. Owned by one thread; holds the whole body in memory.
 */
final class DamagedOutflow {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final Reply reply;

    DamagedOutflow(Socket socket, InputStream in, OutputStream out, Reply reply) {
        this.socket = socket;
        this.in = in;
        this.out = out;
        this.reply = reply;
    }

    void send(Damage damage) throws IOException {
        byte[] body = body();
        int half = body.length / 2;
        switch (damage.kind()) {
            case LOSE -> {}
            case CUT -> write(half, body, half);
            case TRUNCATE -> write(body.length, body, half);
            case RESET -> {
                write(body.length, body, half);
                // with a linger of zero the close sends RST instead of FIN
                socket.setSoLinger(true, 0);
            }
            case STALL -> {
                write(body.length, body, Math.min(1, body.length));
                hungUpWithin(damage.time());
            }
            case DRIP -> {
                write(body.length, body, 0);
                for (int at = 0; at < body.length && !hungUpWithin(damage.time()); at++) {
                    out.write(body[at]);
                }
            }
        }
    }

    private void write(int promised, byte[] body, int given) throws IOException {
        String framing = "Content-Length: " + promised + "\r\nConnection: close\r\n";
        ByteArrayOutputStream all = new ByteArrayOutputStream(given + 256);
        all.write(Outflow.head(reply, framing));
        all.write(body, 0, given);
        out.write(all.toByteArray());
    }

    /** Waits by listening: a caller that gives up ends the wait at once. */
    private boolean hungUpWithin(Duration limit) throws IOException {
        socket.setSoTimeout((int) Math.max(1, limit.toMillis()));
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException patient) {
            return false;
        }
    }

    private byte[] body() throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        JsonBytes bytes = new JsonBytes(65_536, (buffer, length) -> whole.write(buffer, 0, length));
        reply.body().writeTo(bytes);
        bytes.finish();
        return whole.toByteArray();
    }
}
