package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.JsonBytes;
import dev.caravan.sandbox.http.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * The body of one answer with booked transactions. Rows go to the wire as they are made, so the
 * length of a page costs no memory. Immutable; each writing has a cursor of its own.
 */
record TransactionsPage(
        BankAccount account,
        AccountState state,
        Window window,
        long salt,
        Optional<PageFault> fault)
        implements Reply.Body {
    private static final byte[] OPEN = JsonText.utf8("{\"results\":");
    private static final byte[] CLOSE = JsonText.utf8(",\"status\":\"Succeeded\"}");

    @Override
    public void writeTo(JsonBytes out) throws IOException {
        out.raw(OPEN);
        rowsTo(out);
        out.raw(CLOSE);
    }

    /** The array alone. */
    void rowsTo(JsonBytes out) throws IOException {
        out.raw('[');
        Writer rows = new Writer(out);
        fault.filter(PageFault.ExtraRow.class::isInstance)
                .map(PageFault.ExtraRow.class::cast)
                .ifPresent(extra -> rows.extra = extra.json());
        rows.writeExtra();
        new Rows(account, state, window, salt).forEach(rows);
        rows.writeRepeated();
        out.raw(']');
    }

    private final class Writer implements Rows.Visitor {
        private final JsonBytes out;
        private String extra;
        private byte[] first;
        private boolean any;

        Writer(JsonBytes out) {
            this.out = out;
        }

        @Override
        public void generated(GeneratedRow row) throws IOException {
            // without an id a repeated row would be a second real purchase
            if (first == null && fault.isPresent() && row.identified()) {
                first = bytes(row);
                if (fault.get() instanceof PageFault.TwoVersions) {
                    comma();
                    out.raw(older(first));
                }
            }
            comma();
            row.writeTo(out);
        }

        @Override
        public void written(long position, Transaction row) throws IOException {
            if (fault.filter(new PageFault.LostRow(row.description())::equals).isPresent()) {
                return;
            }
            comma();
            long bits = Mix.row(account.hash(), position, salt);
            out.raw(Json.bytes(row.json(Mix.hex(bits) + Mix.hex(Mix.of(bits)))));
        }

        void writeExtra() throws IOException {
            if (extra != null) {
                comma();
                out.raw(extra);
            }
        }

        void writeRepeated() throws IOException {
            if (first != null && fault.get() instanceof PageFault.RepeatedRow) {
                comma();
                out.raw(first);
            }
        }

        private void comma() throws IOException {
            if (any) {
                out.raw(',');
            }
            any = true;
        }
    }

    private static byte[] bytes(GeneratedRow row) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        JsonBytes one = new JsonBytes(4096, (buffer, length) -> whole.write(buffer, 0, length));
        row.writeTo(one);
        one.finish();
        return whole.toByteArray();
    }

    private static byte[] older(byte[] row) {
        ObjectNode version = (ObjectNode) Json.parse(row);
        BigDecimal amount = version.path("amount").decimalValue();
        return Json.bytes(version.put("amount", amount.add(new BigDecimal("0.01"))));
    }
}
