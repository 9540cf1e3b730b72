package dev.caravan.sandbox.pliance;

import dev.caravan.sandbox.pliance.Words.Classification;
import dev.caravan.sandbox.pliance.Words.Flag;
import java.math.BigDecimal;
import java.util.List;

/**
 * One name of a listed entity that a subject matches, and how the customer judged it. Immutable.
 *
 * @param score from 0 to 1 with four decimals
 * @param adverseMedia whether the subject asked to see adverse media
 */
public record Hit(
        Listed entity,
        Listed.Alias alias,
        List<Part> first,
        List<Part> last,
        BigDecimal score,
        boolean adverseMedia,
        Classification classification) {

    /** A word of the listed name, and whether the subject's name has it. */
    public record Part(String text, boolean isMatch) {}

    public Hit {
        first = List.copyOf(first);
        last = List.copyOf(last);
    }

    public String matchId() {
        return entity.matchId();
    }

    public String aliasId() {
        return alias.id();
    }

    boolean is(String match, String aliasId) {
        return matchId().equals(match) && aliasId().equals(aliasId);
    }

    boolean same(Hit other) {
        return is(other.matchId(), other.aliasId());
    }

    boolean shows(Flag flag) {
        return entity.is(flag) && (flag != Flag.ADVERSE_MEDIA || adverseMedia);
    }

    Hit classified(Classification now) {
        return new Hit(entity, alias, first, last, score, adverseMedia, now);
    }
}
