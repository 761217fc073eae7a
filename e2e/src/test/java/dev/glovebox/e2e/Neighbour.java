package dev.glovebox.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Another containerd on the machine with a running container, as Docker or a Kubernetes would have
/// it: the same binaries and the same places that containerd does not let one choose.
final class Neighbour implements AutoCloseable {
    private static final String CONTAINER = "neighbour";
    private final Path home;
    private final Process containerd;

    private Neighbour(Path home, Process containerd) {
        this.home = home;
        this.containerd = containerd;
    }

    /// Starts it and its container, with a root file system of its own and busybox in it.
    static Neighbour start() {
        try {
            var home = Files.createTempDirectory(Path.of("/tmp"), "nb").toRealPath();
            var config = home.resolve("config.toml");
            Files.writeString(
                    config,
                    """
                    version = 2
                    root = "%1$s/root"
                    state = "%1$s/state"
                    disabled_plugins = ["io.containerd.grpc.v1.cri"]
                    [grpc]
                      address = "%1$s/sock"
                    """
                            .formatted(home));
            var log = home.resolve("log").toFile();
            var process =
                    new ProcessBuilder("containerd", "--config", config.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(log)
                            .start();
            var neighbour = new Neighbour(home, process);
            neighbour.run();
            return neighbour;
        } catch (IOException e) {
            throw new UncheckedIOException("no second containerd", e);
        }
    }

    private void run() throws IOException {
        var bin = Files.createDirectories(home.resolve("rootfs/bin"));
        Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
        for (var name : List.of("proc", "sys", "dev", "tmp")) {
            Files.createDirectories(home.resolve("rootfs").resolve(name));
        }
        var deadline = Instant.now().plus(Duration.ofSeconds(30));
        while (ctr("version").exit() != 0) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError(Files.readString(home.resolve("log")));
            }
            Command.of("sleep", "0.1").run();
        }
        ctr(
                        "run",
                        "--detach",
                        "--rootfs",
                        home + "/rootfs",
                        CONTAINER,
                        "/bin/busybox",
                        "sleep",
                        "100000")
                .ok();
    }

    /// The container's process and its containerd, with their start times; its mounts; its shim's
    /// socket.
    List<String> facts() {
        var tasks =
                ctr("task", "ls").ok().lines().stream()
                        .filter(line -> line.startsWith(CONTAINER))
                        .toList();
        var pid = tasks.getFirst().split("\\s+", -1)[1];
        Optional<Instant> started =
                ProcessHandle.of(Long.parseLong(pid)).flatMap(each -> each.info().startInstant());
        var mounts =
                Command.of("sh", "-c", "grep -c \"$0\" /proc/self/mountinfo", home.toString())
                        .run()
                        .text();
        var answer =
                ctr("task", "exec", "--exec-id", "ask", CONTAINER, "/bin/busybox", "echo", "alive")
                        .ok()
                        .text();
        return List.of(
                tasks.getFirst(),
                started.toString(),
                Boolean.toString(containerd.isAlive()),
                mounts,
                answer);
    }

    private Ran ctr(String... words) {
        return Command.of("ctr", "--address", home + "/sock").and(words).run();
    }

    @Override
    public void close() {
        ctr("task", "kill", "--signal", "KILL", CONTAINER);
        ctr("task", "rm", "--force", CONTAINER);
        ctr("container", "rm", CONTAINER);
        containerd.destroy();
        containerd.onExit().join();
        Command.of("rm", "-rf", home.toString()).run().ok();
    }
}
