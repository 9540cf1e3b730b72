package dev.caravan.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Who verifies ES512: the fast one where it works, else the JDK's own. */
class Es512Test {
    @AfterEach
    void asItIsByItself() {
        Es512.use("auto");
    }

    static boolean built() {
        return Es512.class.getResource("/es512/linux-x86_64.jar") != null;
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    @EnabledIf("built")
    void theNativeProviderIsUsedWhereItsLibraryLoads() {
        assertThat(Es512.use("auto").getName()).isEqualTo("AmazonCorrettoCryptoProvider");
    }

    @Test
    void aSettingLeavesItToTheJdk() {
        assertThat(Es512.use("sunec").getName()).isEqualTo("SunEC");
    }
}
