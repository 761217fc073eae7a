package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.containerd.packages.DebianPackages;
import dev.glovebox.runtimes.install.CrunRelease;
import dev.glovebox.runtimes.install.Voucher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrunSourcesTest {
    @TempDir Path directory = Path.of("");

    @Test
    void with_a_digest_nothing_is_taken_that_it_says_nothing_of() throws IOException {
        SourceFlags flags =
                new SourceFlags(
                        new DebianPackages(directory, directory),
                        Optional.empty(),
                        "",
                        Voucher.sha256("0".repeat(64)));

        assertThat(new CrunSources(flags).named("")).isInstanceOf(CrunRelease.class);
    }
}
