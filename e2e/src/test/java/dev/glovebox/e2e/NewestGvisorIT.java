package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// gVisor built from its Go module and installed by the product itself. In the long profile,
/// because the build takes minutes and wants a Go toolchain.
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@RunsPods
class NewestGvisorIT {
    private static final Engine ENGINE = Engine.in(209);

    @BeforeAll
    static void install() {
        var older = ENGINE.run("runtimes", "install", "gvisor", "--from", "apt", "--yes").ok();
        assertThat(older.text()).contains("Installed gvisor 0.0~20240729.0");
        var installed =
                ENGINE.command("runtimes", "upgrade", "gvisor", "--from", "go", "--yes")
                        .within(Duration.ofMinutes(20))
                        .run()
                        .ok();
        assertThat(installed.text()).contains("Upgraded gvisor from 0.0~20240729.0 to go-2");
        ENGINE.up().ok();
    }

    @AfterAll
    static void purge() {
        ENGINE.purge().ok();
    }

    @Test
    @Order(1)
    void it_is_the_one_that_is_used_and_it_is_ready() {
        assertThat(ENGINE.status().required("runtimes"))
                .anySatisfy(runtime -> {
                    assertThat(runtime.required("handler").textValue()).isEqualTo("runsc");
                    assertThat(runtime.required("state").textValue()).isEqualTo("ready");
                });
        assertThat(ENGINE.run("run", "--", "uname", "-r").ok().text()).isEqualTo("4.19.0-gvisor");
    }

    @Test
    @Order(2)
    void exit_codes_and_input_pass() {
        assertThat(ENGINE.run("run", "--", "sh", "-c", "exit 3").exit()).isEqualTo(3);
        var counted = ENGINE.command("run", "-i", "--", "wc", "-c").input("four\n").run().ok();
        assertThat(counted.text()).isEqualTo("5");
    }

    @Test
    @Order(3)
    void more_memory_than_allowed_is_137() {
        var ran = ENGINE.run("run", "--memory", "64Mi", "--", "sh", "-c", Hog.MEMORY);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(137);
        assertThat(ran.err()).containsIgnoringCase("memory");
    }

    /// What is executed in a container later is held to its profile, too, which Debian's gVisor
    /// does not do; the twin is the container beside it, which has none.
    @Test
    @Order(4)
    void a_profile_binds_what_is_executed_in_a_container_later() {
        var kubectl = ENGINE.kubectl();
        kubectl.command("apply", "-f", "-")
                .input(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: filtered}
                        spec:
                          runtimeClassName: gvisor
                          terminationGracePeriodSeconds: 1
                          containers:
                          - {name: tight, image: %1$s, command: [sleep, "1000"], securityContext: {seccompProfile: {type: RuntimeDefault}}}
                          - {name: loose, image: %1$s, command: [sleep, "1000"]}
                        """
                                .formatted(ENGINE.busybox()))
                .run()
                .ok();
        kubectl.run("wait", "--for=condition=Ready", "pod/filtered", "--timeout=60s").ok();
        var script = "grep Seccomp: /proc/self/status; unshare -U true; echo $?";
        assertThat(executed(kubectl, "loose", script)).isEqualTo("Seccomp:\t0\n0");
        assertThat(executed(kubectl, "tight", script))
                .startsWith("Seccomp:\t2\n")
                .doesNotEndWith("\n0");
    }

    private static String executed(Kubectl kubectl, String container, String script) {
        return kubectl.run("exec", "filtered", "-c", container, "--", "sh", "-c", script)
                .ok()
                .text();
    }

    /// Between two real versions, with a pod that was there before.
    @Test
    @Order(5)
    void a_rollback_takes_the_one_before_and_pods_keep_what_they_were_started_with() {
        var kubectl = ENGINE.kubectl();
        kubectl.apply(
                        Manifests.pod(
                                "stays",
                                ENGINE.busybox(),
                                "sleep 1000",
                                "runtimeClassName: gvisor"))
                .ok();
        kubectl.run("wait", "--for=condition=Ready", "pod/stays", "--timeout=60s").ok();
        var newest = kubectl.run("exec", "stays", "--", "uname", "-r").ok().text();

        assertThat(ENGINE.run("runtimes", "rollback", "gvisor").ok().text())
                .contains("gvisor 0.0~20240729.0 is in use.");
        ENGINE.run("down").ok();
        ENGINE.up().ok();

        assertThat(ENGINE.run("run", "--", "uname", "-r").ok().text()).isEqualTo("4.4.0");
        assertThat(kubectl.run("exec", "stays", "--", "uname", "-r").ok().text())
                .isEqualTo(newest)
                .isEqualTo("4.19.0-gvisor");
        assertThat(ENGINE.run("runtimes", "rollback", "gvisor").ok().text())
                .contains("gvisor go-2");
    }
}
