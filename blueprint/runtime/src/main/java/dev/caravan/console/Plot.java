package dev.caravan.console;

import java.util.List;
import java.util.Locale;

/**
 * What a chart is drawn on: days from left to right, figures from 0 up to a round one, legend,
 * title and description. Immutable.
 *
 * @param id of its own on the page
 * @param top the figure at the upper edge
 */
record Plot(
        String id, String title, String unit, List<String> days, List<String> series, double top) {
    static final int COLOURS = 8;

    private static final int WIDTH = 720;
    private static final int HEIGHT = 180;
    private static final int LEFT = 64;
    private static final int TOP = 10;
    private static final int FOOT = 26;
    private static final int MOST_NAMES = 16;

    /** One whose upper edge is the next 1, 2 or 5 with zeros. */
    static Plot of(
            String id,
            String title,
            String unit,
            List<String> days,
            List<String> series,
            double most) {
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(most, 1))));
        double top = 10 * power;
        for (double step : new double[] {5, 2, 1}) {
            top = most <= step * power ? step * power : top;
        }
        return new Plot(id, title, unit, days, series, top);
    }

    double step() {
        return (double) (WIDTH - LEFT) / days.size();
    }

    /** The middle of a day. */
    double x(int day) {
        return LEFT + (day + 0.5) * step();
    }

    double y(double value) {
        return TOP + HEIGHT - tall(value);
    }

    double tall(double value) {
        return value / top * HEIGHT;
    }

    /** What a pointer that rests on a figure is told. */
    String told(int day, String name, double value) {
        return "<title>"
                + Html.escaped(days.get(day) + " " + name + ": " + figure(value) + " " + unit)
                + "</title>";
    }

    /** The whole of it around what was drawn. */
    String around(String drawn) {
        StringBuilder html = new StringBuilder("<figure><figcaption>");
        html.append(Html.escaped(title)).append("</figcaption>").append(legend());
        html.append(
                """
                <div class="scroll" tabindex="0" role="region" aria-label="Chart: %2$s"><svg role="img" \
                aria-labelledby="%1$s-t %1$s-d" viewBox="0 0 %3$d %4$d"><title id="%1$s-t">%2$s</title><desc \
                id="%1$s-d">By day and provider, in %5$s; the table below has the figures.</desc>\
                """
                        .formatted(
                                id,
                                Html.escaped(title),
                                WIDTH,
                                TOP + HEIGHT + FOOT,
                                Html.escaped(unit)));
        for (double share : new double[] {0, 0.5, 1}) {
            String y = at(y(top * share));
            html.append(
                    """
                    <line x1="%1$d" x2="%2$d" y1="%3$s" y2="%3$s"/><text class="end" x="%4$d" y="%3$s" dy="4">%5$s</text>\
                    """
                            .formatted(LEFT, WIDTH, y, LEFT - 8, figure(top * share)));
        }
        int every = (days.size() + MOST_NAMES - 1) / MOST_NAMES;
        for (int day = 0; day < days.size(); day += every) {
            String name = days.get(day);
            html.append(
                    "<text x=\"%s\" y=\"%d\">%s</text>"
                            .formatted(
                                    at(x(day)),
                                    TOP + HEIGHT + 18,
                                    Html.escaped(name.substring(Math.min(5, name.length())))));
        }
        return html.append(drawn).append("</svg></div></figure>").toString();
    }

    private String legend() {
        StringBuilder html = new StringBuilder("<ul class=\"legend\">");
        for (int i = 0; i < series.size(); i++) {
            html.append(
                    """
                    <li><svg aria-hidden="true" viewBox="0 0 12 12"><rect class="s%d" width="12" height="12"/></svg>%s</li>\
                    """
                            .formatted(i % COLOURS, Html.escaped(series.get(i))));
        }
        return html.append("</ul>").toString();
    }

    /** A place in the drawing. */
    static String at(double place) {
        return String.format(Locale.ROOT, "%.1f", place);
    }

    private static String figure(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,d", (long) value)
                : String.format(Locale.ROOT, "%,.2f", value);
    }
}
