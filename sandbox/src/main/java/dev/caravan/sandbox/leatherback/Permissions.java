package dev.caravan.sandbox.leatherback;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The rules by which a set of permissions is refused (contract, step 3). Stateless. */
final class Permissions {
    static final String AT = "Data.Permissions";
    private static final Set<String> KNOWN =
            Set.of(
                    "ReadAccountsBasic",
                    "ReadAccountsDetail",
                    "ReadBalances",
                    "ReadBeneficiariesBasic",
                    "ReadBeneficiariesDetail",
                    "ReadDirectDebits",
                    "ReadOffers",
                    "ReadPAN",
                    "ReadParty",
                    "ReadPartyPSU",
                    "ReadProducts",
                    "ReadScheduledPaymentsBasic",
                    "ReadScheduledPaymentsDetail",
                    "ReadStandingOrdersBasic",
                    "ReadStandingOrdersDetail",
                    "ReadStatementsBasic",
                    "ReadStatementsDetail",
                    "ReadTransactionsBasic",
                    "ReadTransactionsCredits",
                    "ReadTransactionsDebits",
                    "ReadTransactionsDetail");

    private Permissions() {}

    /** What is wrong with them, if anything. */
    static Optional<String> check(List<String> asked) {
        if (asked.isEmpty()) {
            return Optional.of("Permissions is empty");
        }
        for (String one : asked) {
            if (!KNOWN.contains(one)) {
                return Optional.of("unknown permission " + one);
            }
        }
        if (!asked.contains("ReadAccountsBasic") && !asked.contains("ReadAccountsDetail")) {
            return Optional.of("ReadAccountsBasic or ReadAccountsDetail is needed");
        }
        boolean rows =
                asked.contains("ReadTransactionsBasic") || asked.contains("ReadTransactionsDetail");
        boolean sides =
                asked.contains("ReadTransactionsCredits")
                        || asked.contains("ReadTransactionsDebits");
        return rows == sides
                ? Optional.empty()
                : Optional.of(
                        "ReadTransactionsBasic or Detail and ReadTransactionsCredits or Debits need"
                                + " each other");
    }
}
