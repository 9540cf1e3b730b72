package dev.caravan.sandbox.pockit;

import java.util.List;

/**
 * What bodies look like (contract 4.3 and 4.4); none of it is published. Immutable.
 *
 * @param shape The family of bodies.
 * @param listForm How a list is wrapped.
 * @param fieldStyle How member names are spelt.
 * @param numericAmounts Whether an amount is a JSON number and not a string.
 * @param signedAmounts Shape F only: amounts carry the sign and CreditDebit is missing.
 * @param balanceTypes The balances of an account in shape O; a name that ends in Booked is the
 *     current one, any other the available one.
 * @param paging Where the next page is named.
 * @param pageSize Rows of a page; 0 puts all on one.
 * @param emptyPage The page of this number is empty although pages follow; 0 has none.
 * @param pageShift Whether a row that comes between two pages shifts the later ones.
 * @param windowRule What is made of fromBookingDateTime and toBookingDateTime.
 * @param extraResources Whether standing-orders, direct-debits and scheduled-payments exist.
 * @param errorBody The body of a refusal.
 */
public record Answers(
        Shape shape,
        ListForm listForm,
        FieldStyle fieldStyle,
        boolean numericAmounts,
        boolean signedAmounts,
        List<String> balanceTypes,
        Paging paging,
        int pageSize,
        int emptyPage,
        boolean pageShift,
        WindowRule windowRule,
        boolean extraResources,
        ErrorBody errorBody) {

    /** The two families of contract 4.3. */
    public enum Shape {
        /** The envelope of UK Read/Write v3.1. */
        O,
        /** The flat objects of the sister protocol. */
        F
    }

    /** The wrappings that a decoder must see through. */
    public enum ListForm {
        /** An array under the resource's name. */
        NAMED,
        /** The same, but a list of one is that one object. */
        LONE_OBJECT,
        /** Nothing but the array; pages are then named by a Link header. */
        BARE
    }

    /** Spellings of {@code AccountId}. */
    public enum FieldStyle {
        /** AccountId */
        PASCAL,
        /** account_id */
        SNAKE,
        /** account-id */
        KEBAB,
        /** accountid */
        LOWER
    }

    /** Where the address of the next page is. */
    public enum Paging {
        LINKS_NEXT,
        LINK_HEADER
    }

    /** What a window does. */
    public enum WindowRule {
        HONOURED,
        IGNORED,
        REFUSED
    }

    /** The bodies of contract 7. */
    public enum ErrorBody {
        /** RFC 6749 on auth calls, OBIE on resources. */
        STANDARD,
        /** {@code {"message": …}} everywhere. */
        MESSAGE,
        /** None: the status must do. */
        NONE
    }

    public Answers {
        balanceTypes = List.copyOf(balanceTypes);
    }

    static Answers defaults() {
        return new Answers(
                Shape.O,
                ListForm.NAMED,
                FieldStyle.PASCAL,
                false,
                false,
                List.of("InterimAvailable", "InterimBooked"),
                Paging.LINKS_NEXT,
                25,
                0,
                false,
                WindowRule.HONOURED,
                false,
                ErrorBody.STANDARD);
    }
}
