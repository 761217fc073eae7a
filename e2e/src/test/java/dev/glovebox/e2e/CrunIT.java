package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// Debian's crun on cgroups that it can do with. On a machine with hybrid ones, which it refuses
/// (`HandlersIT`), the engine lives in a mount namespace where an empty file system hides their
/// unified half.
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@RunsPods
class CrunIT {
    private static final Engine ENGINE = Engine.in(228);
    private static final Path UNIFIED = Path.of("/sys/fs/cgroup/unified");

    @TempDir private static Path scratch;

    @BeforeAll
    static void start() throws IOException {
        var file = debians();
        var installed =
                ENGINE.run(
                        "runtimes",
                        "install",
                        "crun",
                        "--from",
                        file.toString(),
                        "--sha256",
                        Image.digest(Files.readAllBytes(file)).substring("sha256:".length()),
                        "--yes");
        assertThat(installed.ok().text()).contains("Installed crun");
        var up = ENGINE.upCommand("--default-trust", "trusted");
        var line = new ArrayList<>(up.line());
        if (Files.exists(UNIFIED.resolve("cgroup.procs"))) {
            line.addAll(
                    0,
                    List.of(
                            "unshare",
                            "--mount",
                            "sh",
                            "-c",
                            "umount %1$s && mount -t tmpfs none %1$s && exec \"$@\""
                                    .formatted(UNIFIED),
                            "sh"));
        }
        Command.of(line).with("GLOVEBOX_BUILD", "never").within(up.limit()).run().ok();
    }

    /// A copy of Debian's, told where a library lies that the machine may lack.
    private static Path debians() throws IOException {
        var debian = new Debian("bookworm");
        var crun = scratch.resolve("crun");
        Files.copy(debian.unpacked("crun").resolve("usr/bin/crun"), crun);
        Command.of(
                        debian.unpacked("patchelf").resolve("usr/bin/patchelf").toString(),
                        "--set-rpath",
                        library(debian.unpacked("libyajl2")).toString(),
                        crun.toString())
                .run()
                .ok();
        return crun;
    }

    /// The directory of a package's library, which is named for the machine's architecture.
    private static Path library(Path unpacked) throws IOException {
        try (var entries = Files.list(unpacked.resolve("usr/lib"))) {
            return entries.findFirst().orElseThrow();
        }
    }

    @AfterAll
    static void purge() {
        ENGINE.purge().ok();
    }

    @Test
    @Order(1)
    void it_is_ready_and_has_its_class() {
        assertThat(ENGINE.status().required("runtimes"))
                .anySatisfy(runtime -> {
                    assertThat(runtime.required("handler").textValue()).isEqualTo("crun");
                    assertThat(runtime.required("state").textValue()).isEqualTo("ready");
                });
        assertThat(ENGINE.kubectl().get("runtimeclass", "crun").at("/handler").asText())
                .isEqualTo("crun");
        assertThat(labels(ENGINE.kubectl().get("nodes")))
                .contains("runtime.glovebox.dev/crun=ready");
    }

    @Test
    @Order(2)
    void a_pod_of_its_class_runs_under_it_with_its_limit_log_and_commands() {
        var kubectl = ENGINE.kubectl();
        kubectl.apply(
                        Manifests.limitedPod(
                                "by-crun",
                                ENGINE.busybox(),
                                "uname -r; exec sleep 1000",
                                "memory: 64Mi",
                                "runtimeClassName: crun"))
                .ok();
        kubectl.awaitReady("default", "by-crun");
        assertThat(kubectl.run("exec", "by-crun", "--", "echo", "heard").ok().text())
                .isEqualTo("heard");
        assertThat(kubectl.run("logs", "by-crun").ok().text())
                .isEqualTo(Command.of("uname", "-r").run().ok().text());
        assertThat(ENGINE.run("inspect", "by-crun").ok().text()).contains("crun version 1.");
        assertThat(kubectl.run("exec", "by-crun", "--", "sh", "-c", Hog.MEMORY).exit())
                .as("more than its limit")
                .isNotZero();
        var uid = kubectl.get("pod", "by-crun").at("/metadata/uid").asText();
        new Cgroup(ENGINE, uid).liftMemory();
        kubectl.run("exec", "by-crun", "--", "sh", "-c", Hog.MEMORY).ok();
    }

    private static List<String> labels(JsonNode nodes) {
        return StreamSupport.stream(nodes.at("/items").spliterator(), false)
                .flatMap(node -> node.at("/metadata/labels").propertyStream())
                .map(label -> label.getKey() + "=" + label.getValue().asText())
                .toList();
    }
}
