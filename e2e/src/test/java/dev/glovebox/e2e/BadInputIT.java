package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a user gets to read when something is wrong: one line, an exit code, never a stack trace.
@SharedEngine
class BadInputIT {
    private final Engine engine;
    private final Kubectl kubectl;
    @TempDir Path scratch;

    BadInputIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.kubectl = kubectl;
    }

    /// Not 0, and the last line of standard error says why; no line is a frame of a stack.
    static void assertClear(Ran ran) {
        assertThat(ran.exit()).as(ran.toString()).isNotZero();
        assertThat(ran.err()).as(ran.toString()).isNotBlank();
        assertThat(ran.err() + ran.out())
                .as(ran.toString())
                .doesNotContainPattern("(?m)^\\s+at [a-z]+[.\\w$/]+\\(")
                .doesNotContain("Exception in thread")
                .doesNotContain("Caused by:");
    }

    static void assertOneClearLine(Ran ran) {
        assertClear(ran);
        assertThat(ran.err().strip().lines()).as(ran.toString()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run --memory lots -- true",
                "run --timeout soon -- true",
                "run --isolation cage -- true",
                "run --network everything -- true",
                "run --cpus -1 -- true",
                "run --pids none -- true",
                "run --image UPPER:case:twice -- true",
                "run --name Not_A_Name -- true",
                "run --env =x -- true",
                "inspect no-such-pod",
                "image load /no/such/file",
                "image remove example.test/no/such:image",
            })
    void a_wrong_word_gets_one_line(String line) {
        var words = line.split(" ", -1);
        var command =
                engine.command(words[0]).and(java.util.Arrays.copyOfRange(words, 1, words.length));
        assertOneClearLine(command.run());
    }

    @Test
    void an_unknown_subcommand_gets_a_line() {
        assertClear(Engine.launcher("fly").run());
    }

    @Test
    void a_file_that_is_no_image_gets_one_line() throws IOException {
        var file = Files.writeString(scratch.resolve("image.tar"), "not an archive");
        assertOneClearLine(engine.run("image", "load", file.toString()));
    }

    @Test
    void an_unknown_class_is_refused_in_kubernetes_words() {
        var ran = kubectl.apply(Manifests.pod("x", "i", "true", "runtimeClassName: no-such"));
        assertClear(ran);
        assertThat(ran.err()).contains("pod rejected: RuntimeClass \"no-such\" not found");
    }

    @Test
    void malformed_yaml_is_refused() {
        assertClear(kubectl.apply("kind: Pod\n  apiVersion: {"));
        assertClear(
                kubectl.apply(
                        "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: 7}\n"));
        assertClear(
                kubectl.apply(
                        "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: []}\n"));
        assertClear(kubectl.apply("apiVersion: v1\nkind: Nothing\nmetadata: {name: x}\n"));
    }

    @Test
    void a_second_engine_on_the_same_data_directory_is_refused() {
        var ran = engine.command("serve", "--listen", "127.0.0.1:0").run();
        assertClear(ran);
        assertThat(ran.err()).contains(engine.dataDirectory().toString());
    }

    @Test
    void a_port_in_use_is_named() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var other = Engine.in(208);
            var ran = other.upCommand("--listen", "127.0.0.1:" + taken.getLocalPort()).run();
            other.purge();
            assertClear(ran);
            assertThat(ran.err()).contains(Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    void without_root_it_says_what_to_run() {
        for (var subcommand : java.util.List.of("up", "down", "run", "status", "setup")) {
            var line = engine.command(subcommand).line();
            var all =
                    new java.util.ArrayList<>(
                            java.util.List.of("setpriv", "--reuid", "65534", "--clear-groups"));
            all.addAll(line);
            var ran =
                    Command.of(all)
                            .with("GLOVEBOX_BUILD", "never")
                            .with("HOME", "/nonexistent")
                            .run();
            assertOneClearLine(ran);
            assertThat(ran.err()).as(ran.toString()).contains("sudo");
        }
    }

    @Test
    void without_root_the_tests_say_what_to_run() {
        var verify = Path.of("..", "verify").toAbsolutePath().normalize();
        var ran =
                Command.of("setpriv", "--reuid", "65534", "--clear-groups", verify.toString())
                        .with("HOME", "/nonexistent")
                        .run();
        assertOneClearLine(ran);
        assertThat(ran.err()).contains("run: sudo " + verify);
    }

    @Test
    void a_data_directory_that_cannot_be_written_is_named() {
        var other = new Engine(Path.of("/proc/glovebox-e2e"), "unwritable", "10.208.");
        var ran = other.up();
        assertOneClearLine(ran);
        assertThat(ran.err()).contains("/proc/glovebox-e2e");
    }

    @Test
    void a_full_disk_is_named() throws IOException {
        var other = Engine.in(208);
        Files.createDirectories(other.dataDirectory());
        Command.of(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "size=256k",
                        "tmpfs",
                        other.dataDirectory().toString())
                .run()
                .ok();
        try {
            var ran = other.up();
            assertClear(ran);
            assertThat(ran.err()).containsIgnoringCase("no space left");
        } finally {
            other.purge();
            Command.of("umount", "-l", other.dataDirectory().toString()).run();
        }
    }

    @Test
    void a_containerd_that_does_not_start_is_quoted() throws IOException {
        var version = Command.of("containerd", "--version").run().ok().text();
        var fake = Files.createDirectory(scratch.resolve("bin")).resolve("containerd");
        Files.writeString(
                fake,
                "#!/bin/sh\ncase $* in *-v*) echo '%s'; exit 0;; esac\necho 'the plates are cracked' >&2\nexit 3\n"
                        .formatted(version));
        Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwxr-xr-x"));
        var other = Engine.in(208);
        var ran =
                other.upCommand()
                        .with("PATH", fake.getParent() + ":" + System.getenv("PATH"))
                        .run();
        assertClear(ran);
        assertThat(ran.err()).contains("the plates are cracked");
        other.purge().ok();
        assertThat(other.dataDirectory()).doesNotExist();
        assertThat(other.runDirectory()).doesNotExist();
    }

    @Test
    void a_corrupt_database_is_named() throws IOException {
        var other = Engine.in(208);
        var store = Files.createDirectories(other.dataDirectory().resolve("store"));
        Files.writeString(store.resolve("glovebox.db"), "this is no database at all ".repeat(400));
        var ran = other.up();
        other.purge().ok();
        assertClear(ran);
        assertThat(ran.err()).contains("glovebox.db");
    }
}
