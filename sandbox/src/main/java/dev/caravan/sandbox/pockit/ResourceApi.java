package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The account resources (contract 4), for one consent at a time. Refuses in the order token,
 * signature, consent, headers, allowance, scope, account, parameters. Safe for use by many threads.
 */
final class ResourceApi {
    private static final Map<String, String> SCOPES =
            Map.of(
                    "accounts", "accounts:read",
                    "account", "accounts:read",
                    "balance", "balance:read",
                    "product", "product:read",
                    "beneficiaries", "beneficiaries:read",
                    "transactions", "transactions:read");
    private final Supplier<PockitSettings> settings;
    private final Gate gate;
    private final Meter meter;
    private final Bank bank;
    private final Pages pages;
    private final Refusals refusals;
    private final Clock clock;

    ResourceApi(
            Supplier<PockitSettings> settings,
            Gate gate,
            Meter meter,
            Bank bank,
            Pages pages,
            Refusals refusals,
            Clock clock) {
        this.settings = settings;
        this.gate = gate;
        this.meter = meter;
        this.bank = bank;
        this.pages = pages;
        this.refusals = refusals;
        this.clock = clock;
    }

    Reply answer(Request request, Spot spot, Optional<Effect> own) {
        Consent consent = gate.bearer(request);
        gate.signedResource(request, spot);
        gate.standing(consent);
        headers(request);
        meter.admit(consent, spot, request);
        if (consent.payment()) {
            throw gate.forbidden(403, "a pisp consent sees no account");
        }
        gate.scope(consent, SCOPES.getOrDefault(spot.resource(), ""));
        Pages.Listing all = listing(request, spot, consent);
        parameters(request, spot);
        Pages.Page page = pages.of(request, all, own);
        if (own.orElse(null) instanceof PageFault.Cycle && page.next().isEmpty()) {
            page =
                    new Pages.Page(
                            page.items(), page.totalPages(), Optional.of(pages.first(request)));
        }
        PockitSettings now = settings.get();
        String name = Bodies.of(now).listName(spot.resource());
        return new Wrapping(now.answers(), spot.resource(), name)
                .reply(page, pages.self(request), own);
    }

    private Pages.Listing listing(Request request, Spot spot, Consent consent) {
        Bodies bodies = Bodies.of(settings.get());
        if (spot.id().isEmpty()) {
            return Pages.Listing.of(
                    bank.accounts(consent.user()),
                    one -> bodies.account(one, one.id(consent.idSalt())));
        }
        BankAccount account =
                bank.find(consent.user(), consent.idSalt(), spot.id())
                        .orElseThrow(
                                () ->
                                        refusals.resource(
                                                404, "Resource.NotFound", "no such account"));
        Instant now = clock.instant();
        return switch (spot.resource()) {
            case "account" -> lone(bodies.account(account, spot.id()));
            case "balance" ->
                    Pages.Listing.of(bodies.balances(account, spot.id(), now), body -> body);
            case "product" -> lone(bodies.product(account, spot.id()));
            case "beneficiaries" ->
                    Pages.Listing.of(
                            account.beneficiaries(), one -> bodies.beneficiary(one, spot.id()));
            case "transactions" -> transactions(request, account, spot.id(), bodies);
            default -> extra(spot, account);
        };
    }

    private static Pages.Listing lone(ObjectNode body) {
        return Pages.Listing.of(List.of(body), one -> one);
    }

    /** The youngest first. */
    private Pages.Listing transactions(
            Request request, BankAccount account, String id, Bodies bodies) {
        BookingWindow window = BookingWindow.of(request, settings.get(), refusals, clock.instant());
        BankAccount.View view = account.view();
        List<Transaction> rows =
                window.everything()
                        ? view.rows()
                        : view.rows().stream().filter(window::holds).toList();
        return new Pages.Listing(
                Pages.Item.of(rows, Transaction::seq, row -> bodies.transaction(row, id)),
                view.lastSeq());
    }

    private Pages.Listing extra(Spot spot, BankAccount account) {
        if (!settings.get().answers().extraResources()) {
            throw refusals.resource(404, "Resource.NotFound", "no such resource");
        }
        return lone(ExtraBodies.of(spot, account, settings.get().answers().shape()));
    }

    private void headers(Request request) {
        Optional<String> ip = request.header("x-user-ip");
        if (ip.isPresent() && !IpLiteral.is(ip.get())) {
            throw refusals.resource(
                    400, "Header.Invalid", "x-user-ip: expected an IP address or no header");
        }
        String accept = request.header("accept").orElse("*/*");
        if (!accept.contains("application/json") && !accept.contains("*/*")) {
            throw refusals.resource(406, "Header.Invalid", "Accept: only application/json is made");
        }
    }

    private void parameters(Request request, Spot spot) {
        Set<String> known =
                spot.resource().equals("transactions")
                        ? Set.of(Pages.CURSOR, BookingWindow.FROM, BookingWindow.TO)
                        : Set.of(Pages.CURSOR);
        request.query().keySet().stream()
                .filter(name -> !known.contains(name))
                .findFirst()
                .ifPresent(
                        name -> {
                            throw refusals.resource(
                                    400, "Field.Unexpected", name + ": no such parameter");
                        });
    }
}
