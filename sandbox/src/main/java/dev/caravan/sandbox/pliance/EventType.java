package dev.caravan.sandbox.pliance;

/**
 * The 26 webhook types of contract section 6. The order of the first 24 is the number that a client
 * may send instead of the name; the last two are numbered on by assumption.
 */
public enum EventType {
    PersonSanctionMatched,
    PersonSanctionMatchRemoved,
    CompanySanctionMatched,
    CompanySanctionMatchRemoved,
    CompanyNameChanged,
    CompanyDescriptionChanged,
    CompanySignatoryChanged,
    CompanyLinkAdded,
    CompanyLinkRemoved,
    CompanyLinkUpdated,
    CompanyLinkDescriptionUpdated,
    CompanyLinkScreeningMatched,
    CompanyLinkScreeningMatchRemoved,
    CompanyLinkScreeningMatchedNameChanged,
    CompanyScreeningMatched,
    CompanyScreeningMatchRemoved,
    CompanyAddressChanged,
    CompanySniClassificationChanged,
    CompanyScreeningMatchesAdded,
    CompanyScreeningMatchesRemoved,
    CompanyLinkScreeningMatchesAdded,
    CompanyLinkScreeningMatchesRemoved,
    PersonScreeningMatchesAdded,
    PersonScreeningMatchesRemoved,
    CompanyEmployeesChanged,
    CompanyOperationalStatusChanged;

    /** The body field that names the subject. */
    public String referenceField() {
        return referenceField(name());
    }

    /** The same for a type that is none of the 26. */
    public static String referenceField(String type) {
        if (type.startsWith("Person")) {
            return "personReferenceId";
        }
        return type.startsWith("Company") ? "companyReferenceId" : "referenceId";
    }
}
