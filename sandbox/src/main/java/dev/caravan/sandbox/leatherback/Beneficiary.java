package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;

/**
 * A payee that the customer keeps at the bank. Texts are empty where the bank gives none.
 * Immutable.
 *
 * @param id the BeneficiaryId; empty where there is none
 * @param type Trusted or Ordinary
 */
public record Beneficiary(
        String id,
        String accountId,
        String type,
        String reference,
        String name,
        String scheme,
        String identification,
        String bic) {

    static Beneficiary of(BankAccount account, int number) {
        long bits = Scatter.of(account.hash() ^ 0xBEEFL + number);
        boolean iban = number % 2 == 0;
        boolean quirky = account.quirks();
        return new Beneficiary(
                quirky && number % 4 == 3 ? "" : "LBB" + Scatter.hex(bits),
                account.id(),
                number % 3 == 0 ? "Trusted" : "Ordinary",
                quirky && number % 3 == 2 ? "" : "Invoice " + Scatter.digits(bits, 4),
                Payee.SPENDING.get(Scatter.below(bits, Payee.SPENDING.size())).name(),
                iban ? "UK.OBIE.IBAN" : "UK.OBIE.SortCodeAccountNumber",
                iban ? Identifier.iban("GB", bits) : Scatter.digits(bits + 7, 14),
                iban ? "LBTWGB2L" : "");
    }

    /**
     * @param detail with the parts that need ReadBeneficiariesDetail
     */
    ObjectNode json(boolean detail) {
        ObjectNode json = Json.object().put("AccountId", accountId);
        if (!id.isEmpty()) {
            json.put("BeneficiaryId", id);
        }
        json.put("BeneficiaryType", type);
        if (!reference.isEmpty()) {
            json.put("Reference", reference);
        }
        if (detail && !bic.isEmpty()) {
            json.putObject("CreditorAgent")
                    .put("SchemeName", "UK.OBIE.BICFI")
                    .put("Identification", bic);
        }
        if (detail) {
            json.putObject("CreditorAccount")
                    .put("SchemeName", scheme)
                    .put("Identification", identification)
                    .put("Name", name);
        }
        return json;
    }
}
