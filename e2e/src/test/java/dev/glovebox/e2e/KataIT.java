package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Kata's virtual machines, by a release of Kata's that lies on this machine with its digest beside
/// it (`GLOVEBOX_KATA_ARCHIVE`, and the same name with `.sha512`). In the long profile, because it
/// needs that and virtualisation by hardware; where either is missing it fails and says so.
@Tag("long")
@RunsPods
class KataIT {
    private static final Engine ENGINE = Engine.in(225);
    private static Kubectl kubectl;

    @BeforeAll
    static void install() {
        var archive = System.getenv("GLOVEBOX_KATA_ARCHIVE");
        assertThat(archive)
                .as("GLOVEBOX_KATA_ARCHIVE: a kata-static-VERSION-ARCHITECTURE.tar.zst")
                .isNotBlank();
        assertThat(Path.of(archive)).isRegularFile();
        Engine.launcher("version").run().ok();
        var trial = Path.of("..", ".glovebox-build", "current", "native", "kvm-trial");
        Command.of(trial.toString()).run().ok();
        var installed =
                ENGINE.command("runtimes", "install", "kata", "--from", archive, "--yes")
                        .within(Duration.ofMinutes(10))
                        .run()
                        .ok();
        assertThat(installed.text()).contains("Installed kata ");
        ENGINE.up("--default-trust", "untrusted").ok();
        kubectl = ENGINE.kubectl();
    }

    @AfterAll
    static void purge() {
        ENGINE.purge().ok();
    }

    @Test
    void its_handler_is_ready_by_what_a_probe_pod_saw() {
        var host = Command.of("uname", "-r").run().ok().text();
        for (var runtime : Kubectl.json(ENGINE.run("runtimes", "list", "--json").ok().out())) {
            if (runtime.required("name").textValue().equals("kata")) {
                assertThat(runtime.required("state").textValue())
                        .as(runtime.toString())
                        .isEqualTo("ready");
                assertThat(runtime.at("/evidence/guestKernel").textValue())
                        .isNotBlank()
                        .isNotEqualTo(host);
                assertThat(runtime.at("/evidence/hostProcesses").intValue()).isZero();
                return;
            }
        }
        throw new AssertionError("no runtime is called kata");
    }

    @Test
    void run_by_its_name_has_a_kernel_of_its_own_and_passes_codes_on() {
        var host = Command.of("uname", "-r").run().ok().text();
        var ran = ENGINE.run("run", "--isolation", "kata", "--", "uname", "-r").ok();
        assertThat(ran.text()).isNotBlank().isNotEqualTo(host);
        assertThat(ENGINE.run("run", "--isolation", "kata", "--", "sh", "-c", "exit 3").exit())
                .isEqualTo(3);
    }

    @Test
    void an_untrusted_pod_may_have_its_class() {
        var pod =
                Manifests.pod(
                        "machine",
                        ENGINE.busybox(),
                        "uname -r; sleep 600",
                        "runtimeClassName: kata");
        kubectl.apply(pod).ok();
        kubectl.run("wait", "--for=condition=Ready", "pod/machine", "--timeout=120s").ok();
        assertThat(kubectl.run("logs", "machine").ok().text())
                .isNotEqualTo(Command.of("uname", "-r").run().ok().text());
        assertThat(kubectl.run("exec", "machine", "--", "echo", "hello").ok().text())
                .isEqualTo("hello");
    }
}
