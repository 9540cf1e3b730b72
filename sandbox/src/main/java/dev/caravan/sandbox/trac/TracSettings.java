package dev.caravan.sandbox.trac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.time.LocalDate;
import java.util.List;

/**
 * All that can be set at the twin. A setter answers a changed copy, and an unknown or impossible
 * value is refused with its name. Immutable.
 *
 * @param port The port on 127.0.0.1; 0 takes any free one.
 * @param seed Two twins of one seed and one first day hold the same rows.
 * @param firstDay The day before which the history lies, such as 2026-11-21; empty is the day of
 *     the start.
 * @param installations How many installations the app has.
 * @param schools Schools of each installation.
 * @param depth Levels of its tree: 1 is schools without a trust, 2 a trust over schools, 3 a hub
 *     between the trust and all schools but the first, and so on.
 * @param members Members of each school; a trust or hub has two of its own.
 * @param transactions Processed transactions of each school when the twin starts; a trust or hub
 *     has a tenth.
 * @param unsettled Transactions of each school that wait for somebody to settle them.
 * @param historyDays The days before the first day over which the transactions are spread.
 * @param arrivalsPerDay Further transactions that every day brings to each school.
 * @param lateEvery Every so manieth arrival is processed later than created; 0 is none.
 * @param lateHours How much later those are processed.
 * @param slug The app's slug, the only iss that is known.
 * @param audience The aud of an app JWT, compared exactly; empty is the twin's own base without a
 *     slash at the end.
 * @param currentKey The app's public RSA key as PEM (SubjectPublicKeyInfo); empty refuses every app
 *     JWT.
 * @param nextKey The key that the cut-over brings in; may be empty.
 * @param acceptedKey Which key signs now: current, next or both.
 * @param minimumKeyBits A smaller key is refused when it is registered; Pebble asks for 4096.
 * @param maximumJwtSeconds An app JWT whose exp is further from its iat is refused.
 * @param clockToleranceSeconds By how much the clock of the caller may differ in iat, nbf and exp.
 * @param tokenSeconds Life of an installation token.
 * @param statedTokenSeconds The life that expiresAt tells, if it shall lie; 0 is the truth.
 * @param expiresAtAs How expiresAt is written: seconds, millis or iso.
 * @param tokenStatus Status of a new installation token; any 2xx.
 * @param expiredStatus Status for an expired installation token.
 * @param appPath The first segment of the paths of installations and their tokens; the seed's prose
 *     says apps.
 * @param perPageDefault Rows examined for a page when per_page is not given.
 * @param perPageMaximum A larger per_page is answered 400.
 * @param emptyPages The most empty pages with a lastKey in a row; 0 fills every page and so turns
 *     scan-then-filter off.
 * @param repeatedRows How many rows of the page before come again at the head of each page.
 * @param membersAs A last page of members: object, array (bare), or mixed, which is bare in every
 *     other organization.
 * @param lastKeyAtEnd How the end of a scan is told: empty, missing or null.
 * @param parentsRepeat Whether the transactions of a parent repeat those of all below it.
 * @param parentsRepeatMembers Whether the members of a parent repeat those of all below it.
 * @param strictQuery Whether an unknown parameter or filter is answered 400 rather than passed
 *     over.
 * @param extraFields Whether objects carry fields that no page describes.
 * @param errorsAs Body of a refusal: message, error (both JSON) or text.
 * @param callsPerSecond Calls of one installation within a second before 429; 0 is off.
 * @param retryAfter Retry-After of that 429; empty sends none.
 * @param ownTag The tag under meta.tags of transactions that this app itself made; empty makes
 *     none.
 * @param gzip Bodies are zipped for a caller that accepts it.
 * @param maxConnections Open TCP connections; one more is hung up on.
 * @param stateFile Where tokens, closed installations and the first day survive a restart; empty
 *     keeps them in memory only.
 */
public record TracSettings(
        int port,
        long seed,
        String firstDay,
        int installations,
        int schools,
        int depth,
        int members,
        int transactions,
        int unsettled,
        int historyDays,
        int arrivalsPerDay,
        int lateEvery,
        int lateHours,
        String slug,
        String audience,
        String currentKey,
        String nextKey,
        String acceptedKey,
        int minimumKeyBits,
        long maximumJwtSeconds,
        long clockToleranceSeconds,
        long tokenSeconds,
        long statedTokenSeconds,
        String expiresAtAs,
        int tokenStatus,
        int expiredStatus,
        String appPath,
        int perPageDefault,
        int perPageMaximum,
        int emptyPages,
        int repeatedRows,
        String membersAs,
        String lastKeyAtEnd,
        boolean parentsRepeat,
        boolean parentsRepeatMembers,
        boolean strictQuery,
        boolean extraFields,
        String errorsAs,
        int callsPerSecond,
        String retryAfter,
        String ownTag,
        boolean gzip,
        int maxConnections,
        String stateFile) {

    public TracSettings {
        among("acceptedKey", acceptedKey, "current", "next", "both");
        among("expiresAtAs", expiresAtAs, "seconds", "millis", "iso");
        among("appPath", appPath, "app", "apps");
        among("membersAs", membersAs, "object", "array", "mixed");
        among("lastKeyAtEnd", lastKeyAtEnd, "empty", "missing", "null");
        among("errorsAs", errorsAs, "message", "error", "text");
        atLeast("installations", installations, 1);
        atLeast("schools", schools, 1);
        atLeast("depth", depth, 1);
        // two of a school's members keep no purse that is used
        atLeast("members", members, 4);
        atLeast("historyDays", historyDays, 1);
        atLeast("perPageDefault", perPageDefault, 1);
        atLeast("perPageMaximum", perPageMaximum, 1);
        if (!firstDay.isEmpty()) {
            LocalDate.parse(firstDay);
        }
    }

    private static void among(String name, String found, String... words) {
        if (!List.of(words).contains(found)) {
            throw new IllegalArgumentException(
                    name + ": expected one of " + List.of(words) + ", found " + found);
        }
    }

    private static void atLeast(String name, int found, int least) {
        if (found < least) {
            throw new IllegalArgumentException(
                    name + ": expected " + least + " or more, found " + found);
        }
    }

    public static TracSettings defaults() {
        return new TracSettings(
                0, 20261121, "", 2, 3, 3, 12, 60, 2, 60, 0, 5, 26, "caravan", "", "", "", "current",
                2048, 28800, 60, 3600, 0, "seconds", 201, 403, "app", 50, 1000, 2, 0, "mixed",
                "empty", true, false, true, true, "message", 0, "1", "Caravan", false, 256, "");
    }

    /** A copy with the given values, named as the components are. */
    public TracSettings with(JsonNode changes) {
        ObjectNode tree = Json.tree(this);
        changes.fields().forEachRemaining(change -> tree.set(change.getKey(), change.getValue()));
        return Json.bind(tree, TracSettings.class);
    }

    public TracSettings port(int value) {
        return with(Json.object().put("port", value));
    }

    public TracSettings seed(long value) {
        return with(Json.object().put("seed", value));
    }

    public TracSettings firstDay(String value) {
        return with(Json.object().put("firstDay", value));
    }

    public TracSettings installations(int value) {
        return with(Json.object().put("installations", value));
    }

    public TracSettings schools(int value) {
        return with(Json.object().put("schools", value));
    }

    public TracSettings depth(int value) {
        return with(Json.object().put("depth", value));
    }

    public TracSettings members(int value) {
        return with(Json.object().put("members", value));
    }

    public TracSettings transactions(int value) {
        return with(Json.object().put("transactions", value));
    }

    public TracSettings unsettled(int value) {
        return with(Json.object().put("unsettled", value));
    }

    public TracSettings historyDays(int value) {
        return with(Json.object().put("historyDays", value));
    }

    public TracSettings arrivalsPerDay(int value) {
        return with(Json.object().put("arrivalsPerDay", value));
    }

    public TracSettings lateEvery(int value) {
        return with(Json.object().put("lateEvery", value));
    }

    public TracSettings lateHours(int value) {
        return with(Json.object().put("lateHours", value));
    }

    public TracSettings slug(String value) {
        return with(Json.object().put("slug", value));
    }

    public TracSettings audience(String value) {
        return with(Json.object().put("audience", value));
    }

    public TracSettings currentKey(String value) {
        return with(Json.object().put("currentKey", value));
    }

    public TracSettings nextKey(String value) {
        return with(Json.object().put("nextKey", value));
    }

    public TracSettings acceptedKey(String value) {
        return with(Json.object().put("acceptedKey", value));
    }

    public TracSettings minimumKeyBits(int value) {
        return with(Json.object().put("minimumKeyBits", value));
    }

    public TracSettings maximumJwtSeconds(long value) {
        return with(Json.object().put("maximumJwtSeconds", value));
    }

    public TracSettings clockToleranceSeconds(long value) {
        return with(Json.object().put("clockToleranceSeconds", value));
    }

    public TracSettings tokenSeconds(long value) {
        return with(Json.object().put("tokenSeconds", value));
    }

    public TracSettings statedTokenSeconds(long value) {
        return with(Json.object().put("statedTokenSeconds", value));
    }

    public TracSettings expiresAtAs(String value) {
        return with(Json.object().put("expiresAtAs", value));
    }

    public TracSettings tokenStatus(int value) {
        return with(Json.object().put("tokenStatus", value));
    }

    public TracSettings expiredStatus(int value) {
        return with(Json.object().put("expiredStatus", value));
    }

    public TracSettings appPath(String value) {
        return with(Json.object().put("appPath", value));
    }

    public TracSettings perPageDefault(int value) {
        return with(Json.object().put("perPageDefault", value));
    }

    public TracSettings perPageMaximum(int value) {
        return with(Json.object().put("perPageMaximum", value));
    }

    public TracSettings emptyPages(int value) {
        return with(Json.object().put("emptyPages", value));
    }

    public TracSettings repeatedRows(int value) {
        return with(Json.object().put("repeatedRows", value));
    }

    public TracSettings membersAs(String value) {
        return with(Json.object().put("membersAs", value));
    }

    public TracSettings lastKeyAtEnd(String value) {
        return with(Json.object().put("lastKeyAtEnd", value));
    }

    public TracSettings parentsRepeat(boolean value) {
        return with(Json.object().put("parentsRepeat", value));
    }

    public TracSettings parentsRepeatMembers(boolean value) {
        return with(Json.object().put("parentsRepeatMembers", value));
    }

    public TracSettings strictQuery(boolean value) {
        return with(Json.object().put("strictQuery", value));
    }

    public TracSettings extraFields(boolean value) {
        return with(Json.object().put("extraFields", value));
    }

    public TracSettings errorsAs(String value) {
        return with(Json.object().put("errorsAs", value));
    }

    public TracSettings callsPerSecond(int value) {
        return with(Json.object().put("callsPerSecond", value));
    }

    public TracSettings retryAfter(String value) {
        return with(Json.object().put("retryAfter", value));
    }

    public TracSettings ownTag(String value) {
        return with(Json.object().put("ownTag", value));
    }

    public TracSettings gzip(boolean value) {
        return with(Json.object().put("gzip", value));
    }

    public TracSettings maxConnections(int value) {
        return with(Json.object().put("maxConnections", value));
    }

    public TracSettings stateFile(String value) {
        return with(Json.object().put("stateFile", value));
    }
}
