package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// While Debian's packages are installed none of their services may start, and nothing that held
/// them back stays. `packaging/sh/packages.sh` runs here as the launcher runs it, on a machine
/// whose `apt-get` and `systemctl` are the test's own and where next to nothing is installed.
@WithoutNode
class PackagesIT {
    private static final Path PART =
            Path.of("..", "packaging", "sh", "packages.sh").toAbsolutePath().normalize();
    private static final List<String> TOOLS =
            List.of("sh", "id", "grep", "rm", "mkdir", "chmod", "tail", "cat", "kill");

    @TempDir Path scratch;
    private Path bin;
    private Path policy;

    @BeforeEach
    void makeMachine() throws IOException {
        bin = Files.createDirectory(scratch.resolve("bin"));
        policy = scratch.resolve("policy-rc.d");
        for (var tool : TOOLS) {
            var found = Path.of("/usr/bin", tool);
            Files.createSymbolicLink(
                    bin.resolve(tool), Files.exists(found) ? found : Path.of("/bin", tool));
        }
        stub("systemctl", "echo \"$@\" >>%s".formatted(scratch.resolve("systemctl")));
    }

    /// A program of the test's machine. As an installation it asks the policy what services may do.
    private void stub(String name, String script) throws IOException {
        var file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// What Debian's maintainer scripts get from the policy ends up in the file `asked`.
    private String askPolicy() {
        return "code=0; %s containerd start || code=$?; echo $code >%s"
                .formatted(policy, scratch.resolve("asked"));
    }

    private Ran install() {
        var script =
                """
                set -eu
                work=%s yes=1 launcher=glovebox
                say() { printf 'glovebox: %%s\\n' "$*" >&2; }
                fail() { say "$*"; exit 1; }
                root() { :; }
                . %s
                install_missing machine
                """
                        .formatted(scratch.resolve("work"), PART);
        return Command.of("/bin/sh", "-c", script)
                .with("PATH", bin.toString())
                .with("GLOVEBOX_POLICY", policy.toString())
                .run();
    }

    private String file(String name) throws IOException {
        return Files.readString(scratch.resolve(name));
    }

    @Test
    void services_may_not_start_and_containerd_is_turned_off() throws IOException {
        stub("apt-get", askPolicy());
        install().ok();
        assertThat(file("asked")).isEqualTo("101\n");
        assertThat(policy).doesNotExist();
        assertThat(file("systemctl")).contains("disable --quiet containerd.service");
        assertThat(file("work/installed-packages")).contains("containerd\n", "nftables\n");
    }

    /// Without a policy a service would start: what the test above sees is the policy's doing.
    @Test
    void without_the_policy_a_service_would_start() throws IOException {
        stub("apt-get", "rm -f %s; %s".formatted(policy, askPolicy()));
        install().ok();
        assertThat(file("asked")).isNotEqualTo("101\n");
    }

    @Test
    void the_administrators_own_policy_stays() throws IOException {
        stub("policy-rc.d", "exit 104");
        policy = bin.resolve("policy-rc.d");
        var before = Files.readString(policy);
        stub("apt-get", askPolicy());
        install().ok();
        assertThat(file("asked")).isEqualTo("104\n");
        assertThat(policy).content().isEqualTo(before);
    }

    @Test
    void a_failure_removes_the_policy_and_names_the_log() throws IOException {
        stub("apt-get", "echo no room >&2; exit 100");
        var ran = install();
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.err()).contains("no room", scratch.resolve("work/apt.log").toString());
        assertThat(policy).doesNotExist();
        assertThat(scratch.resolve("work/installed-packages")).doesNotExist();
    }

    @Test
    void an_interrupted_installation_removes_the_policy() throws IOException {
        stub("apt-get", "kill -TERM $PPID");
        assertThat(install().exit()).isEqualTo(143);
        assertThat(policy).doesNotExist();
    }

    @Test
    void what_a_killed_installation_left_the_next_one_removes() throws IOException {
        stub("apt-get", "kill -KILL $PPID");
        assertThat(install().exit()).isEqualTo(137);
        assertThat(policy).exists();
        stub("apt-get", ":");
        install().ok();
        assertThat(policy).doesNotExist();
    }
}
