package dev.glovebox.containerd;

import dev.glovebox.containerd.image.BuiltinImage;
import dev.glovebox.containerd.image.BuiltinImages;
import dev.glovebox.containerd.image.ImageStore;
import dev.glovebox.containerd.packages.DebianPackages;
import dev.glovebox.cri.ContainerConfig;
import dev.glovebox.cri.ContainerMetadata;
import dev.glovebox.cri.ContainerState;
import dev.glovebox.cri.ContainerStatus;
import dev.glovebox.cri.ImageSpec;
import dev.glovebox.cri.LinuxPodSandboxConfig;
import dev.glovebox.cri.LinuxSandboxSecurityContext;
import dev.glovebox.cri.NamespaceMode;
import dev.glovebox.cri.NamespaceOption;
import dev.glovebox.cri.PodSandboxConfig;
import dev.glovebox.cri.PodSandboxMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// A pod of busybox containers on the host's network, in the machine's containerd under the
/// machine's runc, as root.
final class TestPod implements AutoCloseable {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    private final Path logs;
    private final String cgroup = "glovebox-it-" + ProcessHandle.current().pid();
    private final ContainerdProcess process;
    private final ContainerdClient client;
    private final BuiltinImage busybox;
    private final PodSandboxConfig config;
    private final String sandbox;

    TestPod(Path directory) throws IOException {
        DebianPackages packages =
                new DebianPackages(
                        Path.of("target/packages").toAbsolutePath(), Path.of("/etc/apt"));
        busybox =
                BuiltinImages.busybox(
                        packages.fetch("bookworm", "busybox-static").file("bin/busybox"));
        BuiltinImage pause = BuiltinImages.pause(Path.of("../native/target/pause"), "it");
        logs = Files.createDirectories(directory.resolve("logs"));
        ContainerdSettings settings = settings(directory, pause.name());
        process = new ContainerdProcess(settings);
        process.start();
        client = new ContainerdClient(settings.socket());
        ImageStore images =
                new ImageStore(
                        client.cri(),
                        client.content(),
                        new ImageStore.Settings(
                                directory.resolve("images"), 1L << 30, Duration.ofSeconds(60)));
        images.ensure(pause);
        images.ensure(busybox);
        config = config();
        sandbox = cri().runPodSandbox(config, "runc");
    }

    Cri cri() {
        return client.cri();
    }

    /// A container that runs a command and logs to a file of its name.
    ContainerConfig.Builder container(String name, String... command) {
        return ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName(name))
                .setImage(ImageSpec.newBuilder().setImage(busybox.name()))
                .addAllCommand(List.of(command))
                .setLogPath(name);
    }

    /// Starts a container. Answers with its id.
    String start(ContainerConfig.Builder container) {
        String id = cri().createContainer(sandbox, container.build(), config);
        cri().startContainer(id);
        return id;
    }

    int awaitExit(String container) throws InterruptedException {
        while (true) {
            ContainerStatus status = cri().containerStatus(container).getStatus();
            if (status.getState() == ContainerState.CONTAINER_EXITED) {
                return status.getExitCode();
            }
            Thread.sleep(Duration.ofMillis(50));
        }
    }

    /// The lines in a container's log, without what CRI puts before each.
    List<String> log(String name) throws IOException {
        return Files.readAllLines(logs.resolve(name)).stream()
                .map(line -> line.split(" ", 4)[3])
                .toList();
    }

    @Override
    public void close() throws IOException {
        client.close();
        process.purge();
        try (Stream<Path> hierarchies = Files.list(CGROUPS)) {
            for (Path hierarchy : hierarchies.toList()) {
                Files.deleteIfExists(hierarchy.resolve(cgroup));
            }
        }
        Files.deleteIfExists(CGROUPS.resolve(cgroup));
    }

    private PodSandboxConfig config() {
        return PodSandboxConfig.newBuilder()
                .setMetadata(
                        PodSandboxMetadata.newBuilder()
                                .setName("pod")
                                .setNamespace("it")
                                .setUid("it"))
                .setLogDirectory(logs.toString())
                .setLinux(
                        LinuxPodSandboxConfig.newBuilder()
                                .setCgroupParent("/" + cgroup)
                                .setSecurityContext(
                                        LinuxSandboxSecurityContext.newBuilder()
                                                .setNamespaceOptions(
                                                        NamespaceOption.newBuilder()
                                                                .setNetwork(NamespaceMode.NODE))))
                .build();
    }

    private static ContainerdSettings settings(Path directory, String pause) throws IOException {
        Path state = directory.resolve("r");
        return new ContainerdSettings(
                Path.of("/usr/bin/containerd"),
                List.of(),
                directory.resolve("root"),
                state,
                directory.resolve("containerd.log"),
                Path.of("/usr/lib/cni"),
                Files.createDirectories(directory.resolve("cni")),
                pause,
                List.of(new Handler("runc", Path.of("/usr/sbin/runc"), state.resolve("runc"))));
    }
}
