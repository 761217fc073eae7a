package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// An engine whose pods run under gVisor unless they say otherwise, and that knows runc by another
/// name too. The twin is every other test's engine, where a pod without a class has the machine's
/// kernel (`a_new_start_can_say_otherwise` asks for that).
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@RunsPods
class HandlersIT {
    private static final Engine ENGINE = Engine.in(218);
    private static final String RUNC = "/usr/sbin/runc";
    private static Kubectl kubectl;

    @BeforeAll
    static void start() {
        ENGINE.up(
                        "--default-trust",
                        "trusted",
                        "--default-handler",
                        "runsc",
                        "--handler",
                        "other=runc")
                .ok();
        kubectl = ENGINE.kubectl();
    }

    @AfterAll
    static void purge() {
        ENGINE.purge().ok();
    }

    private static String kernelOf(String pod, String... more) {
        kubectl.apply(Manifests.pod(pod, ENGINE.busybox(), "uname -r", more)).ok();
        kubectl.run(
                        "wait",
                        "--for=jsonpath={.status.phase}=Succeeded",
                        "pod/" + pod,
                        "--timeout=60s")
                .ok();
        return kubectl.run("logs", pod).ok().text();
    }

    @Test
    @Order(1)
    void a_pod_has_the_handler_that_it_says_or_the_engines() {
        var machine = Command.of("uname", "-r").run().ok().text();
        assertThat(kernelOf("plain")).isNotEqualTo(machine);
        kubectl.apply(Manifests.runtimeClass("other", "other")).ok();
        assertThat(kernelOf("other", "runtimeClassName: other")).isEqualTo(machine);
        assertThat(ENGINE.run("status").ok().text()).contains("other", "runsc");
    }

    /// The twin takes the overhead out of the class, and the pod is held to its limits alone.
    @Test
    @Order(2)
    void a_pod_may_have_its_limits_and_what_its_runtime_was_seen_to_take() {
        var measured = measured();
        assertThat(measured.required("class").textValue()).isEqualTo("written");
        var memory = measured.at("/podFixed/memory").textValue();
        var mebibytes = Long.parseLong(memory.replace("Mi", ""));
        assertThat(mebibytes).isBetween(8L, 200L);
        assertThat(measured.at("/podFixed/cpu").textValue()).matches("[1-9]\\d*m");
        assertThat(kubectl.run("describe", "runtimeclass", "gvisor").ok().out())
                .contains("runtime.glovebox.dev/overhead", "Memory:  " + memory);
        assertThat(limitOf("sized")).isEqualTo((64 + mebibytes) << 20);
        assertThat(kubectl.run("describe", "node", ENGINE.node()).ok().out())
                .containsPattern("sized .* " + (64 + mebibytes) + "Mi ");

        kubectl.run("patch", "runtimeclass", "gvisor", "--type=merge", "-p", "{\"overhead\":null}")
                .ok();
        assertThat(limitOf("bare")).isEqualTo(64 << 20);
        kubectl.run("delete", "pod", "sized", "bare", "--now").ok();
    }

    private static JsonNode measured() {
        return Kubectl.json(
                        ENGINE.command(
                                        "runtimes",
                                        "measure",
                                        "--json",
                                        "--runtime",
                                        "gvisor",
                                        "--sandboxes",
                                        "1")
                                .within(Duration.ofMinutes(2))
                                .run()
                                .ok()
                                .out())
                .required(0);
    }

    /// Bytes that a new gVisor pod's cgroup may have, whose container may have 64Mi.
    private static long limitOf(String pod) {
        kubectl.apply(
                        Manifests.limitedPod(
                                pod,
                                ENGINE.busybox(),
                                "sleep 1000",
                                "memory: 64Mi, cpu: 200m",
                                "runtimeClassName: gvisor"))
                .ok();
        kubectl.awaitReady("default", pod);
        var uid = kubectl.get("pod", pod).at("/metadata/uid").textValue();
        return Long.parseLong(new Cgroup(ENGINE, uid).memoryLimit());
    }

    @Test
    @Order(3)
    void a_new_start_can_say_otherwise() {
        ENGINE.run("down").ok();
        var refused = ENGINE.up("--default-handler", "nothing");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("--default-handler knows runc, runsc");
        ENGINE.up("--default-handler", "runc").ok();
        // What was measured is known, and the class is without it as its user has it.
        assertThat(kubectl.get("runtimeclass", "gvisor").has("overhead")).isFalse();
        assertThat(kernelOf("after")).isEqualTo(Command.of("uname", "-r").run().ok().text());
    }

    @Test
    @Order(4)
    void an_installed_gvisor_is_verified_and_used_from_the_next_start_on() throws IOException {
        var runsc = packaged();
        kubectl.apply(
                        Manifests.pod(
                                "stays",
                                ENGINE.busybox(),
                                "sleep 1000",
                                "runtimeClassName: gvisor"))
                .ok();
        kubectl.run("wait", "--for=condition=Ready", "pod/stays", "--timeout=60s").ok();
        try (var altered = new ReleaseTree(runsc, Path.of("/bin/sh"))) {
            var refused = install(altered);
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.err()).contains("/runsc is not what", "runsc.sha512 promises");
        }
        assertThat(ENGINE.dataDirectory().resolve("runtimes/gvisor.install.json")).doesNotExist();

        try (var release = new ReleaseTree(runsc, runsc)) {
            assertThat(install(release).ok().text()).contains("Installed gvisor 0.0~20240729");
            assertThat(add("ours", "/bin/sh").err()).contains("is no OCI runtime");
            assertThat(add("runsc", RUNC).err()).contains("choose another name");
            add("ours", RUNC).ok();
            assertThat(add("kata", RUNC).err()).contains("choose another name");
            installCrun();
            ENGINE.run("down").ok();
            ENGINE.up().ok();
            assertThat(runtime("ours").required("state").textValue()).isEqualTo("ready");
            assertThat(
                            kubectl.get("runtimeclass", "ours")
                                    .at("/scheduling/nodeSelector/runtime.glovebox.dev~1ours")
                                    .textValue())
                    .isEqualTo("ready");
            assertThat(kernelOf("added", "runtimeClassName: ours"))
                    .isEqualTo(Command.of("uname", "-r").run().ok().text());
            var gvisor = runtime("gvisor");
            assertThat(gvisor.required("source").textValue())
                    .isEqualTo("the release latest at " + release.url() + "/");
            assertThat(gvisor.required("state").textValue()).isEqualTo("ready");
            assertThat(gvisor.required("lane").textValue()).isEqualTo("launcher");
            assertThat(gvisor.required("evidence").required("guestLog").textValue())
                    .contains("Starting gVisor");
            assertThat(runtime("kata").required("state").textValue()).isEqualTo("absent");
            checkCrun();
        }
        assertThat(kubectl.run("exec", "stays", "--", "echo", "still here").ok().text())
                .isEqualTo("still here");
        assertThat(kernelOf("installed", "runtimeClassName: gvisor"))
                .isNotEqualTo(Command.of("uname", "-r").run().ok().text());

        assertThat(ENGINE.run("runtimes", "remove", "gvisor", "--yes").ok().text())
                .contains("Removed gvisor", "in use by pods, and left: ");
        assertThat(kubectl.run("exec", "stays", "--", "echo", "still here").ok().text())
                .isEqualTo("still here");
    }

    private static Ran install(ReleaseTree release) {
        return ENGINE.run(
                "runtimes",
                "install",
                "gvisor",
                "--yes",
                "--from",
                "release",
                "--platform",
                "systrap",
                "--release-url",
                release.url());
    }

    /// Debian's, which needs a library of its own that a machine may lack.
    private static void installCrun() throws IOException {
        var ran = ENGINE.run("runtimes", "install", "crun", "--from", "apt", "--yes");
        if (hasLibrary("libyajl.so.2")) {
            assertThat(ran.ok().text()).contains("Installed crun 1.", "from Debian's package crun");
        } else {
            assertThat(ran.exit()).isEqualTo(1);
            assertThat(ran.err()).contains("crun is no OCI runtime", "libyajl.so.2");
        }
    }

    /// Ready, but for a machine whose cgroups crun cannot do with.
    private static void checkCrun() throws IOException {
        var state = runtime("crun");
        if (!hasLibrary("libyajl.so.2")) {
            assertThat(state.required("state").textValue()).isEqualTo("absent");
        } else if (Files.isDirectory(Path.of("/sys/fs/cgroup/unified"))) {
            assertThat(state.required("state").textValue()).isEqualTo("broken");
            assertThat(state.required("reason").textValue()).contains("hybrid mode");
        } else {
            assertThat(state.required("state").textValue()).isEqualTo("ready");
            assertThat(kernelOf("by-crun", "runtimeClassName: crun"))
                    .isEqualTo(Command.of("uname", "-r").run().ok().text());
        }
    }

    private static boolean hasLibrary(String name) throws IOException {
        try (var files = Files.find(Path.of("/usr/lib"), 2, (f, _) -> f.endsWith(name))) {
            return files.findAny().isPresent();
        }
    }

    private static Ran add(String name, String program) {
        return ENGINE.run("runtimes", "add", name, "--binary", program);
    }

    private static JsonNode runtime(String name) {
        for (var each : Kubectl.json(ENGINE.run("runtimes", "list", "--json").ok().out())) {
            if (each.required("name").textValue().equals(name)) {
                return each;
            }
        }
        throw new AssertionError("no runtime is called " + name);
    }

    /// The runsc of Debian's package, as the engine has unpacked it, or the machine's own.
    private static Path packaged() throws IOException {
        try (var files = Files.walk(ENGINE.dataDirectory().resolve("packages"))) {
            return files.filter(file -> file.endsWith("usr/bin/runsc"))
                    .findFirst()
                    .orElse(Path.of("/usr/bin/runsc"));
        }
    }
}
