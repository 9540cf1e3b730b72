package dev.caravan.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProviderFoldersTest {
    private static final Map<String, String> OLD = Map.of("bank.xml", "old");
    private static final Map<String, String> NEW = Map.of("bank.xml", "new");

    @TempDir Path home;
    private Instant now = Instant.EPOCH;
    private ProviderFolders folders;

    @BeforeEach
    void folders() {
        Clock clock =
                new Clock() {
                    @Override
                    public Instant instant() {
                        return now;
                    }

                    @Override
                    public ZoneOffset getZone() {
                        return ZoneOffset.UTC;
                    }

                    @Override
                    public Clock withZone(java.time.ZoneId zone) {
                        return this;
                    }
                };
        folders = new ProviderFolders(home, clock);
    }

    @Test
    void ofTwoBundlesOfOneProviderTheNewerVersionCounts() {
        folders.ship("bank", 1, "1.10.0", NEW);
        folders.ship("bank", 2, "1.9.0", OLD);
        assertThat(folders.files("bank")).isEqualTo(NEW);
        assertThat(folders.version("bank")).contains("1.10.0");
        folders.withdraw("bank", 1);
        assertThat(folders.files("bank")).as("the one that is there").isEqualTo(OLD);
        folders.withdraw("bank", 2);
        now = now.plus(Duration.ofMinutes(1));
        assertThat(folders.names()).isEmpty();
    }

    @Test
    void anUpdateLeavesNoMomentWithoutTheProvider() {
        folders.ship("bank", 1, "1.1.0", NEW);
        folders.withdraw("bank", 1);
        assertThat(folders.files("bank")).isEqualTo(NEW);
        folders.ship("bank", 1, "1.0.0", OLD);
        assertThat(folders.files("bank")).as("also back to an older one").isEqualTo(OLD);
        now = now.plus(Duration.ofMinutes(1));
        assertThat(folders.names()).containsExactly("bank");
    }

    @Test
    void anEditOfAShippedProviderGoesWithItsBundleAndComesBackWithIt() throws IOException {
        folders.ship("bank", 1, "1.0.0", OLD);
        folders.layOut("bank", "bank.xml");
        Files.writeString(home.resolve("bank/bank.xml"), "ours");
        folders.withdraw("bank", 1);
        now = now.plus(Duration.ofMinutes(1));
        assertThat(folders.names()).isEmpty();
        folders.ship("bank", 2, "1.0.0", OLD);
        assertThat(folders.files("bank")).containsEntry("bank.xml", "ours");
    }

    @Test
    void aCopyThatWasMadeByHandIsAnEditOfWhatWasShippedThen() throws IOException {
        folders.ship("bank", 1, "1.0.0", OLD);
        Files.createDirectories(home.resolve("bank"));
        Files.writeString(home.resolve("bank/bank.xml"), "ours");
        assertThat(folders.local("bank")).noneMatch(LocalFile::behind);
        folders.withdraw("bank", 1);
        folders.ship("bank", 1, "1.1.0", NEW);
        assertThat(folders.local("bank"))
                .singleElement()
                .returns(true, LocalFile::behind)
                .returns("old", LocalFile::base);
    }
}
