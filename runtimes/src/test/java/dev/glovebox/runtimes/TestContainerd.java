package dev.glovebox.runtimes;

import dev.glovebox.containerd.ContainerdClient;
import dev.glovebox.containerd.ContainerdProcess;
import dev.glovebox.containerd.ContainerdSettings;
import dev.glovebox.containerd.Cri;
import dev.glovebox.containerd.image.BuiltinImage;
import dev.glovebox.containerd.image.BuiltinImages;
import dev.glovebox.containerd.image.ImageStore;
import dev.glovebox.containerd.packages.DebianPackages;
import dev.glovebox.runtimes.gvisor.RunscHandler;
import dev.glovebox.runtimes.gvisor.RunscProgram;
import dev.glovebox.runtimes.gvisor.RunscSearch;
import dev.glovebox.runtimes.host.Cgroups;
import dev.glovebox.runtimes.host.HostProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// The machine's containerd with the machine's runc, a real gVisor under the launcher that this
/// build made, and two handlers that do not keep their promise.
///
/// gVisor is Debian's, or the runsc that the system property `glovebox.runsc` names.
final class TestContainerd implements AutoCloseable {
    static final String IMPOSTOR = "impostor";
    static final String HANGING = "hanging";

    private static final Path NATIVE = Path.of("../native/target").toAbsolutePath().normalize();
    private static final Path RUNC = Path.of("/usr/sbin/runc");
    private static final Duration SHORT = Duration.ofSeconds(10);

    final Path directory;
    final RunscHandler.Installed gvisor;
    final Cgroups cgroups = new Cgroups(Path.of("/sys/fs/cgroup"));
    final HostProcesses processes = new HostProcesses(Path.of("/proc"));
    final String cgroup = "/glovebox-it-" + ProcessHandle.current().pid();

    private final ContainerdProcess process;
    private final ContainerdClient client;
    private final BuiltinImage busybox;

    TestContainerd(Path directory) throws IOException {
        this.directory = directory;
        DebianPackages packages =
                new DebianPackages(
                        Path.of("target/packages").toAbsolutePath(), Path.of("/etc/apt"));
        this.gvisor =
                new RunscHandler(
                                directory.resolve("runtimes/runsc"),
                                NATIVE.resolve("runsc-launcher"))
                        .install(runsc(packages));
        this.busybox =
                BuiltinImages.busybox(
                        packages.fetch("bookworm", "busybox-static").file("bin/busybox"));
        BuiltinImage pause = BuiltinImages.pause(NATIVE.resolve("pause"), "it");
        writeNetwork();
        ContainerdSettings settings = settings(pause.name());
        this.process = new ContainerdProcess(settings);
        process.start();
        this.client = new ContainerdClient(settings.socket());
        ImageStore images =
                new ImageStore(
                        client.cri(),
                        client.content(),
                        new ImageStore.Settings(
                                directory.resolve("images"), 1L << 30, Duration.ofSeconds(60)));
        images.ensure(pause);
        images.ensure(busybox);
    }

    Cri cri() {
        return client.cri();
    }

    ContainerdProcess process() {
        return process;
    }

    SandboxRunner runner(Duration patience) {
        return new SandboxRunner(
                cri(),
                cgroups,
                new SandboxRunner.Settings(
                        cgroup, directory.resolve("logs"), busybox.name(), patience));
    }

    HandlerReadiness readiness(SandboxRunner runner, EvidenceFile kept) {
        return new HandlerReadiness(
                cri(),
                cgroups,
                new HandlerProbe(runner, processes, cgroups, Clock.systemUTC()),
                kept);
    }

    Handler gvisorHandler() {
        return claim("runsc", Handler.Kernel.GVISOR);
    }

    Handler runcHandler() {
        return new Handler(
                "runc", Handler.Kernel.SHARED, List.of(RUNC), "it", Setup.direct("test"));
    }

    /// A handler that says of itself that it is gVisor.
    Handler claim(String name, Handler.Kernel kernel) {
        return new Handler(
                name,
                kernel,
                List.of(gvisor.launcher(), gvisor.runsc()),
                gvisor.version().text(),
                Setup.direct("test"));
    }

    /// Command lines of processes of this containerd's pods.
    List<String> leftOver() throws IOException {
        return processes.all().stream()
                .map(seen -> String.join(" ", seen.command()))
                .filter(command -> command.contains(directory.toString()))
                .filter(command -> !command.contains("containerd --config"))
                .filter(command -> !command.contains("java"))
                .toList();
    }

    /// Waits for the shims to end: after a pod's removal they do so by themselves, a moment later.
    void awaitShims() throws InterruptedException, ExecutionException, TimeoutException {
        for (ProcessHandle shim : process.shims()) {
            shim.onExit().get(30, TimeUnit.SECONDS);
        }
    }

    /// Ends the shims with the OCI runtimes that they wait for.
    void killShims() throws InterruptedException, ExecutionException, TimeoutException {
        for (ProcessHandle shim : process.shims()) {
            List<ProcessHandle> all = Stream.concat(shim.descendants(), Stream.of(shim)).toList();
            all.forEach(ProcessHandle::destroyForcibly);
            for (ProcessHandle each : all) {
                each.onExit().get(30, TimeUnit.SECONDS);
            }
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
        process.purge();
        cgroups.remove(cgroup);
    }

    private static RunscSearch.Found runsc(DebianPackages packages) {
        String named = System.getProperty("glovebox.runsc");
        Path runsc =
                named != null
                        ? Path.of(named)
                        : packages.fetch("bookworm-backports", "runsc").file("usr/bin/runsc");
        RunscSearch search =
                new RunscSearch(
                        List.of(Objects.requireNonNull(runsc.getParent())),
                        () -> {
                            throw new AssertionError("nothing need be fetched");
                        },
                        new RunscProgram(SHORT));
        return (RunscSearch.Found) search.find();
    }

    private ContainerdSettings settings(String pause) throws IOException {
        Path state = directory.resolve("r");
        Path hanging = directory.resolve("hanging-runc");
        Files.writeString(
                hanging,
                """
                #!/bin/sh
                for word; do [ "$word" = create ] && exec sleep 600; done
                exec %s "$@"
                """
                        .formatted(RUNC));
        Files.setPosixFilePermissions(hanging, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new ContainerdSettings(
                Path.of("/usr/bin/containerd"),
                List.of(),
                directory.resolve("root"),
                state,
                directory.resolve("containerd.log"),
                Path.of("/usr/lib/cni"),
                directory.resolve("cni"),
                pause,
                List.of(
                        handler("runc", RUNC, state),
                        handler("runsc", gvisor.launcher(), state),
                        handler(IMPOSTOR, RUNC, state),
                        handler(HANGING, hanging, state)));
    }

    private static dev.glovebox.containerd.Handler handler(String name, Path binary, Path state) {
        return new dev.glovebox.containerd.Handler(name, binary, state.resolve("run-" + name));
    }

    private void writeNetwork() throws IOException {
        Path configuration = Files.createDirectories(directory.resolve("cni"));
        Files.writeString(
                configuration.resolve("10-it.conflist"),
                """
                {"cniVersion":"1.0.0","name":"glovebox-runtimes-it","plugins":[{"type":"ptp",
                 "ipam":{"type":"host-local","ranges":[[{"subnet":"10.202.0.0/16"}]],
                  "routes":[{"dst":"0.0.0.0/0"}],"dataDir":"%s"}}]}
                """
                        .formatted(directory.resolve("leases")));
    }
}
