package dev.glovebox.runtimes.gvisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.runtimes.gvisor.PlatformTrial.Fails;
import dev.glovebox.runtimes.gvisor.PlatformTrial.Outcome;
import dev.glovebox.runtimes.gvisor.PlatformTrial.Works;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformTrialTest {
    @TempDir Path directory = Path.of("");

    @Test
    void the_default_is_left_only_for_what_is_clearly_faster() throws IOException {
        assertThat(PlatformTrial.best(seen(works(100), works(90))).platform())
                .isEqualTo(Platform.SYSTRAP);
        assertThat(PlatformTrial.best(seen(works(100), works(50))).platform())
                .isEqualTo(Platform.KVM);
        assertThat(PlatformTrial.best(seen(works(100), new Fails("no device"))).platform())
                .isEqualTo(Platform.SYSTRAP);
        assertThat(PlatformTrial.best(seen(new Fails("no"), works(900))).platform())
                .isEqualTo(Platform.KVM);
    }

    @Test
    void where_nothing_works_it_is_said_what_each_did() {
        assertThatThrownBy(() -> PlatformTrial.best(seen(new Fails("a"), new Fails("b"))))
                .isInstanceOf(IOException.class)
                .hasMessage("runsc runs nothing on this machine: systrap: a, kvm: b");
    }

    @Test
    void a_platform_that_hangs_is_given_up() throws IOException {
        Path hangs = program("case $4 in kvm) exec sleep 60;; esac");

        PlatformTrial.Choice choice =
                new PlatformTrial(directory, Duration.ofMillis(1500)).choose(hangs);

        assertThat(choice.platform()).isEqualTo(Platform.SYSTRAP);
        assertThat(choice.text()).contains(" ms, kvm: did not end within 1 s");
    }

    @Test
    void the_one_that_was_asked_for_has_to_work() throws IOException {
        Path fails = program("echo 'no such device'; exit 128");
        PlatformTrial trial = new PlatformTrial(directory, Duration.ofSeconds(20));

        assertThatThrownBy(() -> trial.require(fails, Platform.KVM))
                .hasMessageEndingWith("kvm: exit code 128 (no such device)");
    }

    private Path program(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("runsc"), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    private static Works works(long milliseconds) {
        return new Works(Duration.ofMillis(milliseconds));
    }

    private static Map<Platform, Outcome> seen(Outcome systrap, Outcome kvm) {
        Map<Platform, Outcome> seen = new LinkedHashMap<>();
        seen.put(Platform.SYSTRAP, systrap);
        seen.put(Platform.KVM, kvm);
        return seen;
    }
}
