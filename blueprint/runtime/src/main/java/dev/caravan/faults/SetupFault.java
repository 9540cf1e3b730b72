package dev.caravan.faults;

import java.util.List;
import java.util.stream.Collectors;

/** A route, mapping or setting cannot work as written: it was not deployed. */
public final class SetupFault extends Fault {
    private static final long serialVersionUID = 1L;

    public SetupFault(Account account) {
        super(account);
    }

    /** Several at once, each in its own words: the first is the first that was met. */
    public static SetupFault of(List<Fault> several) {
        Fault first = several.get(0);
        return new SetupFault(
                first.account()
                        .also(
                                several.stream()
                                        .skip(1)
                                        .map(Fault::getMessage)
                                        .collect(Collectors.joining(" | "))));
    }
}
