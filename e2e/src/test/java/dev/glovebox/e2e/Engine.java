package dev.glovebox.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// An engine of the tests' own, driven by the launcher as a user drives it. It has its own data
/// directory, node name, port and pod network, so that it runs beside any other on the machine.
///
/// @param network the first two numbers of its pods' addresses, `10.205.`
record Engine(Path dataDirectory, String node, String network) {
    private static final Map<Engine, String> BUSYBOXES = new ConcurrentHashMap<>();
    private static final Path LAUNCHER = Path.of("..", "glovebox").toAbsolutePath().normalize();

    /// An engine that is not started yet, in a new directory.
    static Engine in(int network) {
        try {
            var directory = Files.createTempDirectory(Path.of("/tmp"), "gb").toRealPath();
            return new Engine(
                    directory.resolve("data"),
                    "e2e-" + directory.getFileName(),
                    "10." + network + ".");
        } catch (IOException e) {
            throw new UncheckedIOException("no directory for an engine", e);
        }
    }

    /// The launcher with a subcommand for this engine; the subcommand's own words follow.
    Command command(String subcommand, String... words) {
        var line =
                new ArrayList<>(
                        List.of(
                                LAUNCHER.toString(),
                                subcommand,
                                "--data-dir",
                                dataDirectory.toString()));
        line.addAll(List.of(words));
        return launched(line);
    }

    /// The launcher with words that concern no engine.
    static Command launcher(String... words) {
        var line = new ArrayList<>(List.of(LAUNCHER.toString()));
        line.addAll(List.of(words));
        return launched(line);
    }

    /// With another containerd than the machine's own where the tests were told so: that of the
    /// suite of Debian that the property names.
    private static Command launched(List<String> line) {
        var command = Command.of(line).with("GLOVEBOX_BUILD", "never");
        var suite = System.getProperty("glovebox.containerd", "");
        if (suite.isEmpty()) {
            return command;
        }
        var newer = new Debian(suite).unpacked("containerd").resolve("usr/bin");
        return command.with("PATH", newer + ":" + System.getenv("PATH"));
    }

    Ran run(String subcommand, String... words) {
        return command(subcommand, words).run();
    }

    /// Starts it and waits until its node is Ready, as `up` does.
    Ran up(String... words) {
        return upCommand(words).run();
    }

    /// What runtimes take is measured by no engine of itself: pods would have another size from one
    /// moment to the next, and every test would wait for the processors.
    Command upCommand(String... words) {
        return command(
                        "up",
                        "--yes",
                        "--node-name",
                        node,
                        "--pod-cidr",
                        network + "0.0/16",
                        "--listen",
                        "127.0.0.1:0",
                        "--measure-after",
                        "never")
                .and(words)
                .within(Duration.ofMinutes(5));
    }

    Ran purge() {
        return command("down", "--purge", "--yes").within(Duration.ofMinutes(3)).run();
    }

    /// The administrator's; `KubectlIT` sees that `kubeconfig` names it.
    Path kubeconfig() {
        return dataDirectory.resolve("admin.kubeconfig");
    }

    Kubectl kubectl() {
        return new Kubectl(Kubectl.newest(), kubeconfig());
    }

    JsonNode status() {
        return Kubectl.json(run("status", "--json").ok().out());
    }

    /// The engine's process, as `status --json` names it.
    long pid() {
        return status().required("pid").longValue();
    }

    /// Eight hexadecimal digits that its network, its table and its run directory are named by.
    String mark() {
        var text = dataDirectory.toString().getBytes(StandardCharsets.UTF_8);
        return Image.digest(text).substring("sha256:".length(), "sha256:".length() + 8);
    }

    Path runDirectory() {
        return Path.of("/run/glovebox", mark());
    }

    /// The name of the busybox image that every node has; an engine is asked once.
    String busybox() {
        return BUSYBOXES.computeIfAbsent(this, Engine::askedForBusybox);
    }

    private String askedForBusybox() {
        for (var image : Kubectl.json(run("image", "list", "--json").ok().out())) {
            for (var name : image.required("names")) {
                if (name.textValue().startsWith("glovebox.dev/busybox:")) {
                    return name.textValue();
                }
            }
        }
        throw new AssertionError("no busybox among " + run("image", "list"));
    }

    MachineState machineState() {
        return MachineState.of(this, network);
    }
}
