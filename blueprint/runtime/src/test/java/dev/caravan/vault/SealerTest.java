package dev.caravan.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.faults.SetupFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealerTest {
    @TempDir Path temp;

    private static String key() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key);
    }

    private Sealer sealer(String... lines) throws IOException {
        return Sealer.from(Files.writeString(temp.resolve("key"), String.join("\n", lines)));
    }

    @Test
    void aSealOpensAndShowsNothing() throws IOException {
        Sealer sealer = sealer(key());
        String sealed = sealer.seal("a very secret token");
        assertThat(sealed)
                .doesNotContain("secret")
                .isNotEqualTo(sealer.seal("a very secret token"));
        assertThat(sealer.open(sealed)).isEqualTo("a very secret token");
    }

    @Test
    void anOlderKeyBelowTheCurrentOneStillOpens() throws IOException {
        String old = key();
        String sealed = sealer(old).seal("token");
        String current = key();
        assertThat(sealer(current, old).open(sealed)).isEqualTo("token");
        Sealer without = sealer(current);
        assertThatThrownBy(() -> without.open(sealed))
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("put the key back");
    }

    @Test
    void withoutAUsableKeyThereIsNoSealer() {
        assertThatThrownBy(() -> Sealer.from(temp.resolve("none")))
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> sealer("")).hasMessageContaining("holds no key");
        assertThatThrownBy(() -> sealer("c2hvcnQ")).hasMessageContaining("a key of 5 bytes");
        assertThatThrownBy(() -> sealer("not base64!")).hasMessageContaining("not base64url");
    }

    @Test
    void aChangedSealDoesNotOpen() throws IOException {
        Sealer sealer = sealer(key());
        String sealed = sealer.seal("token");
        int middle = sealed.length() - 30;
        String changed =
                sealed.substring(0, middle)
                        + (sealed.charAt(middle) == 'A' ? 'B' : 'A')
                        + sealed.substring(middle + 1);
        assertThatThrownBy(() -> sealer.open(changed)).isInstanceOf(IllegalStateException.class);
    }
}
