package dev.caravan.conformance.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.conformance.Scratch;
import dev.caravan.sandbox.http.SelfSigned;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A host that wants a client certificate: each connection shows its own. */
class CertificateTest {
    private final SelfSigned client = made("acme");
    private final Office office;

    CertificateTest() throws Exception {
        Path accepted = Scratch.folder("clients").resolve("clients.p12");
        client.writeTrustStore(accepted, "x");
        office =
                Office.of(
                        Office.few().mutualTls(accepted.toString(), "x"),
                        Map.of("url.form", "https://.+:[0-9]+"));
    }

    private static SelfSigned made(String name) {
        Instant now = Instant.now();
        return SelfSigned.make(name, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(90)));
    }

    @AfterEach
    void close() {
        office.close();
    }

    @Test
    void aConnectionWithItsCertificateIsPulled() throws Exception {
        UUID connection = connection(client);

        office.house.pull(connection);

        assertThat(office.house.fault(connection)).isEmpty();
        assertThat(
                        office.house.number(
                                "select count(*) from ledger.party where connection_id = '"
                                        + connection
                                        + "'"))
                .isEqualTo(14);
    }

    @Test
    void anotherCertificateIsAnOperatorsMatterAndNotTriedInAStorm() throws Exception {
        UUID connection = connection(made("somebody else"));

        office.house.pull(connection);

        assertThat(office.house.fault(connection)).isNotEmpty();
        assertThat(office.house.number("select count(*) from ledger.party")).isZero();
    }

    private UUID connection(SelfSigned shown) throws Exception {
        UUID connection =
                office.connection(Map.of("url", office.twin.secureBase().orElseThrow().toString()));
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        shown.keyStore("y").store(file, "y".toCharArray());
        Map<String, String> secrets = new HashMap<>();
        secrets.put("secret", Office.SECRET);
        secrets.put("webhook.secret", Office.HOOK_SECRET);
        secrets.put("keystore", Base64.getEncoder().encodeToString(file.toByteArray()));
        secrets.put("keystore.password", "y");
        secrets.put(
                "truststore",
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(
                                        office.twin.serverCertificate().orElseThrow().getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        office.house.database.update(
                "update caravan.connection set secrets_sealed = ? where id = ?",
                office.house.sealer.seal(new ObjectMapper().writeValueAsString(secrets)),
                connection);
        return connection;
    }
}
