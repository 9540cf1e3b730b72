package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.JsonBytes;
import dev.caravan.sandbox.http.Reply;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a batch call comes to (contract 6): all accounts and cards of a connection in one result,
 * each from one snapshot. Fails whole when the bank refuses one of them. Safe for use by many
 * threads.
 */
final class Batch {
    private final Supplier<TwinSettings> settings;
    private final Bank bank;
    private final Clock clock;

    Batch(Supplier<TwinSettings> settings, Bank bank, Clock clock) {
        this.settings = settings;
        this.bank = bank;
        this.clock = clock;
    }

    /** The accounts that the call asks of the bank; cards only where the token reaches them. */
    List<BankAccount> touched(Call call, BatchRequest request) {
        boolean cards = call.connection().scopes().contains("cards");
        return bank.accounts(call.user()).stream()
                .filter(request::wants)
                .filter(account -> account.kind() == Kind.ACCOUNT || cards)
                .toList();
    }

    /** What the call asks of the bank, by the endpoints that would ask the same. */
    List<Allowance.Ask> asks(Call call) {
        BatchRequest request = BatchRequest.of(call.request());
        List<Allowance.Ask> asks = new ArrayList<>();
        for (BankAccount account : touched(call, request)) {
            String path = account.kind().segment() + "/{id}/";
            asks.add(new Allowance.Ask(path + "transactions", account.id()));
            if (request.pending()) {
                asks.add(new Allowance.Ask(path + "transactions/pending", account.id()));
            }
            if (request.balance()) {
                asks.add(new Allowance.Ask(path + "balance", account.id()));
            }
        }
        return asks;
    }

    /**
     * @param fault one that struck the call and is to be seen in the result
     * @param willing refuses when the bank would refuse whatever it is asked
     */
    Task.Work job(BatchRequest request, Optional<PageFault> fault, Runnable willing) {
        return new Job(request, fault, willing);
    }

    private final class Job implements Task.Work {
        private final BatchRequest request;
        private final Optional<PageFault> ofTheCall;
        private final Runnable willing;

        Job(BatchRequest request, Optional<PageFault> ofTheCall, Runnable willing) {
            this.request = request;
            this.ofTheCall = ofTheCall;
            this.willing = willing;
        }

        @Override
        public Reply answer(Task task, Optional<PageFault> inside) {
            willing.run();
            Optional<PageFault> fault = inside.or(() -> ofTheCall);
            if (fault.orElse(null) instanceof PageFault.Status said) {
                return without(task, said.status());
            }
            if (fault.orElse(null) instanceof PageFault.Empty) {
                return without(task, Task.Status.Succeeded.name());
            }
            List<BankAccount> touched = touched(task.call(), request);
            List<String> known = touched.stream().map(BankAccount::id).toList();
            if (settings.get().batchRefusesUnknownAccounts()
                    && !known.containsAll(request.whitelist())) {
                throw ApiError.of(404, "account_not_found", "No such account in the whitelist.");
            }
            List<Part> parts = touched.stream().map(one -> part(task, one, fault)).toList();
            ObjectNode head = head(task, Task.Status.Succeeded.name());
            return Reply.of(200, "application/json; charset=utf-8", out -> write(out, head, parts));
        }

        @Override
        public Reply without(Task task, String word) {
            ObjectNode body = head(task, word);
            ObjectNode results = body.putObject("results");
            results.putArray("accounts");
            results.putArray("cards");
            return Reply.json(200, body);
        }

        private ObjectNode head(Task task, String word) {
            ObjectNode head = Json.object().put("status", word).put("task_id", task.id());
            String today = clock.instant().atZone(BankAccount.LONDON).toLocalDate().toString();
            String to = request.dates().getOrDefault("to", today);
            String from = LocalDate.parse(to.substring(0, 10)).minusDays(89).toString();
            ObjectNode asked = head.putObject("request");
            asked.put("from", request.dates().getOrDefault("from", from)).put("to", to);
            return head;
        }

        private Part part(Task task, BankAccount account, Optional<PageFault> fault) {
            TwinSettings now = settings.get();
            Instant instant = clock.instant();
            long salt = now.volatileTransactionIds() ? task.call().number() : 0;
            AccountState state = account.snapshot();
            Window window =
                    new Windows(now, instant, account.today())
                            .of(task.call().connection(), request.dates());
            ObjectNode rest = Json.object();
            if (request.pending()) {
                DataApi.pending(state, salt).forEach(rest.putArray("pending_transactions")::add);
            }
            if (request.balance()) {
                rest.set("balance", AccountJson.balance(account, instant));
            }
            return new Part(
                    account, new TransactionsPage(account, state, window, salt, fault), rest);
        }
    }

    /** One account or card of the result. */
    private record Part(BankAccount account, TransactionsPage page, ObjectNode rest) {
        void writeTo(JsonBytes out) throws IOException {
            out.raw("{\"account_id\":").quoted(account.id()).raw(",\"transactions\":");
            page.rowsTo(out);
            byte[] more = Json.bytes(rest);
            if (more.length > 2) {
                out.raw(',').raw(more, 1, more.length - 2);
            }
            out.raw('}');
        }
    }

    private static void write(JsonBytes out, ObjectNode head, List<Part> parts) throws IOException {
        byte[] open = Json.bytes(head);
        out.raw(open, 0, open.length - 1).raw(",\"results\":{");
        for (Kind kind : Kind.values()) {
            out.raw(kind == Kind.ACCOUNT ? "" : ",").quoted(kind.segment()).raw(":[");
            List<Part> mine = new ArrayList<>(parts);
            mine.removeIf(part -> part.account().kind() != kind);
            for (Part part : mine) {
                out.raw(part == mine.get(0) ? "" : ",");
                part.writeTo(out);
            }
            out.raw(']');
        }
        out.raw("}}");
    }
}
