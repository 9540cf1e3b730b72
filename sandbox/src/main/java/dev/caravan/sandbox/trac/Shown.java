package dev.caravan.sandbox.trac;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Writes what the twin holds as the JSON of contract 3. Adds fields that no page describes where
 * the settings ask for them. Immutable.
 */
record Shown(boolean extraFields, String slug, Instant now) {
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    static String moment(Instant instant) {
        return ISO.format(instant);
    }

    ObjectNode installation(Installation one) {
        ObjectNode json = Json.object();
        json.putObject("meta")
                .put("installationId", one.id())
                .put("createdAt", moment(one.createdAt()));
        json.put("appSlug", slug).put("title", one.title());
        json.put("isActive", one.state() == Installation.State.ACTIVE);
        if (extraFields) {
            json.putObject("permissions").put("members", "read").put("transactions", "read");
        }
        return json;
    }

    ObjectNode organization(Organization one) {
        ObjectNode json = Json.object();
        json.putObject("meta")
                .put("orgId", one.id())
                .put("parentOrgId", one.parentId())
                .put("createdAt", moment(one.createdAt()))
                .put("updatedAt", moment(one.updatedAt()));
        json.put("displayName", one.name()).put("isActive", one.active());
        if (extraFields) {
            json.putObject("settings").put("timeZone", "Europe/London").putNull("phase");
        }
        return json;
    }

    ObjectNode member(Member one) {
        ObjectNode json = Json.object();
        json.put("memberType", one.type()).put("isActive", one.active());
        json.put("displayName", one.displayName());
        if (one.born() != null) {
            json.put("dateOfBirth", one.born().toString());
        }
        json.putObject("meta").put("memberId", one.id()).put("updatedAt", moment(one.updatedAt()));
        if (one.mis() != null) {
            ObjectNode mis = named(json.putObject("mis"), one.mis());
            if (one.mis().upn() != null) {
                mis.put("upn", one.mis().upn());
            }
        }
        ObjectNode external = json.putObject("externalIds");
        one.externalIds().forEach(external::put);
        if (extraFields) {
            json.putObject("till").put("status", one.tillStatus());
            json.putArray("groups").add("Year 7");
        }
        return json;
    }

    ObjectNode purse(Purse one) {
        ObjectNode json = Json.object();
        json.putObject("meta").put("purseId", one.id());
        json.put("title", one.title()).put("type", one.type());
        if (one.balanceAsText()) {
            json.put("balanceAsInteger", Long.toString(one.balanceMinor()));
        } else {
            json.put("balanceAsInteger", one.balanceMinor());
        }
        if (extraFields) {
            json.putObject("limits").putNull("daily");
        }
        return json;
    }

    ObjectNode transaction(Transaction row, Member member) {
        ObjectNode json = Json.object().put("amountAsInteger", row.amountMinor());
        ObjectNode meta =
                json.putObject("meta")
                        .put("transactionId", row.id())
                        .put("memberId", row.memberId())
                        .put("purseId", row.purseId())
                        .put("createdAt", moment(row.createdAt()));
        if (member != null) {
            ObjectNode details = meta.putObject("memberDetails").put("memberType", member.type());
            if (member.mis() != null) {
                named(details.putObject("mis"), member.mis());
            }
        }
        if (row.tag() != null) {
            meta.putObject("tags").put(row.tag(), "A-" + (row.bits() >>> 44));
        }
        if (extraFields) {
            json.putObject("core").put("state", state(row));
        }
        return json;
    }

    private static ObjectNode named(ObjectNode json, Member.Mis mis) {
        return json.put("misId", mis.misId())
                .put("firstName", mis.firstName())
                .put("lastName", mis.lastName());
    }

    /** Only {@code processed} is known by name; what else there is, nobody says. */
    String state(Transaction row) {
        return row.processedAt(now) ? "processed" : "pending";
    }
}
