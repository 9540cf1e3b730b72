package dev.caravan.sandbox.trac;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;

/**
 * A member of one organization; invented. Immutable.
 *
 * @param type pupil, staff, hospitality or system, in the spelling that goes out
 * @param born null where it is not known
 * @param mis null for hospitality and system members
 * @param externalIds identifiers by {@code <integration>-<idtype>}
 */
public record Member(
        String id,
        String organizationId,
        String type,
        boolean active,
        String displayName,
        LocalDate born,
        Mis mis,
        Map<String, String> externalIds,
        String tillStatus,
        Instant updatedAt) {

    /**
     * Who the member is in the school's information system. Immutable.
     *
     * @param upn null for staff
     */
    public record Mis(String misId, String upn, String firstName, String lastName) {}

    public Member {
        externalIds = Map.copyOf(externalIds);
    }

    public Member active(boolean now) {
        return copy(now, displayName, mis, externalIds, updatedAt);
    }

    public Member called(String newDisplayName) {
        return copy(active, newDisplayName, mis, externalIds, updatedAt);
    }

    /** For a member with an MIS identity only. */
    public Member named(String firstName, String lastName) {
        Mis renamed = new Mis(mis.misId(), mis.upn(), firstName, lastName);
        return copy(active, firstName + ' ' + lastName, renamed, externalIds, updatedAt);
    }

    public Member external(Map<String, String> ids) {
        return copy(active, displayName, mis, ids, updatedAt);
    }

    Member touched(Instant when) {
        return copy(active, displayName, mis, externalIds, when);
    }

    private Member copy(
            boolean nowActive, String name, Mis nowMis, Map<String, String> ids, Instant when) {
        return new Member(
                id, organizationId, type, nowActive, name, born, nowMis, ids, tillStatus, when);
    }
}
