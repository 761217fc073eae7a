package dev.glovebox.runtimes;

import dev.glovebox.containerd.Cri;
import dev.glovebox.containerd.CriException;
import dev.glovebox.containerd.Trees;
import dev.glovebox.cri.ContainerConfig;
import dev.glovebox.cri.ImageSpec;
import dev.glovebox.cri.LinuxPodSandboxConfig;
import dev.glovebox.cri.LinuxSandboxSecurityContext;
import dev.glovebox.cri.NamespaceMode;
import dev.glovebox.cri.NamespaceOption;
import dev.glovebox.cri.PodSandbox;
import dev.glovebox.cri.PodSandboxConfig;
import dev.glovebox.cri.PodSandboxFilter;
import dev.glovebox.cri.PodSandboxMetadata;
import dev.glovebox.runtimes.host.Cgroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one way to start a sandbox for ourselves: through CRI, below the API, outside scheduling and
/// policy, limited in time and always removed again. Such sandboxes are in CRI's namespace
/// [#NAMESPACE] and carry the label [#LABEL], by which the node agent knows to leave them alone.
public final class SandboxRunner {
    /// Namespace in the metadata of our own sandboxes.
    public static final String NAMESPACE = "glovebox-probe";

    /// Label of our own sandboxes; its value is the sandbox's uid.
    public static final String LABEL = "glovebox.dev/probe";

    private static final Logger log = LoggerFactory.getLogger(SandboxRunner.class);
    private static final Duration CLEANING = Duration.ofSeconds(30);

    private final Cri cri;
    private final Cgroups cgroups;
    private final Settings settings;

    /// Starts sandboxes on one containerd.
    public SandboxRunner(Cri cri, Cgroups cgroups, Settings settings) {
        this.cri = Objects.requireNonNull(cri, "cri");
        this.cgroups = Objects.requireNonNull(cgroups, "cgroups");
        this.settings = Objects.requireNonNull(settings, "settings");
    }

    /// Where our own sandboxes go.
    ///
    /// @param cgroup the parent of their cgroups, absolute
    /// @param logs a directory for their containers' logs, which each sandbox leaves empty
    /// @param image an image that is there and has busybox's commands
    /// @param patience how long one sandbox may take from first to last
    /// @param network what they are connected to
    public record Settings(
            String cgroup, Path logs, String image, Duration patience, Network network) {
        /// The cgroup's path is absolute and has no slash at its end.
        public Settings {
            if (!cgroup.startsWith("/") || cgroup.endsWith("/")) {
                throw new IllegalArgumentException("not a cgroup's path: " + cgroup);
            }
            Objects.requireNonNull(logs, "logs");
            Objects.requireNonNull(image, "image");
            Objects.requireNonNull(patience, "patience");
            Objects.requireNonNull(network, "network");
        }

        /// The same with a pod's network.
        public Settings(String cgroup, Path logs, String image, Duration patience) {
            this(cgroup, logs, image, patience, Network.POD);
        }
    }

    /// What our own sandboxes are connected to.
    public enum Network {
        /// A pod's network, by CNI.
        POD,
        /// None that CNI makes: for a containerd without one. CRI calls it the node's, which for
        /// gVisor is a network of its own with nothing in it.
        NONE
    }

    /// What is done with a sandbox while it runs.
    @FunctionalInterface
    public interface Use<T> {
        /// Runs on a virtual thread that is interrupted when the time is up.
        T with(OwnSandbox sandbox) throws IOException, InterruptedException, SandboxFailure;
    }

    /// Starts a sandbox under a handler, with a memory limit in bytes on its cgroup, uses it and
    /// removes it. Fails where the handler does not start it, where the use fails, or where all of
    /// it takes too long.
    public <T> T run(String handler, long memoryLimit, Use<T> use)
            throws SandboxFailure, InterruptedException {
        String uid = UUID.randomUUID().toString();
        try {
            return within(
                    settings.patience(),
                    "the probe pod under handler \"" + handler + "\"",
                    () -> runNow(handler, uid, memoryLimit, use));
        } finally {
            clean(uid);
        }
    }

    /// Removes what an earlier process may have left behind when it was killed.
    public void sweep() throws InterruptedException {
        for (PodSandbox sandbox : cri.listPodSandbox(PodSandboxFilter.getDefaultInstance())) {
            if (sandbox.getMetadata().getNamespace().equals(NAMESPACE)
                    && sandbox.containsLabels(LABEL)) {
                clean(sandbox.getLabelsOrThrow(LABEL));
            }
        }
    }

    private <T> T runNow(String handler, String uid, long memoryLimit, Use<T> use)
            throws IOException, InterruptedException, SandboxFailure {
        cgroups.create(cgroup(uid), memoryLimit);
        Files.createDirectories(logs(uid));
        PodSandboxConfig config = config(handler, uid);
        String id = cri.runPodSandbox(config, handler);
        return use.with(new OwnSandbox(cri, settings.image(), id, config, cgroup(uid), logs(uid)));
    }

    private PodSandboxConfig config(String handler, String uid) {
        PodSandboxConfig.Builder config = PodSandboxConfig.newBuilder();
        if (settings.network() == Network.POD) {
            config.setHostname("probe"); // there is no name of its own in the node's network
        }
        return config.setMetadata(
                        PodSandboxMetadata.newBuilder()
                                .setNamespace(NAMESPACE)
                                .setName(handler)
                                .setUid(uid))
                .setLogDirectory(logs(uid).toString())
                .putLabels(LABEL, uid)
                .setLinux(
                        LinuxPodSandboxConfig.newBuilder()
                                .setCgroupParent(cgroup(uid))
                                .setSecurityContext(security()))
                .build();
    }

    private LinuxSandboxSecurityContext security() {
        return switch (settings.network()) {
            case POD -> LinuxSandboxSecurityContext.getDefaultInstance();
            case NONE ->
                    LinuxSandboxSecurityContext.newBuilder()
                            .setNamespaceOptions(
                                    NamespaceOption.newBuilder().setNetwork(NamespaceMode.NODE))
                            .build();
        };
    }

    /// gVisor puts a sandbox into its pod's cgroup only where a component begins with `pod`.
    private String cgroup(String uid) {
        return settings.cgroup() + "/pod" + uid;
    }

    private Path logs(String uid) {
        return settings.logs().resolve(uid);
    }

    private void clean(String uid) throws InterruptedException {
        try {
            within(
                    CLEANING,
                    "removing the probe pod " + uid,
                    () -> {
                        PodSandboxFilter ours =
                                PodSandboxFilter.newBuilder().putLabelSelector(LABEL, uid).build();
                        for (PodSandbox sandbox : cri.listPodSandbox(ours)) {
                            cri.stopPodSandbox(sandbox.getId());
                            cri.removePodSandbox(sandbox.getId());
                        }
                        cgroups.remove(cgroup(uid));
                        Trees.delete(logs(uid));
                        return uid;
                    });
        } catch (SandboxFailure e) {
            log.atWarn()
                    .addKeyValue("uid", uid)
                    .addKeyValue("cause", e.why())
                    .log("a probe pod was not removed; the next start tries again");
        }
    }

    /// Runs a task on a virtual thread of its own, and interrupts it when its time is up.
    private static <T> T within(Duration limit, String what, Callable<T> task)
            throws SandboxFailure, InterruptedException {
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        Future<T> running = executor.submit(task);
        try {
            return running.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new SandboxFailure(what + " took longer than " + limit.toSeconds() + " s", e);
        } catch (CancellationException e) {
            throw new SandboxFailure(what + " was given up", e);
        } catch (ExecutionException e) {
            throw failure(what, Objects.requireNonNullElse(e.getCause(), e));
        } finally {
            running.cancel(true);
            executor.shutdown();
        }
    }

    private static SandboxFailure failure(String what, Throwable cause) {
        return switch (cause) {
            case SandboxFailure ours -> ours;
            case CriException refused ->
                    new SandboxFailure(what + ": " + refused.description(), refused);
            case IOException io -> new SandboxFailure(what + ": " + io.getMessage(), io);
            case RuntimeException bug -> throw bug;
            case Error error -> throw error;
            default -> new SandboxFailure(what + " ended early", cause);
        };
    }

    /// A container of our own image.
    static ContainerConfig.Builder container(String image) {
        return ContainerConfig.newBuilder().setImage(ImageSpec.newBuilder().setImage(image));
    }
}
