package dev.caravan.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.faults.SetupFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    @TempDir Path folder;

    private Secrets secrets(String written) {
        return new Secrets(
                "p",
                folder,
                Map.of("HOUSE", "from-the-house")::get,
                Map.of("client.secret", written));
    }

    @Test
    void aReferenceIsReadWhenItIsNeeded() throws IOException {
        Secrets secrets = secrets("$[secret:p.secret]");
        Files.writeString(folder.resolve("p.secret"), "first\n");
        assertThat(secrets.get("client.secret")).isEqualTo("first");
        Files.writeString(folder.resolve("p.secret"), "second");
        assertThat(secrets.get("client.secret")).isEqualTo("second");
        assertThat(secrets("$[env:HOUSE]").get("client.secret")).isEqualTo("from-the-house");
    }

    @Test
    void whatIsMissingIsNamedAndNeverShown() {
        assertThatThrownBy(() -> secrets("$[secret:none]").get("client.secret"))
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("client.secret")
                .hasMessageContaining("none");
        assertThatThrownBy(() -> secrets("$[env:NONE]").get("client.secret"))
                .hasMessageContaining("NONE");
        assertThatThrownBy(() -> secrets("x").get("other.secret"))
                .hasMessageContaining("is not set");
    }

    @Test
    void aReferenceCannotLeaveTheFolder() throws IOException {
        Files.writeString(folder.resolveSibling("outside"), "x");
        assertThatThrownBy(() -> secrets("$[secret:..]").get("client.secret"))
                .isInstanceOf(SetupFault.class);
        // a slash is no part of a name: this is no reference at all, and so no file is read
        assertThat(secrets("$[secret:../outside]").get("client.secret"))
                .isEqualTo("$[secret:../outside]");
    }

    @Test
    void aFileIsAlsoThereToTheByte() throws IOException {
        Files.writeString(folder.resolve("p.pem"), " exact\r\n");
        Secrets secrets = secrets("$[secret:p.pem]");
        assertThat(secrets.bytes("client.secret")).isEqualTo(" exact\r\n".getBytes());
        assertThat(secrets.get("client.secret")).isEqualTo("exact");
        assertThat(secrets("$[env:HOUSE]").bytes("client.secret"))
                .isEqualTo("from-the-house".getBytes());
    }

    @Test
    void aSecretOfAConnectionIsNotFoundWithoutOne() throws IOException {
        assertThat(secrets("$[connection:api.secret]").ofConnection("client.secret"))
                .hasValue("api.secret");
        assertThatThrownBy(() -> secrets("$[connection:api.secret]").get("client.secret"))
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("refers to a connection");
        Files.writeString(folder.resolve("blank"), " \n");
        assertThatThrownBy(() -> secrets("$[secret:blank]").get("client.secret"))
                .hasMessageContaining("blank");
    }

    @Test
    void namesOfSecretSettingsAreKnown() {
        assertThat(Secrets.names("client.secret")).isTrue();
        assertThat(Secrets.names("sign.app.key.next")).isTrue();
        assertThat(Secrets.names("client.id")).isFalse();
    }
}
