package dev.glovebox.runtimes.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What systemd answers here was seen of systemd 252; with systemd itself: `ConfiguringSystemdIT`.
class SystemdUnitsTest {
    @TempDir Path directory;

    @Test
    void a_unit_that_leaves_its_pods_is_no_objection() throws IOException {
        SystemdUnits units = restartedBy("restart containerd", shown("loaded", "process"), 0);
        assertThat(units.objection()).isEmpty();
        assertThat(units.endsPods()).isEmpty();
        assertThat(Files.readString(directory.resolve("asked")))
                .isEqualTo("--no-pager show --property=Id,LoadState,KillMode -- containerd\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"control-group", "mixed", "something-new"})
    void a_unit_that_ends_its_pods_is_told_with_its_cure(String mode) throws IOException {
        SystemdUnits units = restartedBy("restart containerd", shown("loaded", mode), 0);
        assertThat(units.objection()).isEmpty();
        assertThat(units.endsPods().orElseThrow())
                .contains("KillMode=" + mode)
                .contains("systemctl edit containerd.service");
    }

    @ParameterizedTest
    @ValueSource(strings = {"masked", "not-found", "bad-setting"})
    void a_unit_that_systemd_does_not_start_is_an_objection(String state) throws IOException {
        SystemdUnits units = restartedBy("restart containerd", shown(state, "control-group"), 0);
        assertThat(units.objection().orElseThrow()).contains(state).contains("--restart");
        assertThat(units.endsPods()).isEmpty();
    }

    @Test
    void a_machine_without_systemd_is_an_objection() throws IOException {
        SystemdUnits units =
                restartedBy(
                        "restart containerd",
                        "System has not been booted with systemd as init system (PID 1).\n",
                        1);
        assertThat(units.objection().orElseThrow()).contains("has not been booted with systemd");
    }

    @Test
    void of_several_units_each_is_looked_at() throws IOException {
        SystemdUnits units =
                restartedBy(
                        "--no-block restart kubelet containerd",
                        "Id=kubelet.service\nLoadState=loaded\nKillMode=process\n\n"
                                + shown("loaded", "mixed"),
                        0);
        assertThat(units.endsPods().orElseThrow()).contains("containerd.service");
        assertThat(Files.readString(directory.resolve("asked"))).endsWith("kubelet containerd\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-H other restart containerd", "--user restart it", "stop it", "restart"})
    void a_command_that_asks_another_systemd_or_for_something_else_is_not_asked_about(String words)
            throws IOException {
        SystemdUnits units = restartedBy(words, shown("masked", "control-group"), 0);
        assertThat(units.objection()).isEmpty();
        assertThat(units.endsPods()).isEmpty();
        assertThat(directory.resolve("asked")).doesNotExist();
    }

    private static String shown(String state, String mode) {
        return "KillMode=%s\nId=containerd.service\nLoadState=%s\n".formatted(mode, state);
    }

    private SystemdUnits restartedBy(String words, String answer, int exit) throws IOException {
        Files.writeString(directory.resolve("answer"), answer);
        Path systemctl = directory.resolve("systemctl");
        Files.writeString(
                systemctl,
                "#!/bin/sh\necho \"$@\" >%1$s/asked\n/bin/cat %1$s/answer\nexit %2$d\n"
                        .formatted(directory, exit));
        Files.setPosixFilePermissions(systemctl, PosixFilePermissions.fromString("rwxr-xr-x"));
        return SystemdUnits.restartedBy(RestartCommand.parse(systemctl + " " + words));
    }
}
