package dev.glovebox.runtimes.kata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VirtualMachineTrialTest {
    @TempDir Path directory = Path.of("");

    @Test
    void one_that_has_run_says_nothing() throws IOException {
        assertThat(objection("exit 0")).isEmpty();
    }

    @Test
    void what_keeps_it_is_said() throws IOException {
        assertThat(objection("echo /dev/kvm: Permission denied >&2; exit 1"))
                .contains("/dev/kvm: Permission denied");
        assertThat(objection("exit 3")).contains("the trial ended with exit code 3");
    }

    @Test
    void a_trial_that_cannot_be_made_is_no_success() {
        assertThat(new VirtualMachineTrial(directory.resolve("none")).objection()).isPresent();
    }

    private Optional<String> objection(String script) throws IOException {
        Path file = Files.writeString(directory.resolve("trial"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new VirtualMachineTrial(file).objection();
    }
}
