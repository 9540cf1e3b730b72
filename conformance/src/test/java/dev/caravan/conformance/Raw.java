package dev.caravan.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HTTP as nobody's library would send it, byte by byte. Stateless. */
final class Raw {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})");
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");
    private static final int MOST_BYTES = 65_536;

    private Raw() {}

    /** What came back until the other side closed or was silent for a while. */
    static String ask(int port, String request) {
        return ask(port, request.getBytes(StandardCharsets.ISO_8859_1));
    }

    static String ask(int port, byte[] request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(3_000);
            try {
                socket.getOutputStream().write(request);
            } catch (IOException closed) {
                // it answered before it had all
            }
            return read(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Socket socket) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try {
            for (int next = socket.getInputStream().read();
                    next >= 0 && answer.size() < MOST_BYTES;
                    next = socket.getInputStream().read()) {
                answer.write(next);
                if (whole(answer.toString(StandardCharsets.ISO_8859_1))) {
                    break;
                }
            }
        } catch (SocketTimeoutException silent) {
            // that was all
        } catch (IOException reset) {
            // it would not read on
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }

    /** A final answer with all of its body; one to HEAD is over where the other side closes. */
    private static boolean whole(String answer) {
        int head = answer.indexOf("\r\n\r\n");
        Matcher length = LENGTH.matcher(answer);
        return head > 0
                && !answer.startsWith("HTTP/1.1 100")
                && answer.length() - head - 4
                        >= (length.find() ? Integer.parseInt(length.group(1)) : 0);
    }

    /** The last status of what came back, 0 where there is none. */
    static int status(String answer) {
        Matcher statuses = STATUS.matcher(answer);
        int last = 0;
        while (statuses.find()) {
            last = Integer.parseInt(statuses.group(1));
        }
        return last;
    }

    static int status(int port, String request) {
        return status(ask(port, request));
    }
}
