package dev.caravan.sandbox.trac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What an installation token opens: organizations, members, purses and transactions (contract 3).
 * Safe for use by many threads.
 */
final class DataApi {
    private static final Set<String> PAGING = Set.of("per_page", "start_key");
    private static final Fields<Member> MEMBER_FIELDS =
            new Fields<Member>()
                    .moment("meta.updatedAt", member -> member.updatedAt().toEpochMilli())
                    .text("meta.memberId", Member::id)
                    .text("mis.misId", member -> member.mis() == null ? null : member.mis().misId())
                    .text("mis.upn", member -> member.mis() == null ? null : member.mis().upn())
                    .text("till.status", Member::tillStatus);
    private final Supplier<TracSettings> settings;
    private final Clock clock;
    private final World world;
    private final Pager pager;
    private final Answers answers;
    private final TransactionList transactions;

    DataApi(
            Supplier<TracSettings> settings,
            Clock clock,
            World world,
            Pager pager,
            Answers answers) {
        this.settings = settings;
        this.clock = clock;
        this.world = world;
        this.pager = pager;
        this.answers = answers;
        this.transactions = new TransactionList(settings, clock, world, pager);
    }

    Reply answer(Request request, Route route, Installation caller, Optional<Effect> own) {
        Query query = new Query(request.target(), answers);
        return switch (route.endpoint()) {
            case Route.ORGANIZATIONS -> organizations(query, caller, own);
            case Route.PURSES -> purses(query, route, caller, own);
            case Route.TRANSACTIONS ->
                    transactions.page(organization(route, caller), query, caller, own);
            default ->
                    request.method().equals("POST")
                            ? register(request, organization(route, caller))
                            : members(query, route, caller, own);
        };
    }

    private Reply organizations(Query query, Installation caller, Optional<Effect> own) {
        return pager.page(
                new Pager.Listing<>(
                        "organizations",
                        caller.id(),
                        Map.of("all", Slots.of(world.of(caller))),
                        wanted(query, PAGING, new Fields<Organization>()),
                        shown()::organization,
                        false),
                query,
                own);
    }

    private Reply members(Query query, Route route, Installation caller, Optional<Effect> own) {
        Organization asked = organization(route, caller);
        boolean deep = settings.get().parentsRepeatMembers();
        boolean bare =
                switch (settings.get().membersAs()) {
                    case "object" -> false;
                    case "array" -> true;
                    default -> Mix.below(Mix.of(1, asked.id()), 2) == 0;
                };
        return pager.page(
                new Pager.Listing<>(
                        "members",
                        caller.id() + "/members/" + asked.id(),
                        world.lists(asked, caller, deep, Organization::memberSlots),
                        wanted(query, PAGING, MEMBER_FIELDS),
                        shown()::member,
                        bare),
                query,
                own);
    }

    private Reply purses(Query query, Route route, Installation caller, Optional<Effect> own) {
        Organization asked = organization(route, caller);
        Organization home =
                world.below(asked, caller).stream()
                        .filter(one -> has(one, route.second()))
                        .findFirst()
                        .orElseThrow(() -> answers.refuse(404, "no such member"));
        return pager.page(
                new Pager.Listing<>(
                        "purses",
                        caller.id() + "/purses/" + route.second(),
                        Map.of("purses", home.purseSlots(route.second())),
                        wanted(query, PAGING, new Fields<Purse>()),
                        shown()::purse,
                        false),
                query,
                own);
    }

    private static boolean has(Organization organization, String memberId) {
        return organization.memberSlots().find(one -> one.id().equals(memberId)).isPresent();
    }

    /** Contract T6: a member of the system, such as a till. */
    private Reply register(Request request, Organization home) {
        JsonNode wish = request.json();
        boolean sound =
                wish.path("isActive").isBoolean()
                        && wish.path("displayName").isTextual()
                        && wish.path("externalIds").isObject()
                        && wish.path("memberType").asText().equals("system");
        if (!sound) {
            throw answers.refuse(
                    400, "expected isActive, externalIds, displayName and memberType system");
        }
        Map<String, String> external = new LinkedHashMap<>();
        wish.path("externalIds")
                .fields()
                .forEachRemaining(one -> external.put(one.getKey(), one.getValue().asText()));
        String id = home.addMember("system").id();
        home.edit(
                id,
                one ->
                        one.called(wish.path("displayName").asText())
                                .external(external)
                                .active(wish.path("isActive").asBoolean()));
        ObjectNode body = Json.object().put("memberId", id);
        return Reply.json(201, body);
    }

    private Organization organization(Route route, Installation caller) {
        Organization asked =
                world.organization(route.first())
                        .orElseThrow(() -> answers.refuse(404, "no such organization"));
        if (!caller.granted().contains(asked.id())) {
            throw answers.refuse(403, "this installation does not cover the organization");
        }
        return asked;
    }

    private <T> Predicate<T> wanted(Query query, Set<String> parameters, Fields<T> fields) {
        boolean strict = settings.get().strictQuery();
        if (strict) {
            query.only(parameters);
        }
        return fields.wanted(query, strict);
    }

    private Shown shown() {
        return new Shown(settings.get().extraFields(), settings.get().slug(), clock.instant());
    }
}
