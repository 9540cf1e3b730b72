package dev.caravan.sandbox.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One POST on a connection of its own, over a socket because no client of the JDK promises never to
 * send a POST again. Reaches loopback only. Stateless but for the trust; safe for use by many
 * threads.
 */
public record Posting(SSLContext trust, int timeoutMillis) {
    private static final int MAX_ANSWER = 65_536;

    /** What came back. */
    public record Answer(int status, String body) {}

    /** Posts once; an answer of any status is an answer, its body cut at 64 kB. */
    public Answer post(URI url, Map<String, String> headers, byte[] body) throws IOException {
        try (Socket socket = connected(url)) {
            socket.setSoTimeout(timeoutMillis);
            OutputStream out = socket.getOutputStream();
            out.write(head(url, headers, body.length));
            out.write(body);
            out.flush();
            return answer(socket.getInputStream());
        }
    }

    private Socket connected(URI url) throws IOException {
        String host = String.valueOf(url.getHost()).replace("[", "").replace("]", "");
        if (!host.equals("localhost") && !host.startsWith("127.") && !host.equals("::1")) {
            throw new IOException("No such host is known. (" + host + ")");
        }
        boolean secure = url.getScheme().equalsIgnoreCase("https");
        int port = url.getPort() > 0 ? url.getPort() : secure ? 443 : 80;
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(host, port), timeoutMillis);
            plain.setSoTimeout(timeoutMillis);
            return secure ? secured(plain, host, port) : plain;
        } catch (IOException | RuntimeException failed) {
            plain.close();
            throw failed;
        }
    }

    private Socket secured(Socket plain, String host, int port) throws IOException {
        SSLSocket secure =
                (SSLSocket) trust.getSocketFactory().createSocket(plain, host, port, true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }

    private static byte[] head(URI url, Map<String, String> headers, int length) {
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        StringBuilder head = new StringBuilder("POST ").append(path);
        if (url.getRawQuery() != null) {
            head.append('?').append(url.getRawQuery());
        }
        head.append(" HTTP/1.1\r\nHost: ").append(url.getRawAuthority()).append("\r\n");
        headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        head.append("Content-Length: ").append(length).append("\r\nConnection: close\r\n\r\n");
        return head.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Answer answer(InputStream in) throws IOException {
        String[] status = line(in).split(" ");
        if (status.length < 2 || !status[0].startsWith("HTTP/1.") || !status[1].matches("\\d{3}")) {
            throw new IOException("the receiver does not speak HTTP");
        }
        int length = MAX_ANSWER;
        boolean chunked = false;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.matches("content-length: *\\d{1,9}")) {
                length = Math.min(MAX_ANSWER, Integer.parseInt(lower.replaceAll("\\D", "")));
            }
            chunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
        }
        int code = Integer.parseInt(status[1]);
        if (code == 204 || code == 304) {
            return new Answer(code, "");
        }
        byte[] body = chunked ? chunks(in) : in.readNBytes(length);
        return new Answer(code, new String(body, StandardCharsets.UTF_8));
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (all.size() < MAX_ANSWER) {
            String size = line(in).split(";")[0].strip();
            if (!size.matches("[0-9a-fA-F]{1,6}")) {
                throw new IOException("unreadable chunk");
            }
            int length = Integer.parseInt(size, 16);
            if (length == 0) {
                break;
            }
            all.write(in.readNBytes(length));
            line(in);
        }
        return all.toByteArray();
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.size() > 8_192) {
                throw new IOException("the receiver hung up");
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
