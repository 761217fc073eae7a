package dev.glovebox.runtimes.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.containerd.ContainerdClient;
import dev.glovebox.containerd.Cri;
import dev.glovebox.containerd.image.BuiltinImage;
import dev.glovebox.containerd.image.BuiltinImages;
import dev.glovebox.containerd.image.ImageStore;
import dev.glovebox.containerd.packages.DebianPackages;
import dev.glovebox.containerd.packages.UnpackedPackage;
import dev.glovebox.cri.ContainerConfig;
import dev.glovebox.cri.ContainerMetadata;
import dev.glovebox.cri.ContainerState;
import dev.glovebox.cri.ImageSpec;
import dev.glovebox.cri.LinuxPodSandboxConfig;
import dev.glovebox.cri.LinuxSandboxSecurityContext;
import dev.glovebox.cri.NamespaceMode;
import dev.glovebox.cri.NamespaceOption;
import dev.glovebox.cri.PodSandboxConfig;
import dev.glovebox.cri.PodSandboxFilter;
import dev.glovebox.cri.PodSandboxMetadata;
import dev.glovebox.runtimes.Setup.Lane;
import dev.glovebox.runtimes.gvisor.Platform;
import dev.glovebox.runtimes.host.Digest;
import dev.glovebox.runtimes.install.Gvisor;
import dev.glovebox.runtimes.install.GvisorWishes;
import dev.glovebox.runtimes.install.Links;
import dev.glovebox.runtimes.install.LocalFile;
import dev.glovebox.runtimes.install.RuntimeInstaller;
import dev.glovebox.runtimes.install.Voucher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A machine with a plain containerd of somebody else's: no network, runc alone, restarted by a
/// command that leaves its pods; and with Debian's gVisor, installed into a prefix of its own.
final class ForeignNode implements AutoCloseable {
    private static final Path NATIVE = Path.of("../native/target").toAbsolutePath().normalize();

    private static final Duration SHORT = Duration.ofSeconds(10);

    final Path config;
    final List<String> said = new ArrayList<>();

    private final Path directory;
    private final Path prefix;
    private final Path socket;
    private final DebianPackages packages =
            new DebianPackages(Path.of("target/packages").toAbsolutePath(), Path.of("/etc/apt"));
    private final BuiltinImage busybox =
            BuiltinImages.busybox(fetched("bookworm", "busybox-static").file("bin/busybox"));
    private final ContainerdClient client;

    /// What its configuration says.
    enum Configuration {
        /// No more than Debian's own file and where it lives, in version 2.
        SHORT,
        /// All that containerd has by itself.
        COMPLETE
    }

    /// With the containerd of a suite of Debian.
    ForeignNode(Path directory, String suite, Configuration text)
            throws IOException, InterruptedException {
        this.directory = directory;
        this.config = directory.resolve("config.toml");
        this.prefix = directory.resolve("local");
        this.socket = directory.resolve("s");
        BuiltinImage pause = BuiltinImages.pause(NATIVE.resolve("pause"), "foreign");
        Path containerd = fetched(suite, "containerd").file("usr/bin/containerd");
        Files.writeString(
                config,
                switch (text) {
                    case SHORT -> shortConfiguration(pause.name());
                    case COMPLETE -> completeConfiguration(containerd, pause.name());
                });
        script("restart", RESTART.formatted(directory, containerd.getParent(), containerd));
        script("down", DOWN.formatted(directory));
        new RestartCommand(restart()).run();
        this.client = new ContainerdClient(socket);
        try (LiveContainerd live = new LiveContainerd(socket)) {
            assertThat(live.awaitHandlers(Duration.ofSeconds(30), handlers -> true)).isTrue();
        }
        ImageStore images =
                new ImageStore(
                        cri(),
                        client.content(),
                        ImageStore.Settings.in(directory.resolve("images")));
        images.ensure(pause);
        images.ensure(busybox);
        installGvisor();
    }

    /// Configures it, as `runtimes configure` does.
    void configure(Optional<Lane> lane, boolean replace) throws InterruptedException {
        said.clear();
        ConfigureRequest request =
                new ConfigureRequest(
                        config,
                        "runsc",
                        lane,
                        replace,
                        prefix,
                        Optional.empty(),
                        socket,
                        restart());
        Machine machine =
                new Machine(List.of(Path.of("/bin")), Path.of("/proc/self/status"), () -> busybox);
        new Configuring(request, machine, said::add).run();
    }

    void undo() throws InterruptedException {
        said.clear();
        new Undoing(prefix, said::add).undo(config, "runsc", Optional.empty(), Optional.empty());
    }

    /// Starts a pod; its container's id.
    ///
    /// @param handler empty for containerd's default
    String run(String name, String handler) {
        PodSandboxConfig pod =
                PodSandboxConfig.newBuilder()
                        .setMetadata(
                                PodSandboxMetadata.newBuilder()
                                        .setName(name)
                                        .setUid(name)
                                        .setNamespace("theirs"))
                        .setLinux(
                                LinuxPodSandboxConfig.newBuilder()
                                        .setSecurityContext(
                                                LinuxSandboxSecurityContext.newBuilder()
                                                        .setNamespaceOptions(
                                                                NamespaceOption.newBuilder()
                                                                        .setNetwork(
                                                                                NamespaceMode
                                                                                        .NODE))))
                        .build();
        String sandbox = cri().runPodSandbox(pod, handler);
        String container =
                cri().createContainer(
                                sandbox,
                                ContainerConfig.newBuilder()
                                        .setMetadata(ContainerMetadata.newBuilder().setName("c"))
                                        .setImage(ImageSpec.newBuilder().setImage(busybox.name()))
                                        .addAllCommand(List.of("sleep", "600"))
                                        .build(),
                                pod);
        cri().startContainer(container);
        return container;
    }

    /// What `uname -r` says in a container.
    String kernel(String container) {
        return cri().execSync(container, List.of("uname", "-r"), SHORT).getStdout().toStringUtf8();
    }

    boolean runs(String container) {
        return cri().containerStatus(container).getStatus().getState()
                == ContainerState.CONTAINER_RUNNING;
    }

    void remove(String name) {
        for (var pod : cri().listPodSandbox(PodSandboxFilter.getDefaultInstance())) {
            if (pod.getMetadata().getName().equals(name)) {
                cri().stopPodSandbox(pod.getId());
                cri().removePodSandbox(pod.getId());
            }
        }
    }

    /// How many pods there are.
    int pods() {
        return cri().listPodSandbox(PodSandboxFilter.getDefaultInstance()).size();
    }

    /// The program that the handler would run in place of gVisor from now on.
    void putInPlaceOfTheLauncher(Path program) throws IOException {
        Path link = prefix.resolve("bin/runsc-launcher");
        Files.delete(link);
        Files.createSymbolicLink(link, program);
    }

    private Cri cri() {
        return client.cri();
    }

    private List<String> restart() {
        return List.of("sh", directory.resolve("restart").toString());
    }

    private UnpackedPackage fetched(String suite, String name) {
        return packages.unpacked(suite, name).orElseGet(() -> packages.fetch(suite, name));
    }

    /// As `runtimes install gvisor --system` does, with a prefix of its own: Debian's, in the
    /// version that tests have.
    private void installGvisor() throws IOException, InterruptedException {
        Path runsc = fetched("bookworm-backports", "runsc").file("usr/bin/runsc");
        Path owned = prefix.resolve("lib/glovebox");
        RuntimeInstaller.Outcome outcome =
                new RuntimeInstaller(owned, home -> false, Clock.systemUTC(), said::add)
                        .install(
                                new Gvisor(
                                        NATIVE.resolve("runsc-launcher"),
                                        new GvisorWishes(
                                                Optional.of(Platform.SYSTRAP), true, false)),
                                new LocalFile(
                                        runsc,
                                        Voucher.sha512(Digest.hex(runsc, "SHA-512")),
                                        "runsc"),
                                Links.in(prefix.resolve("bin"), owned));
        assertThat(outcome.changed()).isTrue();
    }

    private String shortConfiguration(String pause) {
        return """
        version = 2
        root = "%1$s/root"
        state = "%1$s/state"
        oom_score = 0

        [grpc]
          address = "%1$s/s"

        [plugins]
          [plugins."io.containerd.grpc.v1.cri"]
            sandbox_image = "%2$s"
            restrict_oom_score_adj = true
            [plugins."io.containerd.grpc.v1.cri".cni]
              bin_dir = "/usr/lib/cni"
              conf_dir = "%1$s/cni"
          [plugins."io.containerd.internal.v1.opt"]
            path = "%1$s/opt"
        """
                .formatted(directory, pause);
    }

    private String completeConfiguration(Path containerd, String pause) throws IOException {
        Path defaults = directory.resolve("default.toml");
        Process process =
                new ProcessBuilder(containerd.toString(), "config", "default")
                        .redirectOutput(defaults.toFile())
                        .start();
        process.onExit().join();
        return Files.readString(defaults)
                .replace("/run/containerd/containerd.sock", socket.toString())
                .replace("/run/containerd", directory.resolve("state").toString())
                .replace("/var/lib/containerd", directory.resolve("root").toString())
                .replace("/opt/containerd", directory.resolve("opt").toString())
                .replace("/etc/cni/net.d", directory.resolve("cni").toString())
                .replaceAll("(sandbox_image|sandbox) = .*", "$1 = \"" + pause + "\"")
                .replaceAll("restrict_oom_score_adj = .*", "restrict_oom_score_adj = true");
    }

    private void script(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Override
    public void close() throws IOException {
        for (var pod : cri().listPodSandbox(PodSandboxFilter.getDefaultInstance())) {
            cri().stopPodSandbox(pod.getId());
            cri().removePodSandbox(pod.getId());
        }
        client.close();
        try {
            new RestartCommand(List.of("sh", directory.resolve("down").toString())).run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while containerd was ended", e);
        }
        // containerd 2 forgets some that were there before its restart.
        shims().forEach(ProcessHandle::destroyForcibly);
    }

    private Stream<ProcessHandle> shims() {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        process.info()
                                .commandLine()
                                .filter(line -> line.contains("containerd-shim"))
                                .filter(line -> line.contains(socket.toString()))
                                .isPresent());
    }

    /// As systemd does it: containerd ends, its shims go on.
    private static final String STOP =
            """
            cd %1$s
            if [ -e pid ]; then
                kill "$(cat pid)"
                i=0
                while kill -0 "$(cat pid)" 2>/dev/null && [ $i -lt 100 ]; do
                    sleep 0.05
                    i=$((i + 1))
                done
            fi
            """;

    private static final String RESTART =
            STOP
                    + """
                    PATH=%2$s:$PATH setsid %3$s -c %1$s/config.toml </dev/null >>log 2>&1 &
                    echo $! >pid
                    """;

    private static final String DOWN =
            STOP
                    + """
                    while read -r _ point _; do
                        case $point in %1$s/*) umount -l "$point" ;; esac
                    done </proc/self/mounts
                    rm -rf root state
                    """;
}
