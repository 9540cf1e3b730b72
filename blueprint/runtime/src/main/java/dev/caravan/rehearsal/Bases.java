package dev.caravan.rehearsal;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The addresses of a provider by the settings that hold them: {@code {api.url}/accounts} reads the
 * same wherever the provider is. Immutable.
 */
final class Bases {
    private final List<Map.Entry<String, String>> longestFirst;

    private Bases(List<Map.Entry<String, String>> longestFirst) {
        this.longestFirst = longestFirst;
    }

    /**
     * @param settings of the provider or of a connection; what is no address is left out
     */
    static Bases of(Map<String, String> settings) {
        return new Bases(
                settings.entrySet().stream()
                        .filter(setting -> setting.getValue().strip().matches("https?://\\S+"))
                        .map(
                                setting ->
                                        Map.entry(
                                                setting.getKey(),
                                                setting.getValue().strip().replaceAll("/$", "")))
                        .sorted(
                                Comparator.comparing(
                                                (Map.Entry<String, String> base) ->
                                                        -base.getValue().length())
                                        .thenComparing(Map.Entry::getKey))
                        .toList());
    }

    /** A text with every such address written as the name of its setting. */
    String named(String text) {
        String named = text;
        for (Map.Entry<String, String> base : longestFirst) {
            named = named.replace(base.getValue(), "{" + base.getKey() + "}");
        }
        return named;
    }

    /** The way back: every name of a setting as the address that it holds. */
    String address(String text) {
        String told = text;
        for (Map.Entry<String, String> base : longestFirst) {
            told = told.replace("{" + base.getKey() + "}", base.getValue());
        }
        return told;
    }
}
