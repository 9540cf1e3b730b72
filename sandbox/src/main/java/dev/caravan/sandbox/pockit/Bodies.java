package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** The objects of one family of bodies. Implementations are immutable. */
interface Bodies {
    DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX");
    DateTimeFormatter NUMERIC_OFFSET = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx");

    ObjectNode account(BankAccount account, String id);

    List<ObjectNode> balances(BankAccount account, String id, Instant now);

    ObjectNode product(BankAccount account, String id);

    ObjectNode beneficiary(Beneficiary one, String accountId);

    ObjectNode transaction(Transaction row, String accountId);

    /** The name of a list of these, such as {@code Transaction} or {@code Transactions}. */
    String listName(String resource);

    static Bodies of(PockitSettings settings) {
        return settings.answers().shape() == Answers.Shape.O
                ? new ObieBodies(settings)
                : new FlatBodies(settings);
    }

    /** The words of contract 9 for the accounts of a user, one after the other. */
    static String subType(BankAccount account) {
        return List.of("EMoney", "PrePaidCard", "CurrentAccount").get(account.number() % 3);
    }

    /** A sum as contract 6 of OBIE allows it: sometimes with zeros behind, sometimes without. */
    static BigDecimal written(long minor, Transaction row, boolean odd) {
        BigDecimal amount = BigDecimal.valueOf(minor, 2);
        return switch (odd ? (int) (row.seq() % 9) : 0) {
            case 3 -> amount.setScale(4);
            case 5 -> minor % 100 == 0 ? amount.setScale(0) : amount;
            default -> amount;
        };
    }

    static String time(Transaction row, boolean odd) {
        return (odd && row.seq() % 5 == 0 ? NUMERIC_OFFSET : TIME).format(row.bookedAt());
    }

    static void put(ObjectNode at, String name, BigDecimal amount, boolean number) {
        if (number) {
            at.put(name, amount);
        } else {
            at.put(name, amount.toPlainString());
        }
    }
}
