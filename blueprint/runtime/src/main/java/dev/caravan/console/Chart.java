package dev.caravan.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Figures by day and provider as SVG; whoever does not see it has the same figures in the table
 * that stands below. Of one request.
 */
final class Chart {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 180;
    private static final int LEFT = 64;
    private static final int TOP = 10;
    private static final int FOOT = 26;
    private static final int COLOURS = 8;
    private static final int MOST_NAMES = 16;

    private final String id;
    private final String title;
    private final String unit;
    private final Map<String, Map<String, Double>> days = new TreeMap<>();
    private final TreeSet<String> series = new TreeSet<>();

    /**
     * @param id of its own on the page
     */
    Chart(String id, String title, String unit) {
        this.id = id;
        this.title = title;
        this.unit = unit;
    }

    void add(String day, String name, double value) {
        days.computeIfAbsent(day, each -> new TreeMap<>()).merge(name, value, Double::sum);
        series.add(name);
    }

    /** A bar a day, the providers on top of each other; empty without figures. */
    String bars() {
        double most =
                days.values().stream()
                        .mapToDouble(day -> day.values().stream().mapToDouble(v -> v).sum())
                        .max()
                        .orElse(0);
        if (days.isEmpty()) {
            return "";
        }
        double top = nice(most);
        double step = (double) (WIDTH - LEFT) / days.size();
        double wide = Math.min(step * 0.7, 48);
        StringBuilder svg = new StringBuilder();
        int at = 0;
        for (Map.Entry<String, Map<String, Double>> day : days.entrySet()) {
            double below = TOP + HEIGHT;
            int colour = 0;
            for (String name : series) {
                double value = day.getValue().getOrDefault(name, 0.0);
                double tall = value / top * HEIGHT;
                below -= tall;
                if (value > 0) {
                    svg.append(
                            "<rect class=\"s%d\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"><title>%s</title></rect>"
                                    .formatted(
                                            colour % COLOURS,
                                            short1(LEFT + at * step + (step - wide) / 2),
                                            short1(below),
                                            short1(wide),
                                            short1(Math.max(tall, 1)),
                                            told(day.getKey(), name, value)));
                }
                colour++;
            }
            at++;
        }
        return figure(svg.toString(), top, step);
    }

    /** A line a provider; empty without figures. */
    String lines() {
        if (days.isEmpty()) {
            return "";
        }
        double most =
                days.values().stream()
                        .flatMap(day -> day.values().stream())
                        .mapToDouble(v -> v)
                        .max()
                        .orElse(0);
        double top = nice(most);
        double step = (double) (WIDTH - LEFT) / days.size();
        StringBuilder svg = new StringBuilder();
        int colour = 0;
        for (String name : series) {
            List<String> points = new ArrayList<>();
            StringBuilder dots = new StringBuilder();
            int at = 0;
            for (Map.Entry<String, Map<String, Double>> day : days.entrySet()) {
                Double value = day.getValue().get(name);
                if (value != null) {
                    String x = short1(LEFT + at * step + step / 2);
                    String y = short1(TOP + HEIGHT - value / top * HEIGHT);
                    points.add(x + "," + y);
                    dots.append("<circle class=\"s").append(colour % COLOURS).append("\" cx=\"");
                    dots.append(x).append("\" cy=\"").append(y).append("\" r=\"4\"><title>");
                    dots.append(told(day.getKey(), name, value)).append("</title></circle>");
                }
                at++;
            }
            svg.append("<polyline class=\"l%d\" points=\"".formatted(colour % COLOURS))
                    .append(String.join(" ", points))
                    .append("\"/>")
                    .append(dots);
            colour++;
        }
        return figure(svg.toString(), top, step);
    }

    private String told(String day, String name, double value) {
        return Html.escaped(day + " " + name + ": " + figure(value) + " " + unit);
    }

    private String figure(String drawn, double top, double step) {
        StringBuilder html = new StringBuilder();
        html.append("<figure><figcaption>").append(Html.escaped(title)).append("</figcaption>");
        html.append(legend())
                .append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Chart: ")
                .append(Html.escaped(title))
                .append(
                        "\"><svg role=\"img\" aria-labelledby=\"%1$s-t %1$s-d\" viewBox=\"0 0 "
                                .formatted(id))
                .append(WIDTH + " " + (TOP + HEIGHT + FOOT))
                .append("\"><title id=\"%s-t\">".formatted(id))
                .append(Html.escaped(title))
                .append("</title><desc id=\"%s-d\">".formatted(id))
                .append(
                        Html.escaped(
                                "By day and provider, in "
                                        + unit
                                        + "; the table below has the figures."))
                .append("</desc>");
        for (int i = 0; i <= 2; i++) {
            String y = short1(TOP + HEIGHT - HEIGHT * i / 2.0);
            html.append(
                            "<line x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\"/>"
                                    .formatted(LEFT, WIDTH, y, y))
                    .append(
                            "<text class=\"end\" x=\"%d\" y=\"%s\" dy=\"4\">"
                                    .formatted(LEFT - 8, y))
                    .append(figure(top * i / 2))
                    .append("</text>");
        }
        int every = (days.size() + MOST_NAMES - 1) / MOST_NAMES;
        int at = 0;
        for (String day : days.keySet()) {
            if (at % every == 0) {
                html.append(
                                "<text x=\"%s\" y=\"%d\">"
                                        .formatted(
                                                short1(LEFT + at * step + step / 2),
                                                TOP + HEIGHT + 18))
                        .append(Html.escaped(day.substring(Math.min(5, day.length()))))
                        .append("</text>");
            }
            at++;
        }
        return html.append(drawn).append("</svg></div></figure>").toString();
    }

    private String legend() {
        StringBuilder html = new StringBuilder("<ul class=\"legend\">");
        int colour = 0;
        for (String name : series) {
            html.append(
                            "<li><svg aria-hidden=\"true\" viewBox=\"0 0 12 12\"><rect class=\"s%d\" width=\"12\" height=\"12\"/></svg>"
                                    .formatted(colour++ % COLOURS))
                    .append(Html.escaped(name))
                    .append("</li>");
        }
        return html.append("</ul>").toString();
    }

    /** The next 1, 2 or 5 with zeros. */
    private static double nice(double most) {
        double unit = Math.pow(10, Math.floor(Math.log10(Math.max(most, 1))));
        for (double step : new double[] {1, 2, 5, 10}) {
            if (most <= step * unit) {
                return step * unit;
            }
        }
        return 10 * unit;
    }

    private static String figure(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,d", (long) value)
                : String.format(Locale.ROOT, "%,.2f", value);
    }

    private static String short1(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
