package dev.caravan.rehearsal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One recorded exchange as people read it: the request, a blank line, the answer. Immutable.
 *
 * @param url with addresses written as the settings that hold them
 */
public record Exchanged(
        String method,
        String url,
        Map<String, String> asked,
        String question,
        int status,
        Map<String, String> told,
        String answer) {

    /** The text of an {@code NN.http} file. */
    String text() {
        StringBuilder text = new StringBuilder(method).append(' ').append(url).append('\n');
        asked.forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
        text.append('\n');
        if (!question.isEmpty()) {
            text.append(question).append("\n\n");
        }
        text.append("HTTP/1.1 ").append(status).append('\n');
        told.forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
        return text.append('\n').append(answer).append(answer.isEmpty() ? "" : "\n").toString();
    }

    static Exchanged read(String text) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        String[] first = lines.get(0).split(" ", 2);
        int blank = lines.indexOf("");
        int answer = blank;
        while (!lines.get(answer).startsWith("HTTP/1.1 ")) {
            answer++;
        }
        int body = answer;
        while (body < lines.size() && !lines.get(body).isEmpty()) {
            body++;
        }
        return new Exchanged(
                first[0],
                first[1],
                headers(lines.subList(1, blank)),
                joined(lines, blank + 1, answer).strip(),
                Integer.parseInt(lines.get(answer).split(" ")[1]),
                headers(lines.subList(answer + 1, body)),
                joined(lines, Math.min(body + 1, lines.size()), lines.size()));
    }

    private static String joined(List<String> lines, int from, int to) {
        return lines.subList(from, to).stream().collect(Collectors.joining("\n"));
    }

    private static Map<String, String> headers(List<String> lines) {
        Map<String, String> headers = new LinkedHashMap<>();
        lines.forEach(
                line -> {
                    String[] sides = line.split(": ", 2);
                    headers.put(sides[0], sides.length > 1 ? sides[1] : "");
                });
        return headers;
    }

    /** What is asked, so that it is known again on another day: dates are left open. */
    public String key() {
        return key(method, url);
    }

    public static String key(String method, String url) {
        return method + " " + url.replaceAll("=[^&]*\\d{4}-\\d{2}-\\d{2}[^&]*", "=*");
    }
}
