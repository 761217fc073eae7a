package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.containerd.ContainerdClient;
import dev.glovebox.containerd.Cri;
import dev.glovebox.containerd.CriException;
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
import dev.glovebox.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A machine whose first process is systemd, with Debian's containerd as a unit: namespaces of the
/// test's own over this machine's files. Nothing that is changed there is changed here.
final class SystemdNode implements AutoCloseable {
    static final Path CONFIGURATION = Path.of("/etc/containerd/config.toml");

    private static final String IMAGE = "example.test/busybox:1";
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final Path BOOT =
            Path.of("src/test/resources/systemd/boot.sh").toAbsolutePath().normalize();
    private static final Duration SHORT = Duration.ofSeconds(10);

    private final Path directory;
    private final String name;
    private final Process namespaces;
    private final long systemd;
    private final ContainerdClient client;

    SystemdNode() throws IOException, InterruptedException {
        for (var program : List.of("/lib/systemd/systemd", "/usr/bin/containerd")) {
            assertThat(Path.of(program))
                    .as("this test wants Debian's systemd and containerd")
                    .exists();
        }
        this.directory = Files.createTempDirectory(Path.of("/tmp"), "gs").toRealPath();
        this.name = "glovebox-" + directory.getFileName();
        Files.createDirectory(directory.resolve("layer"));
        Files.writeString(directory.resolve("config.toml"), CONFIGURATION_TEXT);
        Files.copy(
                new Debian("bookworm").unpacked("busybox-static").resolve("bin/busybox"),
                directory.resolve("busybox"));
        this.namespaces =
                step("begin").and(REPOSITORY.toString()).startTo(directory.resolve("log"));
        this.systemd = firstProcess();
        Await.until(() -> {
            var state = systemctl("is-system-running").run();
            assertThat(state.text()).as(state + log()).isNotEqualTo("degraded");
            return state.exit() == 0;
        });
        this.client =
                new ContainerdClient(
                        Path.of("/proc/" + systemd + "/root/run/containerd/containerd.sock"));
        importImages();
    }

    /// A command on that machine.
    Command inside(String... words) {
        return step("run").and(Long.toString(systemd)).and(words);
    }

    Command systemctl(String... words) {
        return inside("systemctl", "--no-pager").and(words);
    }

    /// The launcher, as root of that machine would call it.
    Command glovebox(String... words) {
        return inside(REPOSITORY.resolve("glovebox").toString())
                .and(words)
                .with("GLOVEBOX_BUILD", "never");
    }

    /// A file of that machine.
    Path file(Path there) {
        return Path.of("/proc/" + systemd + "/root" + there);
    }

    /// One of the properties that `systemctl show` has of containerd's unit.
    String unit(String property) {
        return systemctl("show", "containerd", "--value", "-p", property).run().ok().text();
    }

    /// Adds to containerd's unit, as `systemctl edit` does.
    void edit(String text) throws IOException {
        var own =
                Files.createDirectories(file(Path.of("/run/systemd/system/containerd.service.d")));
        Files.writeString(own.resolve("test.conf"), text);
        systemctl("daemon-reload").run().ok();
    }

    /// Takes away what [#edit] added, and has containerd run.
    void mend() throws IOException {
        Files.deleteIfExists(file(Path.of("/run/systemd/system/containerd.service.d/test.conf")));
        systemctl("daemon-reload").run().ok();
        systemctl("reset-failed", "containerd").run();
        systemctl("start", "containerd").run().ok();
    }

    /// Starts a pod on the machine's network; its container's id.
    ///
    /// @param handler empty for containerd's default
    String run(String pod, String handler) {
        var config =
                PodSandboxConfig.newBuilder()
                        .setMetadata(
                                PodSandboxMetadata.newBuilder()
                                        .setName(pod)
                                        .setUid(pod)
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
        var sandbox = cri().runPodSandbox(config, handler);
        var container =
                cri().createContainer(
                                sandbox,
                                ContainerConfig.newBuilder()
                                        .setMetadata(ContainerMetadata.newBuilder().setName("c"))
                                        .setImage(ImageSpec.newBuilder().setImage(IMAGE))
                                        .addAllCommand(List.of("sleep", "3000"))
                                        .build(),
                                config);
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

    /// CRI of the containerd that runs now.
    private Cri cri() {
        client.reconnect();
        Await.until(() -> {
            try {
                client.cri().version();
                return true;
            } catch (CriException e) {
                return false; // systemd starts it at the moment
            }
        });
        return client.cri();
    }

    private Command step(String what) {
        return Command.of("sh", BOOT.toString(), what, directory.toString(), name);
    }

    private long firstProcess() {
        Await.until(() -> {
            assertThat(namespaces.isAlive()).as(log()).isTrue();
            return namespaces
                    .children()
                    .anyMatch(child -> child.info().command().orElse("").endsWith("/systemd"));
        });
        return namespaces.children().findFirst().orElseThrow().pid();
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// busybox, as itself and as the pause container: it sleeps as well as any.
    private void importImages() throws IOException {
        var root = directory.resolve("image");
        var bin = Files.createDirectories(root.resolve("bin"));
        Files.copy(directory.resolve("busybox"), bin.resolve("busybox"));
        for (var applet : List.of("sh", "sleep", "uname")) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        var image = Image.of(root, List.of("/bin/sleep", "2147483647"));
        for (var each : List.of("example.test/pause:1", IMAGE)) {
            var archive = file(Path.of("/run/image.tar"));
            image.dockerSave(each, archive);
            inside("ctr", "-n", "k8s.io", "images", "import", "/run/image.tar").run().ok();
            Files.delete(archive);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
        // The kernel ends whatever still runs there with systemd.
        namespaces.destroyForcibly().onExit().join();
        Await.until(() -> step("clear").run().exit() == 0);
        Command.of("rm", "-rf", directory.toString()).run().ok();
    }

    private static final String CONFIGURATION_TEXT =
            """
            version = 2

            # As Debian has it, with a pause image that is here.
            [plugins]
              [plugins."io.containerd.grpc.v1.cri"]
                sandbox_image = "example.test/pause:1"
                restrict_oom_score_adj = true
                [plugins."io.containerd.grpc.v1.cri".cni]
                  bin_dir = "/usr/lib/cni"
                  conf_dir = "/etc/cni/net.d"
              [plugins."io.containerd.internal.v1.opt"]
                path = "/var/lib/containerd"
            """;
}
