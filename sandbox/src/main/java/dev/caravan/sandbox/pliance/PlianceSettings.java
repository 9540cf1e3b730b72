package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.util.List;

/**
 * All that can be set at the twin. A setter answers a changed copy, and an unknown or impossible
 * value is refused with its name. Immutable.
 *
 * @param port The port on 127.0.0.1; 0 takes any free one.
 * @param tlsPort The port of the second listener, HTTPS with a client certificate; 0 takes any free
 *     one, -1 opens none.
 * @param serverKeystore PKCS#12 with the key of that listener; empty makes a self-signed one.
 * @param serverKeystorePassword Its password; may be empty.
 * @param clientCertificates PKCS#12 with the client certificates that are let in, or with those of
 *     their issuers; keys in it are not used. Needed where there is a tlsPort.
 * @param clientCertificatesPassword Its password; may be empty.
 * @param webhookTrust PKCS#12 with the certificates that https receivers of webhooks may show;
 *     empty trusts what the JDK trusts.
 * @param webhookTrustPassword Its password; may be empty.
 * @param seed Two twins of one seed and one clock hold the same subjects.
 * @param customers Who may call; each with its own secret and its own data.
 * @param persons Persons in each place at the start.
 * @param companies Companies (V1) in each place at the start.
 * @param companiesV2 Companies (V2) in each place at the start.
 * @param hitEvery Each so-manyth of them bears a listed name; 0 is none.
 * @param classifiedEvery Each so-manyth with hits has its first hit judged; 0 is none.
 * @param archivedEvery Each so-manyth is archived; 0 is none.
 * @param listedPersons Invented persons on the watch list, beside the known-positive one.
 * @param listedCompanies Invented companies on the watch list, beside the known-positive one.
 * @param failuresAs200 A failure such as a missing subject comes under HTTP 200 instead of 400.
 * @param correlationId Whether answers carry a correlationId.
 * @param listMovesEvery In each so-manyth walk through List one row slips over a page border, so
 *     that one id is missing and one comes twice; 0 is never.
 * @param maxPageSize A larger Page.Size is cut to this and nothing said; 0 is no limit.
 * @param listOmitsArchived Whether List and Search leave archived subjects out.
 * @param notBeforeToleranceSeconds How far iat and nbf may lie ahead.
 * @param expiryToleranceSeconds How long a token is good after exp.
 * @param maxTokenSeconds The longest life of a token.
 * @param secretOverHttp Whether X-PLIANCE-SECRET is sent over plain http too; Pliance does not
 *     (ruling 9: for tests on loopback).
 * @param webhookTwice Every event is delivered twice.
 * @param webhookTimeoutMillis How long a receiver may take.
 * @param gzip Bodies are zipped for a caller that accepts it.
 * @param maxConnections Open TCP connections for each listener; one more is hung up on.
 */
public record PlianceSettings(
        int port,
        int tlsPort,
        String serverKeystore,
        String serverKeystorePassword,
        String clientCertificates,
        String clientCertificatesPassword,
        String webhookTrust,
        String webhookTrustPassword,
        long seed,
        List<PlianceCustomer> customers,
        int persons,
        int companies,
        int companiesV2,
        int hitEvery,
        int classifiedEvery,
        int archivedEvery,
        int listedPersons,
        int listedCompanies,
        boolean failuresAs200,
        boolean correlationId,
        int listMovesEvery,
        int maxPageSize,
        boolean listOmitsArchived,
        long notBeforeToleranceSeconds,
        long expiryToleranceSeconds,
        long maxTokenSeconds,
        boolean secretOverHttp,
        boolean webhookTwice,
        int webhookTimeoutMillis,
        boolean gzip,
        int maxConnections) {
    /** The documented word that stands for a secret where none is configured. */
    public static final String NOT_A_SECRET = "not-a-secret-not-a-secret-not-a-secret";

    public PlianceSettings {
        customers = List.copyOf(customers);
        long issuers = customers.stream().map(PlianceCustomer::iss).distinct().count();
        if (customers.isEmpty() || issuers < customers.size()) {
            throw new IllegalArgumentException("customers: expected some, each iss once");
        }
        if (tlsPort >= 0 && clientCertificates.isEmpty()) {
            throw new IllegalArgumentException(
                    "clientCertificates: expected a PKCS#12 file, since tlsPort is " + tlsPort);
        }
    }

    public static PlianceSettings defaults() {
        return new PlianceSettings(
                0,
                -1,
                "",
                "",
                "",
                "",
                "",
                "",
                20261121,
                List.of(PlianceCustomer.single("caravan", NOT_A_SECRET)),
                30,
                8,
                12,
                5,
                2,
                10,
                40,
                20,
                false,
                true,
                2,
                100,
                false,
                0,
                0,
                300,
                false,
                false,
                5_000,
                false,
                256);
    }

    /** A copy with the given values, named as the components are. */
    public PlianceSettings with(JsonNode changes) {
        ObjectNode tree = Json.tree(this);
        changes.fields().forEachRemaining(change -> tree.set(change.getKey(), change.getValue()));
        return Json.bind(tree, PlianceSettings.class);
    }

    private PlianceSettings with(String name, Object value) {
        return with(Json.tree(java.util.Map.of(name, value)));
    }

    public PlianceSettings port(int value) {
        return with("port", value);
    }

    public PlianceSettings seed(long value) {
        return with("seed", value);
    }

    public PlianceSettings customers(PlianceCustomer... value) {
        return with("customers", List.of(value));
    }

    /** Persons, companies V1 and companies V2 in each place. */
    public PlianceSettings subjects(int people, int firms, int firmsV2) {
        return with("persons", people).with("companies", firms).with("companiesV2", firmsV2);
    }

    /** Every so-manyth has hits, of those is judged, is archived. */
    public PlianceSettings every(int hit, int classified, int archived) {
        return with("hitEvery", hit)
                .with("classifiedEvery", classified)
                .with("archivedEvery", archived);
    }

    public PlianceSettings listed(int people, int firms) {
        return with("listedPersons", people).with("listedCompanies", firms);
    }

    /** HTTPS at any free port, for holders of a certificate in the given PKCS#12. */
    public PlianceSettings mutualTls(String pkcs12, String password) {
        return with("clientCertificates", pkcs12)
                .with("clientCertificatesPassword", password)
                .with("tlsPort", 0);
    }

    public PlianceSettings webhookTrust(String pkcs12, String password) {
        return with("webhookTrust", pkcs12).with("webhookTrustPassword", password);
    }

    public PlianceSettings failuresAs200(boolean value) {
        return with("failuresAs200", value);
    }

    public PlianceSettings correlationId(boolean value) {
        return with("correlationId", value);
    }

    public PlianceSettings listMovesEvery(int value) {
        return with("listMovesEvery", value);
    }

    public PlianceSettings maxPageSize(int value) {
        return with("maxPageSize", value);
    }

    public PlianceSettings listOmitsArchived(boolean value) {
        return with("listOmitsArchived", value);
    }

    public PlianceSettings tolerance(long notBeforeSeconds, long expirySeconds) {
        return with("notBeforeToleranceSeconds", notBeforeSeconds)
                .with("expiryToleranceSeconds", expirySeconds);
    }

    public PlianceSettings maxTokenSeconds(long value) {
        return with("maxTokenSeconds", value);
    }

    public PlianceSettings secretOverHttp(boolean value) {
        return with("secretOverHttp", value);
    }

    public PlianceSettings webhookTwice(boolean value) {
        return with("webhookTwice", value);
    }

    public PlianceSettings webhookTimeoutMillis(int value) {
        return with("webhookTimeoutMillis", value);
    }

    public PlianceSettings maxConnections(int value) {
        return with("maxConnections", value);
    }
}
