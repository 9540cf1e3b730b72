package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.Refusal;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Accounts, balances, beneficiaries and transactions for a user token (contract section 4). Gives
 * what the permissions of the consent allow, in the shape that is set. Safe for use by many
 * threads.
 */
final class DataApi {
    private final Supplier<LeatherbackSettings> settings;
    private final Supplier<String> base;
    private final Clock clock;
    private final Bank bank;
    private final TransactionPages pages;
    private final Allowance allowance;

    DataApi(Supplier<LeatherbackSettings> settings, Supplier<String> base, Clock clock, Bank bank) {
        this.settings = settings;
        this.base = base;
        this.clock = clock;
        this.bank = bank;
        this.pages = new TransactionPages(settings, base);
        this.allowance = new Allowance(clock);
    }

    Reply answer(Route route, Request request, Consent consent, Effect effect) {
        if (request.header(Gate.CUSTOMER_ADDRESS).isEmpty()) {
            String key = consent.id() + ' ' + route.endpoint() + ' ' + route.id();
            allowance.spend(key, settings.get().unattendedLimit());
        }
        demand(consent.mayRead("Accounts"), "ReadAccounts");
        return Reply.json(
                200,
                switch (route.endpoint()) {
                    case Route.ACCOUNTS -> list(request, consent, settings.get().accountsShape());
                    case Route.OLD_ACCOUNTS -> list(request, consent, Shape.PAGED);
                    case Route.ACCOUNT -> single(request, account(route, consent), consent);
                    case Route.BALANCES -> {
                        demand(consent.may("ReadBalances"), "ReadBalances");
                        BankAccount account = account(route, consent);
                        yield envelope(request, "Balance", AccountJson.balances(account).stream());
                    }
                    case Route.BENEFICIARIES ->
                            beneficiaries(request, account(route, consent), consent);
                    default -> {
                        demand(consent.mayRead("Transactions"), "ReadTransactions");
                        yield pages.answer(request, account(route, consent), consent, effect);
                    }
                });
    }

    private ObjectNode list(Request request, Consent consent, Shape shape) {
        List<BankAccount> all = bank.accounts(consent.owner());
        if (shape == Shape.OBIE) {
            return envelope(
                    request, "Account", all.stream().map(one -> AccountJson.obie(one, consent)));
        }
        List<ObjectNode> flat = all.stream().map(one -> AccountJson.flat(one, consent)).toList();
        if (shape == Shape.PAGED) {
            return Wrapper.paged(flat, request.query(), settings.get().accountsPageSize());
        }
        ObjectNode wrapped = Wrapper.succeeded();
        ArrayNode value = wrapped.putArray("value");
        flat.forEach(value::add);
        return wrapped;
    }

    private ObjectNode single(Request request, BankAccount account, Consent consent) {
        if (settings.get().accountShape() == Shape.WRAPPER) {
            return Wrapper.succeeded().set("value", AccountJson.flat(account, consent));
        }
        return envelope(request, "Account", Stream.of(AccountJson.obie(account, consent)));
    }

    private ObjectNode beneficiaries(Request request, BankAccount account, Consent consent) {
        demand(consent.mayRead("Beneficiaries"), "ReadBeneficiaries");
        int window = settings.get().beneficiaryWindowSeconds();
        long age = clock.instant().getEpochSecond() - consent.authenticatedAt();
        if (window > 0 && age > window) {
            throw ObieError.of(
                    403,
                    "GB.Leatherback.BeneficiariesWindowOver",
                    "beneficiaries are given within " + window + " s of the login",
                    "");
        }
        boolean detail = consent.may("ReadBeneficiariesDetail");
        return envelope(
                request,
                "Beneficiary",
                account.beneficiaries().stream().map(one -> one.json(detail)));
    }

    private ObjectNode envelope(Request request, String name, Stream<ObjectNode> rows) {
        ObjectNode answer = Json.object();
        ArrayNode all = answer.putObject("Data").putArray(name);
        rows.forEach(all::add);
        answer.putObject("Links").put("Self", base.get() + request.target());
        answer.putObject("Meta").put("TotalPages", 1);
        return answer;
    }

    private BankAccount account(Route route, Consent consent) {
        return bank.find(consent.owner(), route.id())
                .orElseThrow(
                        () ->
                                ObieError.badRequest(
                                        ObieError.NOT_FOUND, "no such account", "AccountId"));
    }

    private static void demand(boolean permitted, String permission) {
        if (!permitted) {
            Refusal refusal =
                    ObieError.of(
                            403, "GB.Leatherback.PermissionMissing", "needs " + permission, "");
            throw refusal;
        }
    }
}
