package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An engine on a machine whose `runsc` says that it is gVisor and isolates nothing: the newest on
/// PATH, so that it is the one that is taken.
@RunsPods
class ImpostorIT {
    private static final Engine ENGINE = Engine.in(210);
    @TempDir private static Path bin;

    @BeforeAll
    static void start() throws IOException {
        var impostor = bin.resolve("runsc");
        Files.writeString(
                impostor,
                """
                #!/bin/sh
                case $* in *--version*) echo 'runsc version release-20990101.0'; exit 0;; esac
                exec runc "$@"
                """);
        Files.setPosixFilePermissions(impostor, PosixFilePermissions.fromString("rwxr-xr-x"));
        ENGINE.upCommand().with("PATH", bin + ":" + System.getenv("PATH")).run().ok();
    }

    @AfterAll
    static void purge() {
        ENGINE.purge().ok();
    }

    @Test
    void its_handler_is_broken_and_runc_is_still_ready() {
        for (var runtime : ENGINE.status().required("runtimes")) {
            var expected =
                    switch (runtime.required("handler").textValue()) {
                        case "runc" -> "ready";
                        case "runsc" -> "broken";
                        default -> "absent";
                    };
            assertThat(runtime.required("state").textValue())
                    .as(runtime.toString())
                    .isEqualTo(expected);
        }
    }

    @Test
    void nothing_that_nobody_trusts_runs_and_the_cause_is_said() {
        var ran = ENGINE.run("run", "--", "true");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(125);
        BadInputIT.assertOneClearLine(ran);
        assertThat(ran.err()).contains("handler \"runsc\" is not ready for untrusted pods");
    }

    @Test
    void nothing_is_checked_against_what_only_says_that_it_is_gvisor() {
        var ran = ENGINE.run("check", "--yes", ENGINE.busybox(), "--", "true");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        BadInputIT.assertOneClearLine(ran);
        assertThat(ran.err()).contains("there is no gVisor to check it under", "is broken");
    }

    @Test
    void the_pod_finds_no_node_and_stays_out() {
        var kubectl = ENGINE.kubectl();
        kubectl.apply(Manifests.pod("held", ENGINE.busybox(), "true")).ok();
        var ran =
                kubectl.run(
                        "wait", "--for=condition=PodScheduled=false", "pod/held", "--timeout=30s");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(kubectl.run("describe", "pod", "held").ok().out())
                .contains("FailedScheduling")
                .contains("Pending");
    }

    /// The node does not rely on who places pods.
    @Test
    void one_that_is_put_there_stays_out_with_a_condition_and_an_event() {
        var kubectl = ENGINE.kubectl();
        kubectl.apply(
                        Manifests.pod(
                                "placed", ENGINE.busybox(), "true", "nodeName: " + ENGINE.node()))
                .ok();
        var ran =
                kubectl.run(
                        "wait",
                        "--for=condition=glovebox.dev/isolated=false",
                        "pod/placed",
                        "--timeout=30s");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(kubectl.run("describe", "pod", "placed").ok().out())
                .contains("HandlerNotReady")
                .contains("Pending");
    }

    @Test
    void what_is_trusted_runs_all_the_same() {
        var ran = ENGINE.run("run", "--isolation", "runc", "--", "echo", "mine").ok();
        assertThat(ran.text()).isEqualTo("mine");
    }
}
