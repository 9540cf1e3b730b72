package dev.caravan.sandbox.trac;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * Plants the tree of organizations of each installation, with all their people and history. The
 * same seed and first day give the same trees. Stateless, so safe for use by many threads.
 */
final class Planter {
    private final TracSettings settings;
    private final Clock clock;
    private final Instant firstDay;

    Planter(TracSettings settings, Clock clock, LocalDate firstDay) {
        this.settings = settings;
        this.clock = clock;
        this.firstDay = firstDay.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    Installation installation(int number, boolean ours, Runnable changed) {
        String title = Names.place(number) + " Trust";
        return new Installation(id("inst" + number), title, since(), ours, changed);
    }

    /** Parents first. */
    List<Organization> tree(Installation owner, int number) {
        List<Organization> tree = new ArrayList<>();
        // a lone school hangs under the trust itself, and a hub without schools would look like one
        int levels = settings.schools() == 1 ? Math.min(2, settings.depth()) : settings.depth();
        for (int level = 1; level < levels; level++) {
            String name = level == 1 ? owner.title() : owner.title() + " hub " + level;
            String parent = level == 1 ? null : tree.get(level - 2).id();
            tree.add(group(parent, name, "group" + number + '/' + level));
        }
        int groups = tree.size();
        for (int school = 0; school < settings.schools(); school++) {
            // the first school is a child of the trust itself, the others of the lowest hub
            int above = school == 0 ? 0 : groups - 1;
            String parent = groups == 0 ? null : tree.get(above).id();
            tree.add(school(parent, number * settings.schools() + school));
        }
        return tree;
    }

    private Organization group(String parent, String name, String key) {
        RowMaker maker = maker(key, 0);
        Organization group = new Organization(id(key), parent, name, since(), maker);
        group.addMember("staff");
        group.addMember("system");
        maker.bringHistory(group, settings.transactions() / 10, 0);
        return group;
    }

    private Organization school(String parent, int number) {
        String key = "school" + number;
        String name = Names.place(number) + " School";
        RowMaker maker = maker(key, settings.arrivalsPerDay());
        Organization school = new Organization(id(key), parent, name, since(), maker);
        for (int n = 0; n < settings.members(); n++) {
            school.addMember(PeopleMaker.type(n));
        }
        maker.bringHistory(school, settings.transactions(), settings.unsettled());
        return school;
    }

    private RowMaker maker(String key, int arrivalsPerDay) {
        long hash = Mix.of(settings.seed(), "rows" + key);
        return new RowMaker(settings, clock, firstDay, hash, arrivalsPerDay);
    }

    private String id(String key) {
        return Ulid.of(since().toEpochMilli(), Mix.of(settings.seed(), key));
    }

    private Instant since() {
        return firstDay.minus(Duration.ofDays(500));
    }
}
