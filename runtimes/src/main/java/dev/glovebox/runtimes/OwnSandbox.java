package dev.glovebox.runtimes;

import dev.glovebox.containerd.Cri;
import dev.glovebox.cri.ContainerMetadata;
import dev.glovebox.cri.ContainerState;
import dev.glovebox.cri.ContainerStatus;
import dev.glovebox.cri.ExecSyncResponse;
import dev.glovebox.cri.LinuxContainerConfig;
import dev.glovebox.cri.LinuxContainerResources;
import dev.glovebox.cri.PodSandboxConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A running sandbox of our own. Its containers run the runner's image.
public final class OwnSandbox {
    private static final Duration COMMAND_TIME = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final Cri cri;
    private final String image;
    private final String id;
    private final PodSandboxConfig config;
    private final String cgroup;
    private final Path logs;

    OwnSandbox(
            Cri cri, String image, String id, PodSandboxConfig config, String cgroup, Path logs) {
        this.cri = cri;
        this.image = image;
        this.id = id;
        this.config = config;
        this.cgroup = cgroup;
        this.logs = logs;
    }

    /// A container that has ended.
    ///
    /// @param exitCode its exit code
    /// @param reason containerd's word for it: `Completed`, `Error`, `OOMKilled`
    /// @param output what it wrote to standard output, in UTF-8
    public record Ended(int exitCode, String reason, String output) {}

    /// CRI's id of the sandbox.
    public String id() {
        return id;
    }

    /// The pod's cgroup, which carries the memory limit.
    public String cgroup() {
        return cgroup;
    }

    /// The handler that CRI names for this sandbox.
    public String reportedHandler() {
        return cri.podSandboxStatus(id).getStatus().getRuntimeHandler();
    }

    /// Makes a container that runs a command, and starts it. Answers with its id.
    public String start(String name, List<String> command) {
        return start(name, command, LinuxContainerResources.getDefaultInstance());
    }

    /// The same with limits of its own.
    public String start(String name, List<String> command, LinuxContainerResources limits) {
        String container =
                cri.createContainer(
                        id,
                        SandboxRunner.container(image)
                                .setMetadata(ContainerMetadata.newBuilder().setName(name))
                                .addAllCommand(command)
                                .setLogPath(name + ".log")
                                .setLinux(LinuxContainerConfig.newBuilder().setResources(limits))
                                .build(),
                        config);
        cri.startContainer(container);
        return container;
    }

    /// Runs a command in a container of this sandbox; what it wrote to standard output. Fails where
    /// its exit code is not 0.
    public String ask(String container, List<String> command) throws SandboxFailure {
        ExecSyncResponse answer = cri.execSync(container, command, COMMAND_TIME);
        if (answer.getExitCode() != 0) {
            throw new SandboxFailure(
                    String.join(" ", command)
                            + " ended with exit code "
                            + answer.getExitCode()
                            + " in the probe pod: "
                            + answer.getStderr().toStringUtf8().strip());
        }
        return answer.getStdout().toStringUtf8().strip();
    }

    /// What is looked at while a container runs.
    @FunctionalInterface
    public interface Look {
        /// Looks once; often, so it has to be quick.
        void now() throws IOException;
    }

    /// Waits until a container has ended; the caller's thread is interrupted when the sandbox's
    /// time is up.
    public Ended await(String container, String name) throws InterruptedException, IOException {
        return await(container, name, () -> {});
    }

    /// The same, and looks at something meanwhile.
    public Ended await(String container, String name, Look look)
            throws InterruptedException, IOException {
        CountDownLatch never = new CountDownLatch(1);
        ContainerStatus status = cri.containerStatus(container).getStatus();
        while (status.getState() != ContainerState.CONTAINER_EXITED) {
            look.now();
            pause(never);
            status = cri.containerStatus(container).getStatus();
        }
        return new Ended(status.getExitCode(), status.getReason(), output(name));
    }

    /// Whether a container ends before the time has passed.
    public boolean endsWithin(String container, Duration time) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long until = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < until) {
            if (cri.containerStatus(container).getStatus().getState()
                    == ContainerState.CONTAINER_EXITED) {
                return true;
            }
            pause(never);
        }
        return false;
    }

    private static void pause(CountDownLatch never) throws InterruptedException {
        if (never.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("nobody counts this latch down");
        }
    }

    /// Reads CRI's log format: a time, the stream, a tag and the text in each line.
    private String output(String name) throws IOException {
        Path file = logs.resolve(name + ".log");
        if (!Files.exists(file)) {
            return "";
        }
        return Files.readString(file, StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split(" ", 4))
                .filter(parts -> parts.length == 4 && parts[1].equals("stdout"))
                .map(parts -> parts[3])
                .collect(Collectors.joining("\n"));
    }
}
