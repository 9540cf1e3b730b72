package dev.caravan.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Figures by day and provider as SVG; whoever does not see it has the same figures in the table
 * that stands below. Of one request.
 */
final class Chart {
    private static final double WIDEST = 48;
    private static final double BAR = 0.7;

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

    private Plot plot(double most) {
        return Plot.of(id, title, unit, List.copyOf(days.keySet()), List.copyOf(series), most);
    }

    /** A bar a day, the providers on top of each other; empty without figures. */
    String bars() {
        if (days.isEmpty()) {
            return "";
        }
        Plot plot =
                plot(
                        days.values().stream()
                                .mapToDouble(day -> day.values().stream().mapToDouble(v -> v).sum())
                                .max()
                                .orElse(0));
        double wide = Math.min(plot.step() * BAR, WIDEST);
        StringBuilder svg = new StringBuilder();
        for (int day = 0; day < plot.days().size(); day++) {
            double below = 0;
            for (int i = 0; i < plot.series().size(); i++) {
                String name = plot.series().get(i);
                double value = days.get(plot.days().get(day)).getOrDefault(name, 0.0);
                below += value;
                if (value > 0) {
                    svg.append(
                            """
                            <rect class="s%d" x="%s" y="%s" width="%s" height="%s">%s</rect>\
                            """
                                    .formatted(
                                            i % Plot.COLOURS,
                                            Plot.at(plot.x(day) - wide / 2),
                                            Plot.at(plot.y(below)),
                                            Plot.at(wide),
                                            Plot.at(Math.max(plot.tall(value), 1)),
                                            plot.told(day, name, value)));
                }
            }
        }
        return plot.around(svg.toString());
    }

    /** A line a provider; empty without figures. */
    String lines() {
        if (days.isEmpty()) {
            return "";
        }
        Plot plot =
                plot(
                        days.values().stream()
                                .flatMap(day -> day.values().stream())
                                .mapToDouble(v -> v)
                                .max()
                                .orElse(0));
        StringBuilder svg = new StringBuilder();
        for (int i = 0; i < plot.series().size(); i++) {
            String name = plot.series().get(i);
            List<String> points = new ArrayList<>();
            StringBuilder dots = new StringBuilder();
            for (int day = 0; day < plot.days().size(); day++) {
                Double value = days.get(plot.days().get(day)).get(name);
                if (value != null) {
                    String x = Plot.at(plot.x(day));
                    String y = Plot.at(plot.y(value));
                    points.add(x + "," + y);
                    dots.append(
                            """
                            <circle class="s%d" cx="%s" cy="%s" r="4">%s</circle>\
                            """
                                    .formatted(
                                            i % Plot.COLOURS, x, y, plot.told(day, name, value)));
                }
            }
            svg.append(
                    """
                    <polyline class="l%d" points="%s"/>%s\
                    """
                            .formatted(i % Plot.COLOURS, String.join(" ", points), dots));
        }
        return plot.around(svg.toString());
    }
}
