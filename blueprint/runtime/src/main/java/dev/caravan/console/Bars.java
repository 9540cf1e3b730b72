package dev.caravan.console;

import java.util.List;

/** A bar chart as SVG, with the same figures in a table for those who do not see it. Stateless. */
final class Bars {
    private static final int HEIGHT = 120;
    private static final int STEP = 28;

    private Bars() {}

    /** One bar. */
    record Bar(String name, double value) {}

    static String of(String caption, String unit, List<Bar> bars) {
        double most = bars.stream().mapToDouble(Bar::value).max().orElse(0);
        StringBuilder svg =
                new StringBuilder("<figure><figcaption>")
                        .append(Html.escaped(caption))
                        .append(
                                "</figcaption><svg role=\"img\" aria-hidden=\"true\" viewBox=\"0 0"
                                        + " ")
                        .append(Math.max(1, bars.size()) * STEP)
                        .append(' ')
                        .append(HEIGHT + 20)
                        .append("\">");
        for (int i = 0; i < bars.size(); i++) {
            long tall = most == 0 ? 0 : Math.round(bars.get(i).value() / most * HEIGHT);
            svg.append("<rect x=\"")
                    .append(i * STEP + 4)
                    .append("\" y=\"")
                    .append(HEIGHT - tall)
                    .append("\" width=\"")
                    .append(STEP - 8)
                    .append("\" height=\"")
                    .append(tall)
                    .append("\"/><text x=\"")
                    .append(i * STEP + STEP / 2)
                    .append("\" y=\"")
                    .append(HEIGHT + 14)
                    .append("\">")
                    .append(Html.escaped(bars.get(i).name()))
                    .append("</text>");
        }
        svg.append("</svg><table class=\"aside\"><caption>")
                .append(Html.escaped(caption))
                .append("</caption><tbody>");
        for (Bar bar : bars) {
            svg.append("<tr><th scope=\"row\">")
                    .append(Html.escaped(bar.name()))
                    .append("</th><td>")
                    .append(Math.round(bar.value()))
                    .append(' ')
                    .append(Html.escaped(unit))
                    .append("</td></tr>");
        }
        return svg.append("</tbody></table></figure>").toString();
    }
}
