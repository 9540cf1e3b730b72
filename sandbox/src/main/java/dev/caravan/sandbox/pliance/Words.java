package dev.caravan.sandbox.pliance;

/**
 * Holds the enumerations whose constants are the contract's own words; their order is its number.
 */
public final class Words {
    private Words() {}

    public enum Gender {
        Unknown,
        Male,
        Female
    }

    public enum Classification {
        Unknown,
        FalsePositive,
        Match
    }

    public enum Fuzziness {
        Metaphone,
        Simple
    }

    public enum Order {
        Any,
        Strict,
        Exact
    }

    public enum EntityType {
        Unspecified,
        Person,
        Company
    }

    public enum LinkType {
        Owner,
        BoardMember,
        UltimateBeneficialOwner,
        AlternateBeneficialOwner
    }

    /** The four of sixteen that the contract names. */
    public enum OperationalStatus {
        Active,
        UnderLiquidation,
        Bankrupt,
        CompanyDataOutOfDate
    }

    /** What makes an entry of a watch list worth listing. */
    public enum Flag {
        SANCTION,
        PEP,
        RCA,
        SIP,
        SIE,
        ADVERSE_MEDIA
    }
}
