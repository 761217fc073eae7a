package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.runtimes.install.Installation;
import dev.glovebox.runtimes.install.InstalledRuntimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the launcher does before there is a Java: on a machine that lacks something. What is
/// missing is hidden in a mount namespace of the test's own.
@WithoutNode
class LauncherIT {
    private static final String HIDDEN = "/usr/sbin/nft";

    /// `doctor` tries a virtual machine, and waits five seconds where there is no hardware behind
    /// `/dev/kvm`. `EngineIT` has one that does so.
    private static final String WITHOUT_KVM =
            "{ ! test -e /dev/kvm || mount --bind /dev/null /dev/kvm; } && ";

    @TempDir Path scratch;

    @Test
    void it_names_what_it_would_install_and_without_a_terminal_asks_for_a_yes() {
        var ran = hidden("./glovebox up --data-dir " + scratch.resolve("data") + " </dev/null");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.err())
                .contains("will be installed: nftables")
                .contains("there is no terminal to ask on; add --yes")
                .contains("apt-get install --no-remove --no-install-recommends nftables");
        assertThat(scratch.resolve("data")).doesNotExist();
    }

    @Test
    void run_that_could_not_install_ends_with_125() {
        var ran = hidden("./glovebox run --data-dir " + scratch + " -- true </dev/null");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(125);
    }

    @Test
    void doctor_names_it_with_the_cure_in_one_line() {
        var ran = hidden("./glovebox doctor");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.lines().stream().filter(line -> line.startsWith("missing")))
                .singleElement()
                .asString()
                .contains("nftables")
                .contains("setup");
    }

    @Test
    void doctor_warns_of_runtimes_with_published_escapes() throws IOException {
        assertThat(warningsOf("runc", "runc version 1.1.11"))
                .anyMatch(line ->
                        line.contains("runc 1.1.11 has CVE-2024-21626: ")
                                && line.contains("mended in 1.1.12 (https://"))
                .noneMatch(line -> line.contains("CVE-2019-5736"));
        assertThat(warningsOf("runc", "runc version 1.4.0-rc.2"))
                .filteredOn(line -> line.contains(" has CVE-2025-"))
                .hasSize(3)
                .allMatch(line -> line.contains("1.2.8, 1.3.3, 1.4.0-rc.3"));
        assertThat(warningsOf("runc", "runc version 1.3.3"))
                .singleElement()
                .asString()
                .contains("CVE-2026-41579");
        assertThat(warningsOf("runc", "runc version 1.3.6")).isEmpty();
        assertThat(warningsOf("containerd", "containerd github.com/containerd/containerd v2.2.4 x"))
                .satisfiesExactly(
                        line -> assertThat(line).contains("CVE-2026-53488"),
                        line -> assertThat(line).contains("CVE-2026-53489"),
                        line -> assertThat(line).contains("CVE-2026-53492"));
        assertThat(warningsOf("runsc", "runsc version release-20260914.0"))
                .singleElement()
                .asString()
                .contains("CVE-2026-96812");
        assertThat(warningsOf("runsc", "runsc version release-20260928.0")).isEmpty();
        assertThat(warningsOf("containerd", "containerd containerd.io v2.3.2 x")).isEmpty();
    }

    @Test
    void doctor_sees_what_is_in_use_below_the_data_directory() throws IOException {
        var data = scratch.resolve("data");
        var unpacked = data.resolve("packages/bookworm/runc_1.1.11/usr/sbin");
        var installed = data.resolve("runtimes/runsc/newest");
        var former = data.resolve("runtimes/runsc/former");
        script(unpacked.resolve("runc"), "runc version 1.1.11");
        script(installed.resolve("runsc"), "runsc version release-20180101.0");
        script(former.resolve("runsc"), "runsc version release-20170101.0");
        Files.createSymbolicLink(data.resolve("packages/bookworm/runc"), Path.of("runc_1.1.11"));
        inUse(data, "gvisor", "20180101.0", installed, former);
        inUse(data, "kata", "3.30.0", data.resolve("runtimes/kata/v"), former);

        var warnings =
                doctor("--data-dir", data.toString()).run().lines().stream()
                        .filter(line -> line.startsWith("warning  "))
                        .toList();

        assertThat(warnings)
                .anyMatch(line ->
                        line.contains("runc 1.1.11 has CVE-2024-21626")
                                && line.endsWith("(" + unpacked.resolve("runc") + ")"))
                .anyMatch(line -> line.contains("runsc 20180101 has CVE-2018-16359"))
                .noneMatch(line -> line.contains("20170101"))
                .anyMatch(line -> line.contains("kata 3.30.0 has CVE-2026-47243"));
    }

    @Test
    void doctor_warns_of_containerds_that_lose_the_end_of_what_a_container_says()
            throws IOException {
        for (var version : List.of("1.6.20~ds1", "1.7.2")) {
            assertThat(warningsOf("containerd", "containerd containerd.io " + version + " x"))
                    .as(version)
                    .filteredOn(line -> line.contains("loses the end of what a container writes"))
                    .hasSize(1);
        }
        for (var version : List.of("v1.6.22", "2.1.9")) {
            assertThat(warningsOf("containerd", "containerd containerd.io " + version + " x"))
                    .as(version)
                    .noneMatch(line -> line.contains("loses"));
        }
    }

    private static void script(Path file, String version) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\necho '%s'\n".formatted(version));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// Written down as `runtimes install` does it.
    private static void inUse(Path data, String name, String version, Path home, Path before)
            throws IOException {
        var installed = new InstalledRuntimes(data.resolve("runtimes"));
        installed.add(name, installation("0", before), each -> false);
        installed.add(name, installation(version, home), each -> false);
    }

    private static Installation installation(String version, Path home) {
        return new Installation(
                version, "a test", home, List.of("program"), "", "", "a shim", Instant.EPOCH);
    }

    /// What doctor warns of where a program says this of itself.
    private List<String> warningsOf(String program, String version) throws IOException {
        var file = scratch.resolve(program);
        script(file, version);
        try {
            return doctor()
                    .with("PATH", scratch + ":" + System.getenv("PATH"))
                    .run()
                    .lines()
                    .stream()
                    .filter(line -> line.startsWith("warning  " + program + " "))
                    .toList();
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void without_a_jdk_it_says_which_to_install() {
        var ran =
                Engine.launcher("version")
                        .with("JAVA_HOME", "/nonexistent")
                        .with("GLOVEBOX_JVMS", scratch.toString())
                        .with("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
                        .run();
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.err()).contains("no JDK 25 found").containsPattern("install|temurin");
    }

    @Test
    void setup_has_nothing_to_do_where_everything_is_there() {
        var ran = Engine.launcher("setup").run().ok();
        assertThat(ran.err()).contains("everything is there");
    }

    @Test
    void the_command_line_starts_with_a_cache_and_without_the_engines_classes() throws Exception {
        Engine.launcher("version").run().ok();
        var build = Path.of("..", ".glovebox-build", "current").toRealPath();
        assertThat(build.resolve("cli.aot")).isNotEmptyFile();
        try (var jars = Files.list(build.resolve("cli"))) {
            assertThat(jars.map(jar -> jar.getFileName().toString()))
                    .noneMatch(jar -> jar.matches("(grpc|netty|kubernetes|glovebox-engine).*"));
        }
    }

    private static Ran hidden(String line) {
        var script = "mount --bind /dev/null " + HIDDEN + " && GLOVEBOX_BUILD=never " + line;
        return apart(WITHOUT_KVM + script).in(Path.of("..")).run();
    }

    private static Command doctor(String... words) {
        return apart(WITHOUT_KVM + "exec \"$0\" \"$@\"")
                .and(Engine.launcher("doctor").line().toArray(String[]::new))
                .and(words);
    }

    /// A script in a mount namespace of its own.
    private static Command apart(String script) {
        return Command.of("unshare", "--mount", "sh", "-c", script);
    }
}
