package dev.caravan.console;

import java.util.ArrayList;
import java.util.List;

/** The form above a list that narrows it down, and the way to its next page. Of one request. */
final class Filter {
    private final Look look;
    private final String page;
    private final List<String> names = new ArrayList<>();
    private final StringBuilder fields = new StringBuilder();

    Filter(Look look, String page) {
        this.look = look;
        this.page = page;
    }

    Filter text(String name, String label, String hint) {
        names.add(name);
        fields.append(
                "<label>%s <input name=\"%s\" value=\"%s\" size=\"18\" aria-describedby=\"hint-%s\"></label><small id=\"hint-%s\">%s</small>"
                        .formatted(
                                Html.escaped(label),
                                name,
                                Html.escaped(look.get(name)),
                                name,
                                name,
                                Html.escaped(hint)));
        return this;
    }

    Filter choice(String name, String label, List<String> choices) {
        return choice(name, label, "all", choices);
    }

    /**
     * @param none what it means to choose nothing
     */
    Filter choice(String name, String label, String none, List<String> choices) {
        names.add(name);
        fields.append(
                "<label>%s <select name=\"%s\"><option value=\"\">%s</option>"
                        .formatted(Html.escaped(label), name, Html.escaped(none)));
        for (String choice : choices) {
            fields.append(
                    "<option value=\"%s\"%s>%s</option>"
                            .formatted(
                                    Html.escaped(choice),
                                    choice.equals(look.get(name)) ? " selected" : "",
                                    Html.escaped(choice.replace('_', ' '))));
        }
        fields.append("</select></label>");
        return this;
    }

    List<String> names() {
        return names;
    }

    String html() {
        boolean narrowed = names.stream().anyMatch(name -> !look.get(name).isEmpty());
        return "<form class=\"filter\" method=\"get\" action=\"/console/"
                + page
                + "\" role=\"search\">"
                + fields
                + "<button>Show</button>"
                + (narrowed ? " " + Html.link("/console/" + page, "Show all") : "")
                + "</form>";
    }

    /** The way on, where this page of the list is full. */
    String more(List<Table.Row> rows, int full, String key) {
        StringBuilder way = new StringBuilder("<p class=\"more\">");
        if (!look.get("after").isEmpty()) {
            way.append(Html.link(address(null), "Back to the first"));
        }
        if (rows.size() >= full) {
            way.append(Html.link(address(rows.get(rows.size() - 1).get(key)), "The next " + full));
        }
        return way.append("</p>").toString();
    }

    private String address(Object after) {
        StringBuilder query = new StringBuilder("/console/" + page);
        char mark = '?';
        for (String name : names) {
            if (!look.get(name).isEmpty()) {
                query.append(mark).append(name).append('=').append(Html.part(look.get(name)));
                mark = '&';
            }
        }
        return after == null
                ? query.toString()
                : query.append(mark).append("after=").append(Html.part(after)).toString();
    }
}
